"""A real Kubernetes control plane for tests, and for anyone to look at (``make cluster``)."""
