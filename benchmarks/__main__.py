"""Measure: estates of several sizes, phase by phase, and peers on equal output.

Everything is a whole cold process on a memory file system, run in turn in one go, so
that ratios hold even where absolute figures do not. Nothing is kept from one run to the
next but bytecode, of modules as pip compiles them when it installs, and of the templates
that ship with the tool; a row tells what the first run takes, which compiles these. The
peers are found on PATH or given by options; one that is not there is named as left out.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import estates, peers
from benchmarks.phase import PHASES
from benchmarks.timing import Timing, once, timed
from gitops.compile.prepare import prepare
from gitops.declarations.source import read_estate

HERE = Path(__file__).parent.parent
GITOPS = Path(sys.executable).with_name("gitops")
SAMPLE = 30


ABOUT = """\
# Results

Written by `python -m benchmarks`; the peers make the same objects, which is checked before they are
timed. "Times gitops render" above 1 is slower than `gitops render`, which reads, validates and
writes everything and begins with nothing remembered.

- helm: a chart written by hand (`benchmarks/chart`) that ranges over the declarations, its values.
- kustomize: a base of what tenants share, and an overlay for each that patches the rest.
- kapitan: an inventory of one class and a target for each tenant, compiled with as many processes
  as it starts by itself: from a Jsonnet component, its first language for manifests, and from a
  Jinja2 template, which is its fastest and knows text only. Of the two, Jsonnet knows structure, as
  `gitops` and the others do, and is what a target for kapitan is measured against.

