"""The estate as frozen values. Knows no YAML, no files and no Kubernetes objects."""
