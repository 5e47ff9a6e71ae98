"""The keys of a cluster's ``engines`` and ``queueing``."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gitops.declarations.reader import Reader
from gitops.declarations.records import Field, Record, Shorthand, of
from gitops.declarations.types import Choice, Flag, Name
from gitops.foundation.findings import Path
from gitops.model.cluster import Engines, Queueing


def _switch(title: str, *fields: Field) -> Shorthand:
    """An engine: true or false, or its settings, which turn it on."""
    return Shorthand(Flag(), lambda values, _at, _reader: {"on": values["word"]},
                     Record(title, fields, lambda values, _at, _reader: {"on": True, **values}))


TRAINER = Choice({"2.0": "changes a runtime's pods with podSpecOverrides",
                  "2.1": "with podTemplateOverrides", "2.2": "with runtimePatches",
                  "2.3": "with runtimePatches", "none": "not installed"}, any_plain=True)


def _engines(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    """The settings of all engines in one record of the model."""
    found: dict[str, Any] = {name: values[name]["on"] for name in (
        "tekton", "argo", "katib", "pipelines", "notebooks") if name in values}
    for engine, key, target in (("tekton", "coschedule", "coschedule"),
                                ("argo", "serviceAccount", "argo_account"),
                                ("notebooks", "spawner", "spawner")):
        if key in values.get(engine, {}):
            found[target] = values[engine][key]
    release = values.get("trainer", "none")
    found["trainer"] = "" if release == "none" else release
    found["default"] = values.get("default", "")
    engines = Engines(origin=reader.origin(at), **found)
    if engines.default and engines.default not in engines.installed:
        reader.wrong("engine-not-here", (*at, "default"),
                     f"{engines.default} is not among the cluster's engines",
                     f"turn it on (engines: {{{engines.default}: true}}), or name another")
        return replace(engines, default="")
    return engines


ENGINES = Record("engines", (
    Field("tekton", _switch("Tekton", Field("coschedule", Choice({
        "workspaces": "tasks that share a volume stand on one node",
        "pipelineruns": "all tasks of a run stand on one node",
        "isolate-pipelinerun": "likewise, and no other run stands there",
        "disabled": "tasks stand anywhere"}), "Tekton's feature flag of this name.",
        default="`workspaces`, Tekton's own")), "Tekton Pipelines."),
    Field("argo", _switch("Argo Workflows", Field("serviceAccount", Name,
          "The account that workflows run as.", default="`default-editor`")), "Argo Workflows."),
    Field("trainer", Shorthand(TRAINER, lambda values, _at, _reader: values["word"],
                               Record("Trainer", (Field("release", TRAINER, "The release.",
                                                        required=True),),
                                      lambda values, _at, _reader: values["release"])),
          "Kubeflow Trainer's release; it alone will do.", default="`none`"),
    Field("katib", _switch("Katib"), "Katib."),
    Field("pipelines", _switch("Pipelines"), "Kubeflow Pipelines."),
    Field("notebooks", _switch("notebooks", Field("spawner", Flag(), "Whether to render the "
          "notebook form's hardware menu, a patch for the distribution's own.",
          default="false")), "Kubeflow's notebooks."),
    Field("default", Choice({name: f"jobs run on {name}" for name in (
        "tekton", "argo", "trainer", "notebooks")}),
        "What runs jobs that name no engine.", default="the only one of tekton, argo and trainer"),
), _engines)
MANAGER = Choice({"kueue": "Kueue holds jobs back until their devices are free",
                  "none": "pods that find no room wait in the scheduler"})
QUEUEING = Shorthand(
    MANAGER, lambda values, at, reader: Queueing(reader.origin(at), values["word"]),
    Record("queueing", (
        Field("manager", MANAGER, "What queues.", required=True),
        Field("cohort", Name, "The cohort in which tenants lend idle devices to one another.",
              default="nobody lends"),
        Field("fairSharing", Flag(), "Whether idle devices go by `fairShare`.", "fair_sharing",
              default="true"),
        Field("preemption", Flag(), "Whether who lent devices may take them back by stopping "
              "what runs on them.", default="true"),
    ), of(Queueing)))
