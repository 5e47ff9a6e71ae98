"""How long it takes, beside peers in the same run: ``python -m benchmarks --help``."""
