"""Templates in, canonical YAML out. A value never passes through YAML text.

Import the modules, not this package: importing ``gitops.render`` loads neither Jinja
nor a YAML library.
"""
