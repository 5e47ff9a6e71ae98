"""InferenceServices that KServe's webhook refuses.

Source: KServe 0.20, ``pkg/apis/serving/v1beta1`` (validateExactlyOneImplementation,
GetImplementations, validateReplicas).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

FRAMEWORKS: Final = (
    "huggingface",
    "lightgbm",
    "onnx",
    "paddle",
    "pmml",
    "pytorch",
    "sklearn",
    "tensorflow",
    "triton",
    "xgboost",
)
"""What stood in the place of a model before there were formats; still served."""
_CONTAINER: Final = "kserve-container"


def inference_service(document: Document) -> Iterator[Violation]:
    """Components without anything to run or with two things, and replicas the wrong way round."""
    spec = document["spec"]
    yield from _predictor(spec["predictor"], ("spec", "predictor"))
    for index, canary in enumerate(spec.get("canary", ())):
        yield from _predictor(canary["predictor"], ("spec", "canary", index, "predictor"))
    for name, other in (("transformer", ()), ("explainer", ("art",))):
        if name in spec:
            yield from _component(spec[name], ("spec", name), other)


def _predictor(predictor: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    models = [name for name in (*FRAMEWORKS, "model") if name in predictor]
    named = [one["name"] for one in predictor.get("containers", ())]
    if len(models) > 1:
        yield Violation((*where, models[1]), f"stands beside {models[0]}: a predictor has one")
    elif models and _CONTAINER in named:
        yield Violation(
            (*where, "containers", named.index(_CONTAINER)),
            f"a predictor with {models[0]} has a container of this name already",
        )
    yield from _component(predictor, where, models)


def _component(part: Mapping[str, Any], where: Path, models: Iterable[str]
               ) -> Iterator[Violation]:
    if not (part.get("containers") or any(name in part for name in models)):
        what = "a model or containers" if where[-1] == "predictor" else "containers"
        yield Violation(where, f"has nothing to run: give it {what}")
    if part.get("minReplicas", 1) > (part.get("maxReplicas") or 2**31):
        yield Violation((*where, "minReplicas"), f"is above maxReplicas, {part['maxReplicas']}")
