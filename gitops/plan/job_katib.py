"""What Katib would refuse of a search, or read otherwise than it was meant.

Sources: katib pkg/webhook/v1beta1/experiment/validator (counts, names, placeholders) and
pkg/suggestion/v1beta1 (each algorithm's settings). Most of it is told by Katib only when the
search has begun.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from gitops.foundation.findings import Mistake
from gitops.model.jobs import Range, Search
from gitops.plan.job_case import Case
from gitops.plan.job_texts import texts
from gitops.plan.jobs import PARAM

NAME = 40
"""Characters that an Experiment's name may have."""
PLACEHOLDER = "${trialParameters."
UNSAFE = re.compile(r"""["'\\\x00-\x1f]""")
"""What ends the JSON text or the shell's word that a value is put into as it is."""
LARGE = 1e9
"""Points of a grid that nobody tries, and beyond."""
NETWORKS = ("darts", "enas")
SETTINGS = {"hyperband": ("r_l", "resource_name"),
            "pbt": ("suggestion_trial_dir", "n_population", "truncation_threshold")}
"""Settings that an algorithm does not do without."""


def katib(case: Case) -> Iterator[Mistake]:
    """What must hold of a search."""
    search = case.job.search
    if "katib" not in case.engines or search is None:
        return
    yield from _texts(case, search)
    yield from _runs(case, search)
    yield from _counts(search)
    yield from _algorithm(search)
    for one in search.ranges:
        yield from _range(one)


def _texts(case: Case, search: Search) -> Iterator[Mistake]:
    job = case.job
    written = [*texts(job), *((param.default or "", param.origin) for param in job.params)]
    written += [(value, run.origin.at("params", name)) for run in job.runs
                for name, value in run.params.items()]
    for text, origin in written:
        if PLACEHOLDER in text:
            yield Mistake("braces-in-text", origin, f"Katib would read {PLACEHOLDER} as a "
                          "placeholder of its own", "write $(params.NAME)")
    used = {name for text, _ in texts(job) for name in PARAM.findall(text)}
    for one in search.ranges:
        if one.name not in used:
            yield Mistake("search-param-unused", one.origin, f"every trial would be alike: "
                          f"nothing in {job.name} names $(params.{one.name})",
                          "name it in command, args, script or env, or do not search it")


def _runs(case: Case, search: Search) -> Iterator[Mistake]:
    searched = {one.name: one.origin for one in search.ranges}
    for run in case.job.runs:
        name = f"{case.job.name}-{run.id}"
        if NAME < len(name) <= 63:
            yield Mistake("run-name-too-long", run.origin.at("id"), f"the experiment would be "
                          f"called {name}, {len(name)} characters of at most {NAME}",
                          "shorten the id or the job's name")
        for param in run.params:
            if param in searched:
                yield Mistake("param-is-searched", run.origin.key_at("params", param),
                              f"{param} is searched, so a run gives it no value",
                              "take it out of the run, or out of the search",
                              ((searched[param], "the search"),))


def _counts(search: Search) -> Iterator[Mistake]:
    if search.parallel > search.trials:
        yield _refused(search, "parallel", f"{search.parallel} trials at once are more than "
                       f"all {search.trials}", "lower parallel, or raise trials")
    if search.objective.metric in search.objective.others:
        yield _refused(search, "objective", f"{search.objective.metric} is the objective and "
                       "among the others", "take it out of others")


def _algorithm(search: Search) -> Iterator[Mistake]:
    """What each algorithm wants of its settings and parameters."""
    name = search.algorithm
    if name in NETWORKS:
        yield _refused(search, "algorithm", f"{name} searches for a network's shape, which "
                       "cannot be declared here", "use another algorithm, or keep the "
                       "Experiment outside rendered/")
    missing = [key for key in SETTINGS.get(name, ()) if key not in search.settings]
    if missing:
        yield _refused(search, "algorithm", f"{name} needs the settings {', '.join(missing)}",
                       f"add settings: {{{missing[0]}: …}}")
    if name == "cmaes" and sum(one.type in ("int", "double") for one in search.ranges) < 2:
        yield _refused(search, "parameters", "cmaes wants two parameters of type int or double "
                       "at least", "search another one too, or use another algorithm")
    if name == "grid":
        yield from _grid(search)


def _grid(search: Search) -> Iterator[Mistake]:
    endless = [one for one in search.ranges if one.type == "double" and not one.step]
    for one in endless:
        yield Mistake("search-refused", one.origin, f"a grid needs the step of {one.name}",
                      "add step: …")
    points = math.prod(map(_points, search.ranges))
    if not endless and 0 < points < search.trials:
        yield _refused(search, "trials", f"the grid has {points} points, fewer than "
                       f"{search.trials} trials", f"write trials: {points}")


def _points(one: Range) -> int:
    """How many values a grid has in one direction; 0 where its numbers are none."""
    if one.values:
        return len(one.values)
    step, length = float(one.step or 1), float(one.max) - float(one.min)
    return math.floor(length / step + 1e-9) + 1 if step > 0 and length / step < LARGE else 0


def _range(one: Range) -> Iterator[Mistake]:
    listed = one.type in ("categorical", "discrete")
    for key in ("min", "max", "step") if listed else ("values",):
        if getattr(one, key):
            yield Mistake("search-refused", one.origin.key_at(key),
                          f"a parameter of type {one.type} has no {key}",
                          "take it out")
    for index, value in enumerate(one.values):
        if UNSAFE.search(value):
            yield Mistake("search-refused", one.origin.at("values", index),
                          "Katib puts the value into a text as it is, where a quotation mark, "
                          "a backslash or a line break would end it", "choose another value")
        elif one.type == "discrete" and not _number(value):
            yield Mistake("search-refused", one.origin.at("values", index),
                          f"{value!r} is no number", "write type: categorical for words")
    for key in () if listed else ("min", "max", "step"):
        text = getattr(one, key)
        if text and not (math.isfinite(float(text)) and (key != "step" or float(text) > 0)):
            yield Mistake("search-refused", one.origin.at(key), f"a search has no {key} of {text}",
                          "write a number above 0" if key == "step" else "write a smaller number")
        elif one.type == "int" and not re.fullmatch(r"-?[0-9]*", text):
            yield Mistake("search-refused", one.origin.at(key),
                          f"{text} is no whole number", "write type: double")


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _refused(search: Search, key: str, message: str, hint: str) -> Mistake:
    return Mistake("search-refused", search.origin.at(key), message, hint)
