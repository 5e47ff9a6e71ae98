"""The names of all rules that the code can report, read from its syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import gitops

PACKAGE = Path(gitops.__file__).parent
MAKERS = {"Finding": 0, "Mistake": 0, "Problem": 0, "Unrenderable": 2, "wrong": 0, "_wrong": 0,
          "_add": 0, "_problem": 0, "_say": 0, "_at": 1}
"""What makes a diagnostic, and which of its positional arguments is the rule's name."""


def rules_used() -> set[str]:
    """Every rule's name: the constant given to a maker, or to anything called ``rule``."""
    return {name for path in sorted(PACKAGE.rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in _names(node)}


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        at = MAKERS.get(name, len(node.args))
        yield from _constants(*node.args[at:at + 1])
        yield from _constants(*(word.value for word in node.keywords if word.arg == "rule"))
    elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "rule" for target in node.targets):
        yield from _constants(node.value)
    elif isinstance(node, ast.FunctionDef):
        named = [*node.args.posonlyargs, *node.args.args]
        for argument, default in zip(named[::-1], node.args.defaults[::-1], strict=False):
            if argument.arg == "rule":
                yield from _constants(default)


def _constants(*values: ast.expr) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            # a patch's maker is called _add too; its first word is a path
            yield from [value.value] if not value.value.startswith("/") else []
        elif isinstance(value, ast.IfExp):
            yield from _constants(value.body, value.orelse)
        else:
            assert not isinstance(value, ast.JoinedStr), f"line {value.lineno}: a rule's name is " \
                "written out, so that it is found in the code and in the documentation"
