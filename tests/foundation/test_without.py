"""Imports that fail for a moment."""

from __future__ import annotations

import sys

import pytest

from gitops.foundation.without import without


def test_a_module_cannot_be_imported_for_a_moment() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys  # noqa: F401
    assert "colorsys" not in sys.modules


def test_a_module_that_is_there_stays() -> None:
    with without("sys"):
        import sys as again
    assert again is sys


def test_an_error_leaves_nothing_behind() -> None:
    sys.modules.pop("colorsys", None)
    with pytest.raises(LookupError), without("colorsys"):
        raise LookupError
    assert "colorsys" not in sys.modules
