"""Tenants and hardware declared in git, compiled into Kubernetes manifests."""
