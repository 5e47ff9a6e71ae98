"""The keys of a job's ``search``, and what it shares with the job's other keys."""

from __future__ import annotations

from typing import Any

from gitops.declarations.reader import Reader
from gitops.declarations.records import Field, ListOf, MapOf, Record, of
from gitops.declarations.types import Choice, Integer, Text
from gitops.foundation.findings import Path
from gitops.model.jobs import Objective, Range, Search

WORD = Text(any_plain=True, max_length=32768)
"""Any text; an unquoted number or flag is taken as it is written."""
WORDS = ListOf(WORD, once=False)
PARAM_NAME = Text("a parameter's name (letters, digits, - and _)", "[A-Za-z_][A-Za-z0-9_-]{0,62}",
                  example="batch-size")


def named(model: Any) -> Any:
    """A record's ``make`` for the values of a mapping: the key is the name."""
    return lambda values, at, reader: model(name=str(at[-1]), origin=reader.origin(at), **values)


OBJECTIVE = Record("an objective", (
    Field("metric", Text("a metric's name", r"\S+"), "The metric, as the trial prints it.",
          required=True),
    Field("goal", Choice({"maximize": "the more the better", "minimize": "the less the better"}),
          "Which way.", required=True),
    Field("target", Text("a number", r"-?[0-9]+(\.[0-9]+)?", 40, any_plain=True),
          "Where the search may stop."),
    Field("others", ListOf(Text("a metric's name", r"\S+")), "Further metrics to note."),
), of(Objective, origin=False))


def _range(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    listed = values["type"] in ("categorical", "discrete")
    if listed and not values.get("values"):
        return reader.wrong("empty-range", at, f"{at[-1]} has nothing to try", "list its values")
    if not listed and not ("min" in values and "max" in values):
        return reader.wrong("empty-range", at, f"{at[-1]} has no bounds", "give min and max")
    if not listed and float(values["min"]) > float(values["max"]):
        return reader.wrong("empty-range", (*at, "min"),
                            f"min ({values['min']}) is above max ({values['max']})",
                            "swap them")
    return named(Range)(values, at, reader)


NUMBER = Text("a number", r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?", 40, "0.01", any_plain=True)
RANGE = Record("a range", (
    Field("type", Choice({"int": "whole numbers", "double": "numbers",
                          "discrete": "listed numbers", "categorical": "listed words"}),
          "What kind of values.", required=True),
    Field("min", NUMBER, "The least."),
    Field("max", NUMBER, "The most."),
    Field("step", NUMBER, "The distance between two values."),
    Field("values", ListOf(WORD), "The values to try."),
), _range)


def _search(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    values["ranges"] = tuple(values["ranges"].values())
    return Search(origin=reader.origin(at), **values)


SEARCH = Record("a search", (
    Field("objective", OBJECTIVE, "What to make best.", required=True),
    Field("parameters", MapOf(PARAM_NAME, RANGE), "What to try, by parameter of the job.",
          "ranges", required=True),
    Field("algorithm", Choice({name: f"{name} search" for name in (
        "random", "grid", "bayesianoptimization", "tpe", "multivariate-tpe", "cmaes", "sobol",
        "hyperband", "enas", "darts", "pbt")}), "How to look.", default="`random`"),
    Field("settings", MapOf(PARAM_NAME, WORD), "The algorithm's settings."),
    Field("trials", Integer(1), "Most trials.", default="12"),
    Field("parallel", Integer(1), "Trials at once.", default="1"),
    Field("failures", Integer(), "Trials that may fail before the search does.", default="3"),
), _search)
