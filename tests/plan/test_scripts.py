"""Scripts as arguments of their interpreter."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gitops.foundation.findings import Origin
from gitops.plan.containers import StepPlan
from gitops.plan.scripts import inline, option


def step(script: str, *args: str) -> StepPlan:
    return inline(StepPlan("fit", "x", (), args, script, (), {}, (), {}, "", 0, Origin("a.yaml")))


@pytest.mark.parametrize(("script", "command"), [
    ("echo a", ("/bin/sh", "-e", "-c")),
    ("#!/bin/bash -eu\necho a", ("/bin/bash", "-eu", "-c")),
    ("#!/usr/bin/env python3\n", ("/usr/bin/env", "python3", "-c")),
    ("#!/usr/bin/env -S python3 -u\n", ("/usr/bin/env", "-S python3 -u", "-c")),
    ("#!/usr/bin/perl\n", ("/usr/bin/perl", "-e"))])
def test_the_first_line_names_the_interpreter(script: str, command: tuple[str, ...]) -> None:
    assert step(script).command == command


@pytest.mark.parametrize("script", ["#!/usr/bin/env Rscript\n", "#!/usr/bin/node\n", "#!env\n"])
def test_an_interpreter_that_takes_no_text_has_no_option(script: str) -> None:
    assert not option(script)


def test_a_first_line_without_an_interpreter_is_the_shells() -> None:
    assert step("#! \necho a").command == ("/bin/sh", "-e", "-c")


def test_a_step_without_a_script_stays_as_it_is() -> None:
    assert step("", "a").args == ("a",)


SCRIPTS = ['echo "$0:$1:$#"', 'echo "$(echo b) $$(x)" | tr -d 0-9', "echo '$$$(A)' '$A'",
           "#!/usr/bin/env python3\nimport sys\nprint('$$(A)', sys.argv[1:])",
           "false\necho not reached"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_it_does_what_a_file_would_do(script: str, tmp_path: Path) -> None:
    made = step(script, "one", "two words")
    found = run([*made.command, *map(expanded, made.args)])
    words = made.command[:-1]
    path = tmp_path / "fit"
    path.write_text(script, encoding="utf-8")
    assert found == run([*words, str(path), "one", "two words"]).replace(str(path), "fit")


def run(words: list[str]) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def expanded(text: str) -> str:
    """What a kubelet makes of an argument, with a variable A. Source: Kubernetes,
    third_party/forked/golang/expansion."""
    return re.sub(r"\$(\$|\(A\))", lambda found: "$" if found[1] == "$" else "value", text)
