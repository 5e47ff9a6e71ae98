"""The pipeline: declarations to estate, to workspaces, to validated manifests.

It returns values and writes nothing; who calls it decides what becomes of the files.
"""
