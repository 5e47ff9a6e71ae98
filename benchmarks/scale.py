"""Measure an estate of many clusters: ``python -m benchmarks.scale --tenants N --clusters M``.

Half of the clusters are synced by Argo CD and half by Flux, and each tenant has a workspace on
one of them; every fifth tenant has a job. Counts what the engines get, times gitops and git as
whole cold processes, and prints Markdown; the page docs/scale.md does its arithmetic with it.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import estates
from benchmarks.timing import once

GITOPS = Path(sys.executable).with_name("gitops")
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0",
       "-c", "core.fsmonitor=false")
SYNC = "sync: {repo: 'https://git.example.com/platform/estate.git'}\n"
ENGINES = ("argocd", "{engine: flux, shards: 4}")
TEKTON = "engines: {tekton: true, trainer: none}\n"
JOB = ("jobs:\n  train:\n    image: registry.example.com/train:1\n    script: python train.py\n"
       "    cpu: 4\n    memory: 16Gi\n")
Row = tuple[str, float, float, float]
"""What was run, its seconds, its seconds of processor time, and MiB of its largest process."""


def main() -> None:
    """The whole run; prints Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--tenants", type=int, default=10_000)
    parser.add_argument("--clusters", type=int, default=100)
    parser.add_argument("--tmp", default="/dev/shm" if Path("/dev/shm").is_dir() else None)
    parser.add_argument("--out", type=Path, help="write the tables to this file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.tmp, prefix="gitops-scale-") as folder:
        root = Path(folder) / "estate"
        write(root, options.tenants, options.clusters)
        rows = list(_runs(root))
        text = "\n".join([
            f"## {options.tenants:,} tenants on {options.clusters} clusters", "",
            f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
            f"{os.cpu_count()} processors; whole cold processes, one run of each.", "",
            *_counted(root), "", *_per_cluster(root), "", *_sizes(rows), "", *_timed(rows)]) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text)


def write(root: Path, tenants: int, clusters: int) -> None:
    """An estate of so many tenants, spread evenly over so many clusters."""
    estates.write(root, tenants)
    (root / "platform.yaml").write_text(estates.PLATFORM + SYNC)
    (root / ".gitignore").write_text(".gitops/\n")
    (root / "clusters/prod.yaml").unlink()
    for number in range(clusters):
        (root / f"clusters/c-{number:03}.yaml").write_text(
            f"{estates.CLUSTER}{TEKTON}sync: {ENGINES[number % 2]}\n")
    for number in range(tenants):
        with (root / f"tenants/team-{number:05}.yaml").open("a") as file:
            job = "" if number // clusters % 5 else JOB
            file.write(f"clusters: [c-{number % clusters:03}]\n{job}")


def _runs(root: Path) -> Iterator[Row | tuple[str, int]]:
    """Everything that is timed, in order, with the sizes of git's store in between."""
    run = _runner(root)
    first, plan = root / "tenants/team-00000.yaml", root / "platform.yaml"
    yield run("gitops render, everything", GITOPS, "render")
    yield run("gitops render, nothing changed", GITOPS, "render")
    yield run("gitops render --check", GITOPS, "render", "--check")
    _git(root, "init", "--quiet", "--initial-branch=main")
    yield run("git add", *GIT, "add", "--all")
    yield run("git commit", *GIT, "commit", "--quiet", "--message=all")
    yield run("git repack", *GIT, "repack", "-adq")
    yield "one pack with everything", _pack(root)
    yield run("git status", *GIT, "status", "--porcelain")
    yield run("git clone", *GIT, "clone", "--quiet", f"file://{root}", str(root.parent / "full"))
    yield run("git clone --depth=1", *GIT, "clone", "--quiet", "--depth=1", f"file://{root}",
              str(root.parent / "shallow"))
    first.write_text(first.read_text().replace("role: view}\n", "role: edit}\n", 1))
    yield run("one tenant changed: gitops diff", GITOPS, "diff", codes=(0, 1))
    yield run("one tenant changed: gitops render", GITOPS, "render")
    yield from _committed(root, run, "one tenant changed")
    plan.write_text(plan.read_text().replace("pods: 100", "pods: 120"))
    yield run("a plan changed: gitops diff", GITOPS, "diff", codes=(0, 1))
    yield run("a plan changed: gitops render", GITOPS, "render")
    yield from _committed(root, run, "a plan changed")


