"""Whether a rendered document is valid: shape, syntax, and what an API server lets through."""
