"""Builds the Go programs of the tests once, and finds them again by their content.

A program is kept in ``$GITOPS_TEST_CACHE`` (default ``~/.cache/gitops-tenancy``) under a
name made of its sources, its flags and the Go version, so a build is never stale and two
checkouts share one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEPT_DAYS = 60


class NoGo(Exception):
    """Go is not installed, so nothing can be built."""

    def __init__(self) -> None:
        super().__init__("Go is not installed: the programs under test cannot be built")


class BuildFailed(Exception):
    """``go build`` failed; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class GoProgram:
    """A main package of a module in the tests: ``package`` is built in ``source``."""

    name: str
    source: Path
    package: str = "."
    ldflags: str = ""
    expect: str = "about a minute"


def say(message: str) -> None:
    """Progress goes to standard error, so that standard output stays for answers."""
    print(message, file=sys.stderr, flush=True)


def built(program: GoProgram, tell: Callable[[str], None] = say) -> Path:
    """The path of the built program; builds it first when it is not there yet.

    Raises NoGo without Go, BuildFailed when the build fails. Two callers at once build once.
    """
    go = shutil.which("go")
    if go is None:
        raise NoGo
    cache = cache_folder()
    binary = cache / f"{program.name}-{_key(program, go)}"
    with _locked(cache / f"{program.name}.lock", program, tell):
        if not binary.exists():
            _build(program, go, binary, tell)
        os.utime(binary)
        _forget_old(cache, program, binary)
    return binary


def cache_folder() -> Path:
    """Where built programs are kept; made when it is missing."""
    named = os.environ.get("GITOPS_TEST_CACHE")
    folder = Path(named) if named else Path.home() / ".cache" / "gitops-tenancy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key(program: GoProgram, go: str) -> str:
    digest = hashlib.sha256()
    version = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    for text in (version, program.package, program.ldflags):
        digest.update(text.encode() + b"\0")
    for file in sorted(program.source.iterdir()):
        if file.suffix in {".go", ".mod", ".sum"}:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build(program: GoProgram, go: str, binary: Path, tell: Callable[[str], None]) -> None:
    tell(f"Building {program.name} (once; {program.expect} the first time) …")
    started = time.monotonic()
    half = binary.with_suffix(f".{os.getpid()}")
    flags = f"-s -w {program.ldflags}".strip()
    command = [go, "build", "-trimpath", "-ldflags", flags, "-o", str(half), program.package]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false"}
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=program.source,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BuildFailed(f"{program.name} does not build:\n{done.stderr[-4000:]}")
        half.rename(binary)
    finally:
        half.unlink(missing_ok=True)
    tell(f"Built {program.name} in {time.monotonic() - started:.0f} s: {binary}")


@contextmanager
def _locked(path: Path, program: GoProgram, tell: Callable[[str], None]) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"Another run is building {program.name}; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old(cache: Path, program: GoProgram, binary: Path) -> None:
    limit = time.time() - KEPT_DAYS * 86400
    for other in cache.glob(f"{program.name}-*"):
        if other != binary and other.stat().st_mtime < limit:
            other.unlink(missing_ok=True)
