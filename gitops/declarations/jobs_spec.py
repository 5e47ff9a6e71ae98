"""The keys of ``jobs`` in ``tenants/<name>.yaml``."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from gitops.declarations.cron import cron_mistake
from gitops.declarations.hardware_spec import Count
from gitops.declarations.reader import INVALID, Reader, field_name
from gitops.declarations.records import Field, ListOf, MapOf, Record, Shorthand, of
from gitops.declarations.search_spec import PARAM_NAME, SEARCH, WORD, WORDS, named
from gitops.declarations.types import (
    DNS_LABEL,
    DNS_NAME,
    Amount,
    Choice,
    Flag,
    Integer,
    Name,
    Schema,
    Text,
)
from gitops.declarations.yamltree import Tree
from gitops.foundation.findings import Path
from gitops.model.jobs import (
    EnvVar,
    GitSource,
    Job,
    Mount,
    Param,
    Run,
    Step,
)

IMAGE = Text("a container image", r"[a-z0-9]\S*", 512, "registry.example.com/team/image:1.4")
ENV_NAME = Text("the name of an environment variable", "[A-Za-z_][A-Za-z0-9_.-]*",
                example="MODEL_DIR")
OBJECT = Text("the name of an object", DNS_NAME, 253, "my-data")
MOUNT_PATH = Text("an absolute path", r"/[^:]*", 1024, "/data")
ENGINE = Choice({
    "tekton": "Tekton: a Task and a Pipeline",
    "argo": "Argo Workflows: a WorkflowTemplate",
    "trainer": "Kubeflow Trainer: a TrainingRuntime",
    "katib": "Katib: experiments that search for parameters",
    "pipelines": "Kubeflow Pipelines, whose jobs git cannot declare",
    "notebooks": "a notebook server",
})

FRAMEWORK = Choice({
    "torch": "PyTorch: the variables that torchrun reads",
    "jax": "JAX",
    "xgboost": "XGBoost",
    "plain": "none; the pods get no variables",
})


class Seconds(Struct, frozen=True):
    """A length of time such as ``90m`` or ``1h30m``; becomes seconds."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        match = re.fullmatch(r"(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?"
                             r"(?:([0-9]{1,8})s)?", str(tree)) if isinstance(tree, str) else None
        if match is None or not str(tree):
            return reader.expected("a length of time such as 90m or 1h30m", tree, at,
                                   "units are d, h, m and s")
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        if not total:
            return reader.wrong("out-of-range", at, f"{field_name(at)} cannot be 0",
                                "leave it out for no limit")
        return total

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"}

    def words(self) -> str:
        return "length of time (`90m`, `1h30m`)"


class Cron(Struct, frozen=True):
    """Five fields of a cron schedule, or one of its short names."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, str):
            return reader.expected('a schedule such as "0 3 * * 1-5"', tree, at)
        said = cron_mistake(str(tree))
        if said:
            return reader.wrong("bad-schedule", at, f"{str(tree)!r} is no schedule: {said}",
                                'minute, hour, day of month, month, day of week: "0 3 * * 1-5"')
        return str(tree)

    def schema(self) -> Schema:
        return {"type": "string"}

    def words(self) -> str:
        return "cron schedule"


PARAM = Shorthand(
    WORD, lambda values, at, reader: Param(str(at[-1]), reader.origin(at), values["word"]),
    Record("a parameter", (
        Field("default", WORD, "Its value where a run gives none.", default="runs must give one"),
        Field("description", Text(), "What it means."),
    ), named(Param)))


def _env(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    sources = [name for name in ("value", "secret", "config_map") if name in values]
    if len(sources) != 1 or ("key" in values) == (sources == ["value"]):
        return reader.wrong("not-one-source", at, f"{at[-1]} needs exactly one source",
                            "write a text, {secret: NAME, key: KEY} or {configMap: NAME, key: KEY}")
    return EnvVar(str(at[-1]), reader.origin(at), **values)


ENV = MapOf(ENV_NAME, Shorthand(
    WORD, lambda values, at, reader: EnvVar(str(at[-1]), reader.origin(at), values["word"]),
    Record("an environment variable", (
        Field("value", WORD, "The value."),
        Field("secret", OBJECT, "The Secret that holds it."),
        Field("configMap", OBJECT, "The ConfigMap that holds it.", "config_map"),
        Field("key", Text("a key", "[A-Za-z0-9._-]+", 253), "Its key there."),
    ), _env)))


def _mount(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    """A volume. A claim of the job's own is called after both: ``explore-workspace``."""
    sources = [name for name in ("claim", "size", "empty") if name in values]
    if len(sources) > 1:
        return reader.wrong("not-one-source", at, "a volume is a claim, a claim of the job's own "
                            "or an empty directory, one of the three",
                            f"keep one of {' and '.join(sources)}")
    if "storage_class" in values and sources != ["size"]:
        return reader.wrong("not-one-source", (*at, "storageClass"),
                            "a storage class is for a claim of the job's own",
                            "add size, or take storageClass out", key=True)
    if "size" in values:
        values["claim"] = f"{at[-3]}-{values['name']}"
    return Mount(origin=reader.origin(at), **values)


MOUNT = Record("a volume", (
    Field("name", Text("a name of small letters, digits and dashes", DNS_LABEL, 63, "data"),
          "Its name, and that of Tekton's workspace.", required=True),
    Field("path", MOUNT_PATH, "Where the job sees it; the file of `from` says so itself.",
          default="none, with `from`"),
    Field("claim", OBJECT, "The PersistentVolumeClaim of the workspace that it is.",
          default="an empty directory that ends with the pod"),
    Field("size", Amount(), "The size of a PersistentVolumeClaim of the job's own, made when it "
          "is first needed and never deleted."),
    Field("storageClass", OBJECT, "The storage class of the job's own claim.", "storage_class",
          default="the cluster's default"),
    Field("empty", Amount(), "The size limit of the empty directory."),
    Field("readOnly", Flag(), "Whether the job may only read.", "read_only", default="false"),
), _mount)

