"""BLAKE2b, without what the standard library loads beside it: OpenSSL takes milliseconds."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # another Python
    from hashlib import blake2b

__all__ = ["blake2b"]
