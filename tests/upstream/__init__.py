"""Upstream code asked for its verdict: Tekton's validation, istiod's translation of policies."""
