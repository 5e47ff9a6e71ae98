"""Write the same bytes and nothing else: ``pack`` a tree into one file, then ``write`` it."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path


def pack(tree: Path, blob: Path) -> None:
    """Every file of a tree in one file."""
    files = {str(path.relative_to(tree)): path.read_bytes()
             for path in sorted(tree.rglob("*")) if path.is_file()}
    blob.write_bytes(pickle.dumps(files))


def write(blob: Path, tree: Path) -> None:
    """The tree again."""
    made = set()
    for name, data in pickle.loads(blob.read_bytes()).items():
        folder = f"{tree}/{name}".rpartition("/")[0]
        if folder not in made:
            Path(folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        with open(f"{tree}/{name}", "wb", buffering=0) as file:  # noqa: PTH123
            file.write(data)


if __name__ == "__main__":
    {"pack": pack, "write": write}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