def _committed(root: Path, run: Callable[..., Row], what: str) -> Iterator[Row | tuple[str, int]]:
    before = _pack(root)
    _git(root, "add", "--all")
    yield f"{what}: files", len(_git(root, "diff", "--cached", "--name-only").splitlines())
    yield run(f"{what}: git diff", *GIT, "diff", "--cached")
    _git(root, "commit", "--quiet", f"--message={what}")
    _git(root, "repack", "-adq")
    yield f"{what}: growth of the pack", _pack(root) - before


def _runner(root: Path) -> Callable[..., Row]:
    def run(what: str, *command: str | Path, codes: Sequence[int] = (0,)) -> Row:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        timing = once(command, root, codes)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return what, timing.seconds, used, timing.memory

    return run


def _git(root: Path, *words: str) -> str:
    return subprocess.run([*GIT, *words], cwd=root, check=True, text=True,
                          capture_output=True).stdout


def _pack(root: Path) -> int:
    """Bytes of the repository's packs."""
    return sum(path.stat().st_size for path in (root / ".git/objects/pack").glob("*.pack"))


def _counted(root: Path) -> list[str]:
    """How many files, bytes and objects there are, by what they belong to."""
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for path in (root / "rendered").rglob("*.yaml"):
        part = path.relative_to(root / "rendered").parts[1] if len(
            path.relative_to(root / "rendered").parts) > 2 else "lists"
        content = path.read_text()
        files[part] += 1
        sizes[part] += len(content)
        if path.name != "kustomization.yaml":
            objects[part] += content.count("\nkind: ")
    lines = ["| Below `rendered/<cluster>/` | files | MB | objects |", "|---|---|---|---|"]
    lines += [f"| `{part}` | {files[part]:,} | {sizes[part] / 1e6:.1f} | {objects[part]:,} |"
              for part in sorted(files)]
    return [*lines, f"| together | {files.total():,} | {sizes.total() / 1e6:.1f} | "
            f"{objects.total():,} |"]


def _per_cluster(root: Path) -> list[str]:
    """The objects below ``sync/`` of one cluster of each engine, by kind."""
    lines = ["| One cluster's `sync/` | objects by kind |", "|---|---|"]
    for number, engine in enumerate(("Argo CD", "Flux, 4 shards")):
        kinds = Counter(line.removeprefix("kind: ").strip()
                        for path in (root / f"rendered/c-{number:03}/sync").rglob("*.yaml")
                        if path.name != "kustomization.yaml"
                        for line in path.read_text().splitlines() if line.startswith("kind: "))
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        lines.append(f"| {engine} | {told} |")
    return lines


def _sizes(rows: Sequence[Row | tuple[str, int]]) -> list[str]:
    lines = ["| Git | |", "|---|---|"]
    for row in rows:
        if len(row) == 2:
            shown = f"{row[1]:,}" if row[0].endswith("files") else _bytes(row[1])
            lines.append(f"| {row[0]} | {shown} |")
    return lines


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _timed(rows: Sequence[Row | tuple[str, int]]) -> list[str]:
    lines = ["| | seconds | of processor time | MiB, largest process |", "|---|---|---|---|"]
    lines += [f"| {row[0]} | {row[1]:.2f} | {row[2]:.2f} | {row[3]:.0f} |"
              for row in rows if len(row) == 4]
    return lines


if __name__ == "__main__":
    main()