None of the peers validates what it makes.
"""


def main() -> None:
    """The whole run; prints Markdown."""
    options = _options()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(HERE / "gitops", quiet=1)
    with tempfile.TemporaryDirectory(dir=options.tmp, prefix="gitops-bench-") as folder:
        lines = [ABOUT, _machine(), "", *_start_up(Path(folder), options.runs)]
        for size in map(int, options.sizes.split(",")):
            lines += ["", f"## {size:,} tenants", "",
                      *_size(Path(folder) / str(size), size, options)]
        text = "\n".join(lines) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; the median counts")
    parser.add_argument("--peers-at", type=int, default=1000, help="the size to run peers at")
    parser.add_argument("--helm", default=shutil.which("helm"))
    parser.add_argument("--kubectl", default=shutil.which("kubectl"))
    parser.add_argument("--kapitan", default=shutil.which("kapitan"))
    parser.add_argument("--tmp", default="/dev/shm" if Path("/dev/shm").is_dir() else None)
    parser.add_argument("--out", type=Path, help="write the tables to this file too")
    options = parser.parse_args()
    for name in ("helm", "kubectl", "kapitan"):
        if found := shutil.which(getattr(options, name) or ""):
            setattr(options, name, Path(found).absolute())
    return options


def _machine() -> str:
    return (f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
            f"{os.cpu_count()} processors; medians of whole cold processes.")


def _start_up(folder: Path, runs: int) -> list[str]:
    click = timed([sys.executable, "-c", "import click"], folder, runs * 4)
    shown = timed([GITOPS, "--help"], folder, runs * 4)
    return [f"`gitops --help`: {shown.seconds * 1000:.0f} ms, "
            f"{shown.seconds / click.seconds:.2f} times `import click`."]


def _size(root: Path, size: int, options: argparse.Namespace) -> list[str]:
    estate, rendered = root / "estate", root / "estate/rendered"
    estates.write(estate, size)
    rows: list[tuple[str, Timing, str]] = []

    def forget() -> None:
        for name in ("rendered", ".gitops"):
            shutil.rmtree(estate / name, ignore_errors=True)

    for phase in PHASES:
        rows.append((f"up to {phase}, one process",
                     timed([sys.executable, "-m", "benchmarks.phase", phase, estate], HERE,
                           options.runs), ""))
    def unkept() -> None:
        forget()
        for path in (HERE / "gitops/templates").rglob("*.pyc"):
            path.unlink()

    first = timed([GITOPS, "render"], estate, options.runs, unkept)
    render = timed([GITOPS, "render"], estate, options.runs, forget)
    again = timed([GITOPS, "render"], estate, options.runs)
    check = timed([GITOPS, "render", "--check"], estate, options.runs)
    blob, copy = root / "blob", root / "copy"
    subprocess.run([sys.executable, HERE / "benchmarks/rewrite.py", "pack", rendered, blob],
                   check=True)
    same = timed([sys.executable, HERE / "benchmarks/rewrite.py", "write", blob, copy], HERE,
                 options.runs, lambda: shutil.rmtree(copy, ignore_errors=True))
    rows += [("**gitops render**, everything validated and written", render, "1"),
             ("gitops render, the first after installing", first, _ratio(first, render)),
             ("gitops render, nothing changed", again, _ratio(again, render)),
             ("gitops render --check", check, _ratio(check, render)),
             ("writing the same bytes", same, _ratio(same, render))]
    if size == options.peers_at:
        rows += _peers(root, estate, rendered, render, options)
    documents = sum(text.read_bytes().count(b"\nkind: ") for text in rendered.rglob("*.yaml")
                    if text.name != "kustomization.yaml")
    shutil.rmtree(root)
    return [f"{documents:,} documents.", "",
            "| | seconds | fastest to slowest | MiB a process | times gitops render |",
            "|---|---|---|---|---|",
            *(f"| {what} | {one.seconds:.3f} | {one.fastest:.3f} to {one.slowest:.3f} | "
              f"{one.memory:.0f} | {ratio} |" for what, one, ratio in rows)]


def _ratio(one: Timing, other: Timing) -> str:
    return f"{one.seconds / other.seconds:.2f}"


def _peers(root: Path, estate: Path, rendered: Path, render: Timing,
           options: argparse.Namespace) -> list[tuple[str, Timing, str]]:
    """Each peer that is there, on the same tenants; few runs, since they take long."""
    compiler = prepare(read_estate(str(estate)))
    tenants = list(peers.values(compiler))
    ours = peers.objects("\n---\n".join(
        path.read_text() for path in rendered.rglob("*.yaml")
        if "/tenants/team" in str(path) and path.name != "kustomization.yaml"))
    rows = []
    if options.helm:
        chart = root / "chart"
        peers.write_helm(chart, compiler)
        made = subprocess.run([options.helm, "template", chart], check=True, capture_output=True,
                              text=True).stdout
        _same("helm", peers.objects(made), ours)
        whole = timed([options.helm, "template", chart], root, min(options.runs, 3))
        rows.append(("helm template, one chart ranging over all", whole, _ratio(whole, render)))
        one = timed([options.helm, "template", chart, "--set", "tenants=null", "-f",
                     chart / "one.json"], root, SAMPLE)
        rows.append(_each("helm template, a process for each tenant", one, len(tenants), render))
    if options.kubectl:
        name = tenants[1]["name"]
        own = {key: data for key, data in ours.items() if name in (key[1], key[2])}
        folder = peers.write_kustomize(root / "kustomize", list(own.values()), name)
        made = subprocess.run([options.kubectl, "kustomize", folder], check=True,
                              capture_output=True, text=True).stdout
        _same("kustomize", peers.objects(made), own)
        one = timed([options.kubectl, "kustomize", folder], root, SAMPLE)
        rows.append(_each("kustomize, a process for each tenant", one, len(tenants), render))
    for language in ("jsonnet", "jinja2") if options.kapitan else ():
        folder = root / f"kapitan-{language}"
        peers.write_kapitan(folder, tenants, language)
        whole = once([options.kapitan, "compile"], folder)
        made = "\n---\n".join(path.read_text() for path in (folder / "compiled").rglob("tenant.*"))
        _same("kapitan", peers.objects(made), ours)
        rows.append((f"kapitan compile, a target for each tenant, in {language.title()}", whole,
                     _ratio(whole, render)))
    for name in ("helm", "kubectl", "kapitan"):
        if not getattr(options, name):
            print(f"left out: {name} is not on PATH and --{name} was not given", file=sys.stderr)
    return rows


def _each(what: str, one: Timing, tenants: int,
          render: Timing) -> tuple[str, Timing, str]:
    """A process for each tenant: a sample's median times their number."""
    whole = Timing(one.seconds * tenants, one.memory, one.fastest * tenants,
                   one.slowest * tenants)
    return f"{what} (median of {SAMPLE} times {tenants:,})", whole, _ratio(whole, render)


def _same(peer: str, made: dict[tuple[str, ...], object],
          ours: dict[tuple[str, ...], object]) -> None:
    """The peer's objects are ours, or the comparison means nothing."""
    if made != ours:
        differing = sorted(key for key in made.keys() | ours.keys()
                           if made.get(key) != ours.get(key))
        raise SystemExit(f"{peer} makes other objects than gitops: {differing[:3]} …")


if __name__ == "__main__":
    main()