WORK = (
    Field("image", IMAGE, "The container image."),
    Field("command", WORDS, "The command, a list of words."),
    Field("args", WORDS, "Its arguments."),
    Field("script", WORD, "A script to run in the place of a command; its first line names the "
          "interpreter."),
    Field("env", ENV, "Environment variables."),
    Field("cpu", Amount(), "Cores, requested and as the limit.", default="the hardware's default"),
    Field("memory", Amount(), "Memory, requested and as the limit.",
          default="the hardware's default"),
    Field("devices", Count(), "How many accelerators.", default="the hardware's default, 1"),
    Field("hardware", Name, "The hardware to run on."),
)


def _values(values: dict[str, Any]) -> dict[str, Any]:
    if "env" in values:
        values["env"] = tuple(values["env"].values())
    return values


def _one_work(values: dict[str, Any], at: Path, reader: Reader) -> None:
    if values.get("script") and values.get("command"):
        reader.wrong("script-and-command", (*at, "script"), "a script takes the command's place",
                     "keep one of the two", key=True)


def _step(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    _one_work(values, at, reader)
    if values.get("ref") and (values.keys() & {"image", "command", "args", "script"}):
        reader.wrong("step-ref-and-work", (*at, "ref"),
                     "a StepAction brings its own image and command", "keep one of the two")
    return Step(origin=reader.origin(at), **_values(values))


STEP = Record("a step", (
    Field("name", Name, "Its name.", required=True),
    *WORK,
    Field("ref", OBJECT, "A StepAction of the workspace to run (Tekton)."),
), _step)
GIT = Record("a source", (
    Field("repo", Text("the URL of a repository, without a password",
                       r"(https://|ssh://git@)[^\s@]+", 1024,
                       "https://git.example.com/team/tasks.git"), "The repository.",
          required=True),
    Field("revision", Text("a branch, tag or commit", r"[^\s~^:?*\[\\]+", 255, "v1.2.0",
                           any_plain=True), "The branch, tag or commit.", required=True),
    Field("path", Text("a path inside the repository", r"(?!/)(?!(.*/)?\.\.(/|$))\S+", 1024,
                       "tasks/train.yaml"), "The file there.", required=True),
    Field("kind", Choice({"task": "a Task", "pipeline": "a Pipeline"}), "What the file holds.",
          default="`pipeline`"),
), of(GitSource))
RUN = Record("a run", (
    Field("id", Text("an id of small letters, digits and dashes", DNS_LABEL, 63,
                     "2026-11-24-nightly", any_plain=True),
          "Makes the run's name, with the job's; never used again.", required=True),
    Field("params", MapOf(PARAM_NAME, WORD), "Values of parameters."),
    Field("devices", Count(1), "How many accelerators, in the place of the job's."),
), of(Run))


def _job(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    _one_work(values, at, reader)
    if "params" in values:
        values["params"] = tuple(values["params"].values())
    if reader.failed_in((*at, "from")):
        return INVALID
    return Job(name=str(at[-1]), origin=reader.origin(at), **_values(values))


JOB = Record("a job", (
    Field("engine", ENGINE, "What runs it.", default="the cluster's default engine"),
    Field("description", Text(max_length=1024), "What it does."),
    *WORK,
    Field("params", MapOf(PARAM_NAME, PARAM), "Parameters, with their defaults. Texts name one as "
          "`$(params.NAME)`, whatever the engine."),
    Field("schedule", Cron(), "When to run it by itself (Argo Workflows)."),
    Field("timeZone", Text("a time zone such as Europe/Lisbon", "[A-Za-z0-9_+/-]+"),
          "The time zone of the schedule.", "time_zone", default="UTC"),
    Field("retries", Integer(0, 100), "How often to try again.", default="0"),
    Field("timeout", Seconds(), "How long it may take.", default="no limit"),
    Field("serviceAccount", OBJECT, "The workspace's account that it runs as.",
          "service_account", default="`default-editor`"),
    Field("volumes", ListOf(MOUNT, once=False), "Storage that it sees (Tekton's workspaces).",
          "mounts"),
    Field("steps", ListOf(STEP, once=False), "Steps that run one after the other. Where one names "
          "hardware of its own, each runs in a pod of its own."),
    Field("from", GIT, "A Task or Pipeline in another repository (Tekton).", "source"),
    Field("nodes", Integer(1, 10_000), "Pods of a distributed training (Trainer).", default="1"),
    Field("framework", FRAMEWORK, "How those pods find one another (Trainer).",
          default="`torch`"),
    Field("runtime", OBJECT, "A ClusterTrainingRuntime to train with, in the place of a runtime of "
          "the job's own (Trainer)."),
    Field("search", SEARCH, "A search for the best parameters (Katib)."),
    Field("clusters", ListOf(Name, filled=True), "Where it stands.",
          default="the tenant's clusters that have its engine and hardware"),
    Field("runs", ListOf(RUN, once=False), "Runs that git asks for. A run starts when it is first "
          "applied, and again where its object was deleted and still stands in git."),
), _job)
JOB_NAME = Text("a name of small letters, digits and dashes, at most 40",
                "[a-z]([-a-z0-9]{0,38}[a-z0-9])?", example="train-resnet")
JOBS = MapOf(JOB_NAME, JOB)
