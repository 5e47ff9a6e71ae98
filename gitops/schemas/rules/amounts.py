"""Quantities and resource names, as the rules compare them."""

from __future__ import annotations

from functools import lru_cache

from gitops.foundation.quantity import Quantity

_DEFAULT_DOMAIN = "kubernetes.io/"


@lru_cache(maxsize=4096)
def amount(written: str | int | float) -> Quantity:
    """A quantity whose spelling has been checked already.

    Raises BadQuantity for one that Kubernetes would round or overflow.
    """
    return Quantity.parse(str(written))


def extended(resource: str) -> bool:
    """Whether this names devices and the like, not a resource of Kubernetes itself."""
    return "/" in resource and _DEFAULT_DOMAIN not in resource
