"""Real Flux controllers that sync a real git repository into the real API server."""
