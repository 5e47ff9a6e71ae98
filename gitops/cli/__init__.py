"""Commands: options in, one call, a report out. The only layer that knows click."""
