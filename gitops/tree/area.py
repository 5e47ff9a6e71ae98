"""The tool's own folder beside the output: lock, staging areas, memory.

``.gitops/`` is never committed (it ignores itself) and may be deleted at any time. What
it holds is readable by others as far as the umask says, as the output is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from gitops.foundation.errors import Refused
from gitops.tree.disk import kind_of
from gitops.tree.pour import finish_pouring
from gitops.tree.swap import finish

if TYPE_CHECKING:
    from gitops.foundation.findings import Finding

OWN_FOLDER = ".gitops"
_RUN = "run-"
_GONE = "gone-"


def own_folder(estate: str) -> str:
    """The tool's folder of an estate, made when it is missing.

    Raises:
        OSError: it cannot be made.
        Refused: something other than a folder stands there.
    """
    folder = f"{estate}/{OWN_FOLDER}"
    _made(folder, OWN_FOLDER)
    return folder


def _made(folder: str, shown: str) -> None:
    if kind_of(folder) not in {"nothing", "folder"}:
        raise Refused([_not_a_folder(shown)])
    with suppress(FileExistsError):
        os.mkdir(folder)
    with (
        suppress(FileExistsError),
        open(f"{folder}/.gitignore", "x", encoding="utf-8") as file,
    ):
        file.write("*\n")


def _not_a_folder(shown: str) -> Finding:
    from gitops.foundation.findings import Finding, Position

    return Finding(
        "symlink-in-output",
        Position(shown),
        "a link or file stands where gitops keeps its own folder",
        "remove it; gitops makes the folder it needs",
    )


def _homes(estate: str, output: str) -> tuple[str, str]:
    above, _, name = f"{estate}/{output}".rpartition("/")
    return f"{estate}/{OWN_FOLDER}/stage", f"{above}/.{name}.gitops"


def left_behind(estate: str, output: str) -> bool:
    """Whether the staging area of another run is there, which is dead or at work.

    A run that is killed after its last file took its place, and before its area was cleared,
    has remembered its result: nobody would open a stage again, and clear it. True as well
    where it cannot be seen: opening a stage says why.
    """
    try:
        return any(_runs(home) for home in _homes(estate, output))
    except OSError:
        return True


@contextlib.contextmanager
def staging(estate: str, output: str, say: Callable[[str], None]) -> Iterator[str]:
    """An empty staging area of this run, on the output's file system; gone afterwards.

    Areas of dead runs are cleared, and a swap they left half done is finished. Every run
    has an area of its own, and one that is ended gets another name first, so a worker that
    outlives its run can write neither into the next nor where the area was.

    Raises:
        OSError: no area can be made, or a dead run's swap cannot be finished.
    """
    root = f"{estate}/{output}"
    homes = _homes(estate, output)
    for home in homes:
        _clear(home, root)
    home, shown = homes[0], f"{OWN_FOLDER}/stage"
    if not _one_file_system(own_folder(estate), root):
        home, shown = homes[1], os.path.relpath(homes[1], estate)
        say(f"{OWN_FOLDER} and {output} are on different file systems; staging in {shown} instead")
        os.makedirs(os.path.dirname(root), exist_ok=True)
    _made(home, shown)
    area = f"{home}/{_RUN}{os.urandom(8).hex()}"
    os.mkdir(area, 0o700)
    os.mkdir(f"{area}/tree")
    try:
        yield area
    finally:
        _finish(area, root)
        _end(area)
        if home == homes[1]:
            with suppress(OSError):
                os.unlink(f"{home}/.gitignore")
                os.rmdir(home)


def make_folder(tree: str, folder: str) -> None:
    """Make a folder below an area's ``tree``, with those above it that are missing there.

    Never the area itself: where another run has ended it, a worker must not make it again.

    Raises:
        OSError: a file is in the way, or there is no area any more.
    """
    try:
        os.mkdir(f"{tree}/{folder}")
    except FileExistsError:
        return
    except FileNotFoundError:
        above = folder.rpartition("/")[0]
        if not above:
            raise
        make_folder(tree, above)
        with suppress(FileExistsError):
            os.mkdir(f"{tree}/{folder}")


def discard(*folders: str) -> None:
    """Remove folders of ours, also when folders in them are write-protected.

    What is not there is no matter; what cannot be removed, because it belongs to somebody
    else or the disk fails, is left to the next run.
    """
    for folder in folders:
        if kind_of(folder) == "folder":
            _remove(folder)


def _remove(folder: str) -> None:
    import shutil

    with suppress(OSError):
        shutil.rmtree(folder)
        return
    for above, names, _ in os.walk(folder):
        for name in names:
            if kind_of(f"{above}/{name}") == "folder":
                with suppress(PermissionError):
                    os.chmod(f"{above}/{name}", 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _clear(home: str, root: str) -> None:
    for area in _runs(home):
        if os.path.basename(area).startswith(_RUN):
            _finish(area, root)
        _end(area)


def _end(area: str) -> None:
    """Take an area away from whoever still writes into it, and remove it.

    A killed run cannot stop its workers, and not every system does it in its place. They go
    on for a moment and know the area by its path alone: once it has another name, all that
    they ask for is refused, and no folder fills again while it is being emptied.
    """
    gone = f"{os.path.dirname(area)}/{_GONE}{os.urandom(8).hex()}"
    with suppress(OSError):
        os.rename(area, gone)
    discard(area, gone)


def _runs(home: str) -> list[str]:
    """The staging areas in a folder for them, also those that were not removed whole."""
    if kind_of(home) != "folder":
        return []
    with os.scandir(home) as entries:
        runs = [entry for entry in entries if entry.name.startswith((_RUN, _GONE))]
        return [entry.path for entry in runs if entry.is_dir(follow_symlinks=False)]


def _finish(area: str, root: str) -> None:
    """End what a run that is no more had noted and not done."""
    finish(area, root)
    finish_pouring(area, root)


def _one_file_system(folder: str, root: str) -> bool:
    """Whether the folder can exchange files with the place where the output stands."""
    above = os.path.dirname(root)
    while kind_of(above) == "nothing":
        above = os.path.dirname(above)
    return os.stat(folder).st_dev == os.stat(above).st_dev


def filesystem_time(folder: str) -> int:
    """The time in nanoseconds that the folder's file system gives to a file written now.

    Zero, before every other time, when nothing can be written.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(f"{folder}/time", flags, 0o666), "wb", buffering=0) as file:
            file.write(b"\n")
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0
