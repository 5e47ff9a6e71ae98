"""Two revisions of an estate beside each other, and where each manifest comes from."""
