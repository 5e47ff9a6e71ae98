"""A real Kubernetes control plane for tests, and for anyone who wants to look (``make cluster``)."""
