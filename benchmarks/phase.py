"""The way of the data up to a phase, as one process: ``python -m benchmarks.phase load DIR``."""

from __future__ import annotations

import gc
import sys

from gitops.compile.prepare import prepare
from gitops.declarations.source import read_estate

PHASES = ("load", "plan", "render", "validate")


def main(phase: str, root: str) -> None:
    """Run up to a phase, in this process only, and with no look for cycles, as the program does."""
    gc.disable()
    compiler = prepare(read_estate(root))
    units = compiler.units()
    if phase == "plan":
        for unit in units:
            compiler.context(unit)
    elif phase == "render":
        for unit in units:
            for _ in compiler.render(unit):
                pass
    elif phase == "validate":
        for unit in units:
            compiler.do([unit], lambda file: file.path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
