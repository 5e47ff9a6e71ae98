"""Every command: where it is, and its line in the help. Nothing is imported to list them."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A command's module (its click command is named ``command``) and its short help."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("gitops.cli.init", "Scaffold a small working estate."),
    "render": Entry("gitops.cli.render", "Write every manifest, or check that they are fresh."),
    "validate": Entry("gitops.cli.validate", "Find every mistake; write nothing."),
    "diff": Entry("gitops.cli.diff", "What a change does to the manifests."),
    "explain": Entry("gitops.cli.explain", "Which lines made an object or field."),
    "hardware": Entry("gitops.cli.hardware", "Add, list and show kinds of machines."),
    "capacity": Entry("gitops.cli.capacity", "What is installed, promised and free."),
    "where": Entry("gitops.cli.where", "Where a job's pods can land, and why not elsewhere."),
    "offboard": Entry("gitops.cli.offboard", "What a tenant leaves outside git when it goes."),
    "schema": Entry("gitops.cli.schema", "Write JSON Schemas of the declarations, for editors."),
    "completion": Entry("gitops.cli.completion", "Print a shell's completion script."),
}
