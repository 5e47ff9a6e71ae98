"""The specification as files: estates that are wrong, with what is said of them, and estates
that are right, with what is rendered. Adding a case is adding a file."""
