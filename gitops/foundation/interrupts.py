"""Ctrl-C, held off while something is done that cannot be left half done or untold."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with what became of the work in one sentence for the person who pressed it."""


class Interrupts(Struct):
    """Whether Ctrl-C was pressed since :meth:`hold_off` was called."""

    pressed: bool = False
    _before: list[Callable[..., Any] | int | None] = field(default_factory=list)

    def hold_off(self) -> None:
        """From here on note interrupts only; elsewhere than in the main thread none arrives."""
        if threading.current_thread() is threading.main_thread():
            self._before.append(signal.signal(signal.SIGINT, self._note))

    def let_in(self) -> None:
        """Back to what was before; once."""
        if self._before:
            signal.signal(signal.SIGINT, self._before.pop())

    def _note(self, *_: object) -> None:
        self.pressed = True


@contextmanager
def interruptible(lost: str) -> Iterator[Interrupts]:
    """Work that may be interrupted until it holds that off, and is then done to the end.

    Args:
        lost: what became of the work where Ctrl-C stopped it.

    Raises:
        Interrupted: the work was stopped.
    """
    interrupts = Interrupts()
    try:
        yield interrupts
    except KeyboardInterrupt:
        raise Interrupted(lost) from None
    finally:
        interrupts.let_in()
