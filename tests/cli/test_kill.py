"""SIGKILL at any moment of a render leaves the old tree or the new one, byte for byte."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from gitops.cli.main import run

MOMENTS = 50
OLD, NEW = "plans: {p: {quota: {pods: 5}}}\n", "plans: {p: {quota: {pods: 6}}}\n"


def estate(root: Path) -> None:
    """Sixty tenants of one plan, rendered."""
    (root / "clusters").mkdir(parents=True)
    (root / "tenants").mkdir()
    (root / "platform.yaml").write_text(OLD + "defaults: {plan: p}\n")
    (root / "clusters/prod.yaml").write_text(
        'kubernetes: "1.37"\nkubeflow: 26.03.1\nnetwork: {apiServer: [192.0.2.2/32]}\n')
    for number in range(60):
        (root / f"tenants/team-{number}.yaml").write_text(f"owner: owner{number}@example.com\n")
    assert run(["-C", str(root), "render"]) == 0


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes()
            for path in (root / "rendered").rglob("*") if path.is_file()}


def begin_again(root: Path, old: dict[str, bytes]) -> None:
    """The old tree, and nothing remembered of the new one."""
    shutil.rmtree(root / "rendered")
    shutil.rmtree(root / ".gitops")
    for name, data in old.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def test_a_kill_leaves_the_old_tree_or_the_new_one(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    estate(root)
    old = tree(root)
    (root / "platform.yaml").write_text(NEW + "defaults: {plan: p}\n")
    copy = tmp_path / "new"
    shutil.copytree(root, copy)
    command = [Path(sys.executable).with_name("gitops"), "-C"]
    began = time.monotonic()
    subprocess.run([*command, copy, "render"], check=True, capture_output=True)
    moment = time.monotonic() - began
    new = tree(copy)
    assert old != new
    chance = random.Random(50)
    seen = set()
    for _ in range(MOMENTS):
        with subprocess.Popen([*command, root, "render"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.8, 1.2) * moment)
            process.send_signal(signal.SIGKILL)
        found = tree(root)
        assert found in (old, new)
        seen.add(found == new)
        # However busy the machine is, the next moment is sought near the change.
        moment *= 0.9 if found == new else 1.1
        assert run(["-C", str(root), "render"]) == 0, "the next run must get over it"
        assert tree(root) == new
        assert len(list((root / ".gitops/stage").iterdir())) == 1, "and clear what was left"
        begin_again(root, old)
    assert seen == {False, True}, "the moments must fall before and after the change"


KILLED = """
import os, signal, sys
from gitops.cli.main import run
remembered = []
def hook(event, arguments):
    if remembered and remembered.pop():
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "os.rename" and str(arguments[1]).endswith(".gitops/memory"):
        remembered.append(True)
sys.addaudithook(hook)
run(["-C", sys.argv[1], "render"])
"""
"""A render killed by the first step after it noted that the output is up to date."""


def test_a_render_killed_when_all_is_up_to_date_leaves_nothing_behind(tmp_path: Path) -> None:
    estate(tmp_path)
    (tmp_path / "platform.yaml").write_text(NEW + "defaults: {plan: p}\n")
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert killed.returncode == -signal.SIGKILL
    stage = tmp_path / ".gitops/stage"
    assert len(list(stage.iterdir())) == 2, "the killed run's area"
    assert run(["-C", str(tmp_path), "render"]) == 0
    assert [place.name for place in stage.iterdir()] == [".gitignore"]
