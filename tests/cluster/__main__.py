"""``make cluster``: a control plane that stays up, with an estate's manifests in it.

python -m tests.cluster [ESTATE] [--cluster NAME]   boot, apply, print how to use it
python -m tests.cluster stop                        end every control plane started so
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from functools import partial
from pathlib import Path

from gitops.declarations.source import read_estate
from tests.cluster.building import BuildFailed, NoGo, cache_folder, say
from tests.cluster.client import Refusal
from tests.cluster.controlplane import ControlPlane, boot
from tests.cluster.keeper import Died, until
from tests.cluster.nodes import add_nodes, estate_nodes, start_kubelets
from tests.cluster.surroundings import kustomized, prepare


def main(arguments: list[str]) -> int:
    if arguments == ["stop"]:
        return stop()
    parser = argparse.ArgumentParser(prog="python -m tests.cluster")
    parser.add_argument("estate", nargs="?", type=Path, help="a rendered estate (default: none)")
    parser.add_argument("--cluster", help="which of rendered/* to apply (default: the only one)")
    options = parser.parse_args(arguments)
    try:
        start(options.estate, options.cluster)
    except (NoGo, BuildFailed, Died, Refusal, FileNotFoundError, ValueError) as error:
        say(f"error: {error}")
        return 1
    return 0


def start(estate: Path | None, cluster: str | None) -> None:
    """Boot, apply and detach; a failure on the way ends everything."""
    with boot() as plane:
        say("Control plane is ready; applying CRDs and roles …")
        prepare(plane)
        if estate is not None:
            _apply(plane, estate, cluster)
        start_kubelets(plane)
        plane.keeper.detach()
        (_notes() / str(plane.keeper.pid)).write_text(str(plane.keeper.folder))
        print(f"export KUBECONFIG={plane.kubeconfig}")
        say("Try:  kubectl --as ana.silva@example.com -n vision get pods")
        say(f"Stop: {Path(sys.executable).name} -m tests.cluster stop")


def stop() -> int:
    """End every control plane that was left running and that still is the one we noted."""
    for note in _notes().iterdir():
        folder = Path(note.read_text())
        if folder.exists():
            os.kill(int(note.name), signal.SIGTERM)
            until(partial(_gone, folder), f"the end of the control plane in {folder}")
            say(f"Stopped the control plane in {folder}")
        note.unlink()
    return 0


def _apply(plane: ControlPlane, estate: Path, cluster: str | None) -> None:
    found = sorted(path.name for path in (estate / "rendered").iterdir() if path.is_dir())
    if cluster is None and len(found) == 1:
        cluster = found[0]
    if cluster not in found:
        raise ValueError(f"say which with --cluster: {', '.join(found)}")
    add_nodes(plane, estate_nodes(read_estate(str(estate)), cluster))
    for warning in plane.apply(kustomized(plane, estate / "rendered" / cluster)):
        say(f"warning: {warning}")


def _gone(folder: Path) -> bool:
    return not folder.exists()


def _notes() -> Path:
    folder = cache_folder() / "running"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
