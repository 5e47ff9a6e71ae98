"""Declarations in: YAML with positions, read strictly, every mistake at once."""
