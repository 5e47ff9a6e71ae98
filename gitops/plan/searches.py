"""A search for the best parameters, as Katib's Experiment spells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.model.jobs import Objective, Param, Range, Search


class SearchPlan(Struct, frozen=True):
    """What each experiment of a job has in common.

    ``template`` is the text of the trial's manifest, with ``${trialParameters.NAME}`` for the
    parameters in ``trial_params``; ``container`` is the one whose metrics count.
    ``failures`` is never above ``trials``, which Katib refuses.
    """

    objective: Mapping[str, Any]
    algorithm: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    trials: int
    parallel: int
    failures: int
    resume: str
    container: str
    trial_params: tuple[Mapping[str, str], ...]
    template: str
    origins: Mapping[str, tuple[Origin, ...]]


def search_plan(search: Search, params: tuple[Param, ...], container: str,
                template: str) -> SearchPlan:
    """The search of a job with these parameters, whose trial is ``template``."""
    named = {param.name: param.description for param in params}
    return SearchPlan(
        objective=_objective(search.objective),
        algorithm={"algorithmName": search.algorithm,
                   **({"algorithmSettings": [{"name": name, "value": value} for name, value
                                             in search.settings.items()]}
                      if search.settings else {})},
        parameters=tuple({"name": one.name, "parameterType": one.type,
                          "feasibleSpace": dict(_space(one))} for one in search.ranges),
        trials=search.trials, parallel=search.parallel,
        failures=min(search.failures, search.trials),
        resume="FromVolume" if search.algorithm == "pbt" else "",
        container=container,
        trial_params=tuple({"name": one.name, "reference": one.name,
                            **({"description": named[one.name]} if named.get(one.name) else {})}
                           for one in search.ranges),
        template=template, origins=_origins(search.origin))


def _objective(one: Objective) -> dict[str, Any]:
    target: dict[str, Any] = {}
    if one.target:
        target["goal"] = float(one.target) if "." in one.target else int(one.target)
    others = {"additionalMetricNames": list(one.others)} if one.others else {}
    return {"type": one.goal, **target, "objectiveMetricName": one.metric, **others}


def _space(one: Range) -> Iterator[tuple[str, Any]]:
    """The range with Katib's own default: what it fills into a list, Argo CD would take for a
    difference at every sync."""
    yield "distribution", "uniform"
    if one.values:
        yield "list", list(one.values)
    for key in ("min", "max", "step"):
        if value := getattr(one, key):
            yield key, value


def _origins(at: Origin) -> dict[str, tuple[Origin, ...]]:
    keys = {"objective": "objective", "parameters": "parameters", "trials": "trials",
            "parallel": "parallel", "failures": "failures", "trial_params": "parameters"}
    found = {attribute: (at.at(key),) for attribute, key in keys.items()}
    return found | {"algorithm": (at.at("algorithm"), at.at("settings")),
                    "resume": (at.at("algorithm"),)}
