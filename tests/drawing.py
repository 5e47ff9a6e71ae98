"""Estates out of hypothesis for the real programs: how many, and the same ones every time."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def drawn(count: int) -> settings:
    """So many examples, drawn alike in every run and neither kept nor made smaller.

    Each asks a program that takes seconds, so there is no deadline, and looking for a
    smaller failing one would take longer than reading the one that failed.
    """
    return settings(max_examples=count, deadline=None, database=None, derandomize=True,
                    phases=[Phase.generate], suppress_health_check=list(HealthCheck))
