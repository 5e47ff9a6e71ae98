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
    assert run(["-C", str(copy), "render"]) == 0
    new = tree(copy)
    assert old != new
    command = [Path(sys.executable).with_name("gitops"), "-C", root, "render"]
    began = time.monotonic()
    subprocess.run([*command, "--check"], check=False, capture_output=True)
    length = time.monotonic() - began
    chance = random.Random(50)
    seen = set()
    for _ in range(MOMENTS):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.4, 1.2) * length)
            process.send_signal(signal.SIGKILL)
        found = tree(root)
        assert found in (old, new)
        seen.add(found == new)
        assert run(["-C", str(root), "render"]) == 0, "the next run must get over it"
        assert tree(root) == new
        assert len(list((root / ".gitops/stage").iterdir())) == 1, "and clear what was left"
        begin_again(root, old)
    assert seen == {False, True}, "the moments must fall before and after the change"
