"""Estates with jobs out of hypothesis: any mix of steps, hardware, parameters and runs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

Declaration = dict[str, Any]

CLUSTER = {
    "kubernetes": "1.37",
    "kubeflow": "26.03.1",
    "workspaces": "native",
    "network": {"apiServer": ["192.0.2.2/32"]},
    "engines": {"tekton": True, "trainer": "none"},
}
HARDWARE: dict[str, Declaration] = {
    "gpu-t4": {
        "nodes": 1,
        "allocatable": {"cpu": "7910m", "memory": "26Gi"},
        "device": {"resource": "nvidia.com/gpu", "perNode": 2},
        "nodeSelector": {"accelerator": "t4"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "shm": "1Gi",
    },
    "cpu": {
        "nodes": 1,
        "allocatable": {"cpu": "7910m", "memory": "28Gi"},
        "nodeSelector": {"platform": "cascadelake"},
    },
}
QUOTA = {
    "requests": {"cpu": 7, "memory": "24Gi"},
    "limits": {"cpu": 12, "memory": "32Gi"},
    "pods": 4,
}
TEXTS = st.sampled_from(("no", "1e3", "", "a: b # c", "$HOME", "é\n--- x"))
CPU = st.sampled_from((1, "1500m", "0.5"))
MEMORY = st.sampled_from(("1Gi", "512Mi", "1G"))


@st.composite
def jobs(draw: st.DrawFn) -> Declaration:
    """One job: a container, steps of one pod, steps apart, or a Task or Pipeline elsewhere."""
    params = draw(st.dictionaries(st.sampled_from(("lr", "batch_size", "m-x")), TEXTS, max_size=3))
    job: Declaration = {
        "params": params,
        "runs": [{"id": "first"}, {"id": "b", "params": dict.fromkeys(params, "2")}],
        **draw(st.fixed_dictionaries({}, optional={
            "timeout": st.sampled_from(("30s", "2h")), "description": st.just("what: it does")})),
    }
    shape = draw(st.sampled_from(("one", "steps", "apart", "task", "pipeline")))
    if shape in ("task", "pipeline"):
        source = {"repo": "https://git.example.com/a.git", "revision": "v1", "path": "t/a.yaml"}
        spaces = st.sampled_from(({"empty": "1Gi"}, {"claim": "data"}, {"size": "1Gi"}))
        job["volumes"] = [{"name": "data", **one} for one in draw(st.lists(spaces, max_size=1))]
        return {**job, "hardware": draw(_hardware()), "from": {**source, "kind": shape}}
    job["retries"] = draw(st.integers(0, 2))
    job["volumes"] = draw(st.lists(st.just(
        {"name": "scratch", "path": "/scratch", "empty": "1Gi"}), max_size=1))
    if shape == "one":
        return {**job, **draw(_work(params)), **draw(_amounts()), "hardware": draw(_hardware())}
    steps = [{"name": f"s{index}", **draw(_work(params)), **draw(_amounts())}
             for index in range(draw(st.integers(2, 3)))]
    if shape == "apart":
        return {**job, "steps": [{**step, "hardware": draw(_hardware())} for step in steps]}
    steps[0]["devices"] = draw(st.integers(1, 2))
    return {**job, "hardware": "gpu-t4", "steps": steps}


def _hardware() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(HARDWARE))


def _amounts() -> st.SearchStrategy[Declaration]:
    return st.fixed_dictionaries({}, optional={"cpu": CPU, "memory": MEMORY})


@st.composite
def _work(draw: st.DrawFn, params: Declaration) -> Declaration:
    text = "run " + " ".join(f"$(params.{name})" for name in params)
    env = {"SHELL_TEXT": draw(TEXTS), "FROM_PARAMS": text}
    return {"image": "r.example/team/model:1", **draw(st.sampled_from((
        {"script": f"#!/bin/sh\n{text}\n"}, {"command": ["run"], "args": [text]}, {}))),
        **draw(st.sampled_from(({}, {"env": env})))}


@st.composite
def estates(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a valid estate: a cluster with Tekton, and a tenant with some jobs."""
    made = draw(st.lists(jobs(), min_size=1, max_size=3))
    tenant = {"owner": "ana@example.com", "hardware": {"gpu-t4": 2, "cpu": {}},
              "jobs": {f"j{index}": job for index, job in enumerate(made)},
              **draw(st.sampled_from(({}, {"quota": QUOTA})))}
    files = {"platform.yaml": {}, "clusters/prod.yaml": CLUSTER, "tenants/vision.yaml": tenant}
    files |= {f"hardware/{name}.yaml": hardware for name, hardware in HARDWARE.items()}
    # JSON is YAML that says what is text.
    return {name: json.dumps(data, ensure_ascii=False).encode() for name, data in files.items()}
