"""Hardware and jobs out of hypothesis, for estates out of :mod:`tests.cluster.generated`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

Declaration = dict[str, Any]

T4: Declaration = {
    "description": "NVIDIA T4 on Skylake",
    "nodes": 40,
    "allocatable": {"cpu": "7910m", "memory": "26Gi"},
    "device": {"resource": "nvidia.com/gpu", "perNode": 1, "product": "Tesla-T4"},
    "nodeSelector": {"example.com/kind": "t4"},
    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
}
A100: Declaration = {
    "nodes": 10,
    "allocatable": {"cpu": "95", "memory": "1Ti"},
    "device": {"resource": "nvidia.com/gpu", "perNode": 8},
    "nodeSelector": {"example.com/kind": "a100", "example.com/odd": "1e3"},
    "tolerations": [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "team", "value": "no", "effect": "NoExecute", "seconds": 60},
    ],
    "shm": "16Gi",
    "workload": {"default": {"cpu": "4", "memory": "32Gi"}, "max": {"cpu": "64"}},
    "runtimeClass": "nvidia",
}
CASCADE_LAKE: Declaration = {
    "nodes": 6,
    "allocatable": {"cpu": "15", "memory": "60Gi"},
    "cpuPlatform": "Intel Cascade Lake",
    "nodeSelector": {"example.com/kind": "cascadelake"},
    "affinity": {
        "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 5,
                    "preference": {
                        "matchExpressions": [{"key": "zone", "operator": "In", "values": ["y"]}]
                    },
                }
            ]
        }
    },
}
HARDWARE: dict[str, Declaration] = {
    "gpu-t4": T4,
    "gpu-a100": A100,
    "cpu-cascadelake": CASCADE_LAKE,
}
ENGINES = ("tekton", "argo", "katib", "notebooks", "pipelines", "trainer")
DECLARED = tuple(engine for engine in ENGINES if engine != "pipelines")
"""Engines whose jobs git can declare."""
TEXTS = ("8", "no", "1e3", "a b", "x: y # z", "'\"")
AWKWARD = (*TEXTS, "{{x}}")


NAMES_IT = {"command": ["python", "train.py"], "args": ["--batch", "$(params.batch)"]}
SEARCH = {
    "objective": {"metric": "loss", "goal": "minimize"},
    "parameters": {"batch": {"type": "categorical", "values": ["8", "16"]}},
}


@st.composite
def hardware(draw: st.DrawFn) -> dict[str, Declaration]:
    """The hardware files of an estate, by name; often none."""
    names = draw(st.lists(st.sampled_from(sorted(HARDWARE)), unique=True))
    return {name: HARDWARE[name] for name in names}


@st.composite
def equipment(draw: st.DrawFn) -> Declaration:
    """How a cluster queues, and what it does to pods."""
    queueing = st.sampled_from(
        ("none", "kueue", {"manager": "kueue", "cohort": "all", "preemption": False})
    )
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                "queueing": queueing,
                "mutation": st.sampled_from(("auto", "policy", "none")),
                "hardwareRules": st.booleans(),
            },
        )
    )


def engines(draw: st.DrawFn) -> Declaration:
    """Which engines are there, the same on each cluster of an estate."""
    found: Declaration = {name: draw(st.booleans()) for name in ENGINES if name != "trainer"}
    return {**found, "trainer": draw(st.sampled_from(("none", "2.0", "2.1", "2.2", "2.3")))}


@st.composite
def shares(draw: st.DrawFn, names: Sequence[str]) -> Declaration:
    """A tenant's hardware: a few devices each, or no number."""
    chosen = draw(st.lists(st.sampled_from(sorted(names)), unique=True)) if names else []
    return {
        name: draw(st.sampled_from((8, 9, {}))) if "device" in HARDWARE[name] else {}
        for name in chosen
    }


@st.composite
def jobs(draw: st.DrawFn, given: Sequence[str], installed: Sequence[str]) -> Declaration:
    """A tenant's jobs on hardware that it was given, for engines that are there."""
    usable = [engine for engine in DECLARED if engine in installed]
    if not usable:
        return {}
    names = draw(st.lists(st.sampled_from(("train", "a-1", "eval")), unique=True))
    return {name: draw(job(given, draw(st.sampled_from(usable)))) for name in names}


@st.composite
def job(draw: st.DrawFn, given: Sequence[str], engine: str) -> Declaration:
    """One job. A notebook has no parameters and no runs; a search fills its own in."""
    found: Declaration = {
        "engine": engine,
        "image": "registry.example.com/a/b:1.4",
        "cpu": "500m",
        "memory": draw(st.sampled_from(("0.5Gi", "500M"))),
    }
    if given:
        found["hardware"] = draw(st.sampled_from(sorted(given)))
    if engine == "notebooks":
        return found
    # Argo reads braces as its own, so a text that has them is a mistake there.
    values = st.fixed_dictionaries(
        {"batch": st.sampled_from(TEXTS if engine == "argo" else AWKWARD)}
    )
    found["params"] = draw(values)
    ids = draw(st.lists(st.sampled_from(("2026-11-24-nightly", "b")), unique=True))
    if engine == "katib":
        return {**found, **NAMES_IT, "search": SEARCH, "runs": [{"id": one} for one in ids]}
    own = st.fixed_dictionaries({}, optional={"params": values})
    found["runs"] = [{"id": one, **draw(own)} for one in ids]
    return found | draw(st.sampled_from((NAMES_IT, {"command": ["sh", "-c", "echo $HOME y"]})))


def fit(limits: Declaration) -> None:
    """Quotas and maxima that no declared hardware can meet are mistakes, so they go.

    Devices of declared hardware are promised under ``hardware``, and nowhere else.
    """
    limits.get("quota", {}).pop("devices", None)
    if "max" in limits.get("containers", {}):
        limits["containers"]["max"] = {"cpu": "2", "memory": "2Gi"}
