"""One thing wrong with a document."""

from __future__ import annotations

from dataclasses import dataclass

from gitops.foundation.findings import Path


@dataclass(frozen=True, slots=True)
class Violation:
    """``path`` is the data path in the document; ``message`` says what is wrong there.

    ``hint`` says what to do about it, where that does not go without saying.
    """

    path: Path
    message: str
    hint: str = ""
