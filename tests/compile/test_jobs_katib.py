"""Jobs as Katib's searches: the trial template, and the experiment of a declared run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.compile.hardware import CLAIMED, QUEUES, made
from tests.estates import PROFILE

ENGINES = "engines: {katib: true, trainer: none}\n"
GPU = "nvidia.com/gpu"
SEARCH = ("search: {objective: {metric: loss, goal: minimize}, parameters: "
          "{lr: {type: double, min: 0.01, max: 0.1}}")


def objects(fields: str, *, search: str = "", cluster: str = PROFILE + ENGINES,
            hardware: str = "gpu-t4", given: str = "gpu-t4: 4, cpu-fast: {}",
            **more: str) -> dict[str, dict[str, Any]]:
    """What a job tune with a parameter lr becomes, and its run a."""
    job = (f"jobs:\n  tune: {{image: r.example/x:1, hardware: {hardware}, {fields}, "
           f"{SEARCH}{search}}}}}\n")
    return made(given, cluster=cluster, more=job, **more)


def run(fields: str, more: str = "", **options: str) -> dict[str, Any]:
    """The spec of the experiment of a run with these fields."""
    found = objects(f"{fields}, runs: [{{id: a{more}}}]", **options)
    return dict(found["Experiment/tune-a"]["spec"])


def pod(trial: Mapping[str, Any]) -> dict[str, Any]:
    return dict(trial["spec"]["template"]["spec"])


PLAIN = "params: {lr: 0.1}, command: [train, $(params.lr)]"


def test_a_job_without_runs_gives_its_trial_to_the_searches_of_members() -> None:
    found = objects(PLAIN)
    config = found["ConfigMap/trial-tune"]
    trial = json.loads(config["data"]["trial.json"])
    assert config["metadata"]["labels"]["katib.kubeflow.org/component"] == "trial-templates"
    assert "${trialParameters.lr}" in pod(trial)["containers"][0]["args"][0]
    assert not {"name", "namespace"} & trial["metadata"].keys()
    assert not [name for name in found if name.startswith("Experiment/")]


def test_a_trial_stands_on_the_hardware_and_asks_for_its_devices() -> None:
    spec = run(PLAIN)
    made = pod(spec["trialTemplate"]["trialSpec"])
    assert made["nodeSelector"] == {"accelerator": "t4"}
    assert made["tolerations"][0]["key"] == GPU
    assert made["containers"][0]["resources"]["limits"] == {GPU: "1"}
    assert spec["trialTemplate"]["primaryContainerName"] == made["containers"][0]["name"]


def test_a_run_has_its_own_values_and_devices() -> None:
    fields = "params: {lr: 0.1, epochs: 10}, command: [train, $(params.lr), $(params.epochs)]"
    spec = run(fields, ", params: {epochs: 3}, devices: 4")
    container, = pod(spec["trialTemplate"]["trialSpec"])["containers"]
    assert container["args"] == ["train '${trialParameters.lr}' 3"]
    assert container["resources"]["requests"] == {GPU: "4"}


def test_the_search_is_the_experiments() -> None:
    spec = run(PLAIN, search=", trials: 2, parallel: 2, algorithm: tpe")
    assert spec["algorithm"] == {"algorithmName": "tpe"}
    assert spec["objective"] == {"type": "minimize", "objectiveMetricName": "loss"}
    assert spec["parameters"] == [{
        "name": "lr", "parameterType": "double",
        "feasibleSpace": {"distribution": "uniform", "min": "0.01", "max": "0.1"}}]
    assert spec["trialTemplate"]["trialParameters"] == [{"name": "lr", "reference": "lr"}]
    assert (spec["maxTrialCount"], spec["parallelTrialCount"]) == (2, 2)


def test_as_many_trials_may_fail_as_there_are() -> None:
    assert run(PLAIN, search=", trials: 2")["maxFailedTrialCount"] == 2


def test_a_queued_trial_is_counted_once() -> None:
    trial = run(PLAIN, cluster=QUEUES + ENGINES)["trialTemplate"]["trialSpec"]
    queue = "kueue.x-k8s.io/queue-name"
    assert trial["metadata"]["labels"][queue] == "gpu-t4"
    assert queue not in trial["spec"]["template"]["metadata"]["labels"]
    assert trial["spec"]["template"]["metadata"]["labels"]["hardware"] == "gpu-t4"


def test_a_trial_claims_its_devices_one_by_one() -> None:
    spec = run(PLAIN, ", devices: 2", hardware="claimed", given="claimed: 2",
               claimed=CLAIMED.replace("perNode: 1", "perNode: 2"))
    made = pod(spec["trialTemplate"]["trialSpec"])
    assert [each["name"] for each in made["resourceClaims"]] == ["devices", "devices-2"]
    assert len(made["containers"][0]["resources"]["claims"]) == 2


def test_retries_and_the_timeout_are_each_trials() -> None:
    spec = run(f"{PLAIN}, retries: 2, timeout: 1h")["trialTemplate"]["trialSpec"]["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (2, 3600)


def test_populations_keep_what_they_learned_on_a_volume() -> None:
    search = (", algorithm: pbt, settings: {suggestion_trial_dir: /opt/katib/data, "
              "n_population: 10, truncation_threshold: 0.4}")
    assert run(PLAIN, search=search)["resumePolicy"] == "FromVolume"


def test_words_survive_the_shell_that_katib_puts_around_them(tmp_path: Path) -> None:
    words = """command: [printf, "%s|", "$(params.lr)", "it's", "a  b", "$(params.note)", '"']"""
    spec = run(f"params: {{lr: 0.1, note: \"don't\"}}, {words}")
    container, = pod(spec["trialTemplate"]["trialSpec"])["containers"]
    assert by_katib(container, tmp_path, {"lr": "0.05"}) == "0.05|it's|a  b|don't|\"|"


def test_a_scripts_whole_output_is_read(tmp_path: Path) -> None:
    spec = run('params: {lr: 0.1}, script: "echo loss=$(params.lr)\\necho $(echo done)\\n"')
    container, = pod(spec["trialTemplate"]["trialSpec"])["containers"]
    assert by_katib(container, tmp_path, {"lr": "0.05"}) == "loss=0.05\ndone\n"


def by_katib(container: Mapping[str, Any], folder: Path, values: Mapping[str, str]) -> str:
    """What a container prints into Katib's file, started as Katib starts it."""
    text = json.dumps(container)
    for name, value in values.items():
        text = text.replace(f"${{trialParameters.{name}}}", value)
    made = json.loads(text)
    metrics = folder / "metrics.log"
    shell = f"{made['args'][0]} 1>{metrics} 2>&1 && true".replace("$$", "$")
    subprocess.run([*made["command"], shell], check=True)
    return metrics.read_text(encoding="utf-8")
