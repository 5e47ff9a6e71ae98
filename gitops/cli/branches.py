"""``gitops render`` for estates that render to a branch: write it, or compare with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gitops.cli.freshness import Told, tell
from gitops.cli.removals import Checked, refuse
from gitops.cli.running import Selection, run, summary_of
from gitops.cli.session import Session
from gitops.foundation.errors import UsageError

if TYPE_CHECKING:
    from gitops.compile.pipeline import Compiler, RenderedFile
    from gitops.foundation.findings import Finding
    from gitops.foundation.interrupts import Interrupts
    from gitops.report.summary import Summary
    from gitops.review.branch import Branch
    from gitops.tree.changes import Changes


def write(session: Session, compiler: Compiler, selection: Selection, branch: Branch,
          allowed: tuple[str, ...], interrupts: Interrupts, *, force: bool
          ) -> tuple[Summary, Changes]:
    """Render, and add one commit to the branch where anything differs.

    Raises:
        Refused: something is wrong or in the way; the branch is as it was.
    """
    from gitops.compile.runs import is_runs
    from gitops.review.branch import message_of, oid

    _require_whole(selection)
    with _area(session) as area:

        def put(file: RenderedFile) -> tuple[str, str]:
            content = file.text.encode()
            if branch.same(file.path, content):
                return file.path, ""
            waiting = Path(area, oid(branch.algorithm, content))
            waiting.write_bytes(content)
            return file.path, str(waiting)

        outcome, taken = run(session, compiler, compiler.units(selection.clusters), put)
        going = branch.orphans((path for path, _ in taken), selection.clusters)
        files = {path: place for path, place in taken if place}
        runs = {path: Path(place).read_bytes() for path, place in files.items() if is_runs(path)}
        refuse(_refused(branch, _After(going, runs), allowed, compiler))
        branch.refuse(branch.obstacles(files, going), force=force)
        summary = summary_of(compiler, outcome, selection)
        message = message_of(session.root, compiler.files)
        interrupts.hold_off()
        return summary, branch.commit(files, going, message)


def check(session: Session, compiler: Compiler, asked: Checked, branch: Branch,
          output_format: str) -> int:
    """Compare with the branch's last commit; print what differs. Returns 1 where anything does.

    That commit is also what tenants go from, so there is no other base.
    """
    from gitops.compile.runs import is_runs

    selection = asked.selection
    if asked.base:
        raise UsageError("what is rendered to a branch is compared with that branch",
                         "leave --base out")
    _require_whole(selection)

    def look(file: RenderedFile) -> tuple[str, bool, bytes]:
        content = file.text.encode()
        same = branch.same(file.path, content)
        return file.path, same, b"" if same or not is_runs(file.path) else content

    outcome, taken = run(session, compiler, compiler.units(selection.clusters), look)
    going = branch.orphans((path for path, *_ in taken), selection.clusters)
    different = [path for path, same, _ in taken if not same]
    foreign = branch.obstacles(different, going)
    rows = [("foreign" if path in foreign else
             "stale" if path in branch.standing else "missing", path) for path in different]
    rows += [("orphan", path) for path in going]
    runs = {path: content for path, _, content in taken if content}
    refused = _refused(branch, _After(going, runs), asked.allowed, compiler)
    return tell(session, Told(sorted(rows), outcome.files, branch.shown, refused), output_format)


class _After(Struct, frozen=True):
    """What a render makes of a branch: the files that go, and those of runs that differ."""

    going: Mapping[str, bytes]
    runs: Mapping[str, bytes]


def _refused(branch: Branch, after: _After, allowed: tuple[str, ...], compiler: Compiler
             ) -> list[Finding]:
    from gitops.compile.removal import is_workspace, refused_removals
    from gitops.compile.runs import Declared, refused_runs

    before = dict(branch.contents(path for path in after.runs if path in branch.standing))
    standing = Counter(path.partition("/")[0] for path in branch.standing if is_workspace(path))
    return [*refused_removals(
        {path: text for path, text in after.going.items() if is_workspace(path)}, standing,
        allowed, compiler.estate),
        *refused_runs(before, after.runs,
                      Declared(compiler.estate, compiler.files, allowed))]


def _require_whole(selection: Selection) -> None:
    if selection.tenants:
        raise UsageError("a branch is written whole, or a cluster at a time",
                         "leave --tenant out")


@contextmanager
def _area(session: Session) -> Iterator[str]:
    """A folder in which rendered files wait, for one render at a time; gone afterwards."""
    from gitops.tree.area import discard, own_folder
    from gitops.tree.lock import locked

    own = own_folder(session.root)
    area = f"{own}/branch"
    with locked(own, session.say):
        discard(area)
        Path(area).mkdir()
        try:
            yield area
        finally:
            discard(area)
