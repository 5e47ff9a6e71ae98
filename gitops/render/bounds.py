"""Arithmetic and loops that end: a template may be anybody's, and nothing may fill the memory.

Everything here fails with a sentence for whoever wrote the template, long before a machine
feels it; no template that is meant well comes near.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from jinja2 import pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.filters import do_batch, do_round, do_slice
from jinja2.runtime import Context

STEPS = "steps of loops"
"""The context's entry that counts; with blanks in it, no template can name it."""
MOST_STEPS = 1_000_000
"""How often the loops of one file may go round, all together."""
LONGEST = 1 << 20
"""Characters of a text, and items of a list, that an expression may put together."""
_MOST_BITS = 1024
_MOST_DIGITS = 300


def steps() -> list[int]:
    """A counter for one rendering."""
    return [0]


@pass_context
def counted(context: Context, values: Any) -> Any:
    """What a loop goes over, once its steps are counted."""
    count = context.parent[STEPS]
    try:
        size = len(values)
    except TypeError:
        values = list(islice(values, MOST_STEPS + 1))
        size = len(values)
    count[0] += size + 1
    if count[0] > MOST_STEPS:
        raise TemplateRuntimeError(f"the loops of this file go round more than {MOST_STEPS:,} "
                                   "times")
    return values


def no_longer(size: int) -> None:
    """Refuse a text or list of this size.

    Raises:
        TemplateRuntimeError: it is longer than :data:`LONGEST`.
    """
    if size > LONGEST:
        raise TemplateRuntimeError(f"the result would be longer than {LONGEST:,}")


def product(left: Any, right: Any) -> Any:
    """``left * right`` of numbers."""
    _numbers("multiplied", left, right)
    return _small(left * right)


def remainder(left: Any, right: Any) -> Any:
    """``left % right`` of numbers; of a text it would be a format."""
    _numbers("divided", left, right)
    return left % right


def total(left: Any, right: Any) -> Any:
    """``left + right``."""
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        no_longer(len(left) + len(right))
        return left + right  # type: ignore[operator]
    return _small(left + right)


def batch(values: Any, size: int, fill: object = None) -> Any:
    """The filter ``batch``."""
    no_longer(size)
    return do_batch(values, size, fill)


def slices(values: Any, number: int, fill: object = None) -> Any:
    """The filter ``slice``."""
    no_longer(number)
    return do_slice(values, number, fill)


def rounded(value: float, precision: int = 0, method: Any = "common") -> float:
    """The filter ``round``."""
    if abs(precision) > _MOST_DIGITS:
        raise TemplateRuntimeError(f"no number has {precision} digits")
    return do_round(value, precision, method)


def _numbers(done: str, *values: object) -> None:
    for value in values:
        if isinstance(value, str | list | tuple):
            raise TemplateRuntimeError(f"only numbers can be {done}")


def _small(number: Any) -> Any:
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        raise TemplateRuntimeError("the number is too large")
    return number
