"""One thing wrong with a document."""

from __future__ import annotations

from msgspec import Struct

from gitops.foundation.findings import Path


class Violation(Struct, frozen=True):
    """``path`` is the data path in the document; ``message`` says what is wrong there.

    ``hint`` says what to do about it, where that does not go without saying.
    """

    path: Path
    message: str
    hint: str = ""
