"""Scripts for engines that put no file into a container: the interpreter is given the text.

What Tekton does with a script is kept: the first line names the interpreter, without one it is
a shell that stops at the first error, and arguments come after the script.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from msgspec.structs import replace

from gitops.plan.containers import StepPlan

SHELL = ("/bin/sh", "-e")
SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
PYTHON = re.compile(r"(python|pypy)[0-9.]*")
EXPANDED = re.compile(r"\$(?=[$(])")
"""What Kubernetes reads in an argument as the beginning of a variable, or of an escape."""


def interpreter(script: str) -> tuple[str, ...]:
    """The words of a script's first line, of which a kernel makes two at most."""
    first = script.partition("\n")[0]
    if not first.startswith("#!"):
        return SHELL
    return tuple(first[2:].strip().split(None, 1)) or SHELL


def option(script: str) -> str:
    """The option that makes a script's interpreter take the text itself; "" if none is known."""
    program = _program(interpreter(script))
    if program in SHELLS or PYTHON.fullmatch(program):
        return "-c"
    return "-e" if program in {"perl", "ruby"} else ""


def inline(step: StepPlan) -> StepPlan:
    """A step whose script is an argument of its interpreter; any other as it is.

    Shells take the word after the text for the script's name. Kubernetes would expand
    ``$(NAME)`` and halve ``$$`` in an argument, which a file is spared.
    """
    if not step.script:
        return step
    words = interpreter(step.script)
    named = (step.name,) if _program(words) in SHELLS else ()
    text = EXPANDED.sub("$$", step.script)
    return replace(step, script="", command=(*words, option(step.script)),
                   args=(text, *named, *step.args))


def _program(words: tuple[str, ...]) -> str:
    """The interpreter's own name, also behind ``env``."""
    parts = [PurePosixPath(part).name for word in words for part in word.split()]
    if parts[0] == "env":
        parts = [part for part in parts[1:] if not part.startswith("-") and "=" not in part]
    return parts[0] if parts else ""
