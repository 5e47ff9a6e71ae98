"""What comes of reading an estate's declarations; it can be taken without what reads them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gitops.foundation.findings import Finding
from gitops.model.estate import Estate

Files = Mapping[str, bytes]
"""The estate's input files: path relative to the estate to content."""


class Loaded(Struct, frozen=True):
    """An estate, as far as it could be read, and what is wrong in the files.

    ``named`` holds, by folder, the names that some file declares even if it could not be
    read, so that a mistake in one file is not reported again by each that refers to it.
    """

    estate: Estate
    findings: list[Finding]
    named: Mapping[str, frozenset[str]]
    plans: frozenset[str] | None = frozenset()
    """The names of plans; None where platform.yaml could not be read, so that nobody knows."""


class Declared(Struct, frozen=True):
    """An estate, as far as it could be read, and everything that is wrong in its declarations."""

    estate: Estate
    findings: list[Finding]
