"""The two exceptions of the tool. Everything else a user can do wrong is a finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitops.foundation.findings import Finding


class Refused(Exception):
    """Work that cannot go on because of findings: carries all of them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(map(str, self.findings)))

    def __reduce__(self) -> tuple[type[Refused], tuple[list[Finding]]]:
        return type(self), (self.findings,)


class UsageError(Exception):
    """The call itself makes no sense (no estate here, unknown revision): exit code 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)
