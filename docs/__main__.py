"""Writes the pages that are made from the code, or with ``--check`` says which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.pages import pages

HERE = Path(__file__).parent


def main(words: list[str]) -> int:
    """Write or check; returns the exit code."""
    stale = {HERE / path: text for path, text in pages().items()
             if not (HERE / path).is_file() or (HERE / path).read_text(encoding="utf-8") != text}
    for place, text in stale.items():
        print(f"docs/{place.relative_to(HERE)}")
        if "--check" not in words:
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, encoding="utf-8")
    if stale and "--check" in words:
        print("these pages are stale: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
