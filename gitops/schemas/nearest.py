"""What somebody meant who wrote something else."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(written: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """``; did you mean "kind"?``, ready to end a sentence, or an empty text.

    Case does not count, and ``tag`` is taken for ``newTag``.
    """
    import difflib

    spellings = {name.lower(): name for name in known}
    wanted = written.lower()
    close = difflib.get_close_matches(wanted, spellings, n=1, cutoff=cutoff)
    longer = [name for name in spellings if wanted in name] if len(wanted) > 2 else []
    found = close or sorted(longer, key=len)
    return f'; did you mean "{spellings[found[0]]}"?' if found else ""
