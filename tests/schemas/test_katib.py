"""Katib: its CRD accepts anything at all."""

from __future__ import annotations

from .said import GONE, said

EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: tune-resnet, namespace: vision}
spec:
  objective: {type: maximize, goal: 0.99, objectiveMetricName: accuracy}
  algorithm: {algorithmName: random}
  parallelTrialCount: 2
  maxTrialCount: 12
  parameters:
  - {name: lr, parameterType: double, feasibleSpace: {min: "0.01", max: "0.1"}}
  - {name: optimizer, parameterType: categorical, feasibleSpace: {list: [adam, sgd]}}
  trialTemplate:
    primaryContainerName: main
    trialParameters: [{name: learningRate, reference: lr}]
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec: {template: {spec: {containers: [{name: main, image: x}], restartPolicy: Never}}}
"""


def test_a_usual_experiment_is_valid() -> None:
    assert said(EXPERIMENT) == []


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec maxTrials", 3),
        ("spec objective objectiveMetric", "x"),
        ("spec parameters 0 feasibleSpace mim", "x"),
        ("spec trialTemplate trialParameter", []),
    ]
    assert said(EXPERIMENT, *edits) == [
        'spec.maxTrials: unknown field "maxTrials"; did you mean "maxTrialCount"?',
        'spec.objective.objectiveMetric: unknown field "objectiveMetric"; '
        'did you mean "objectiveMetricName"?',
        'spec.parameters[0].feasibleSpace.mim: unknown field "mim"; did you mean "min"?',
        'spec.trialTemplate.trialParameter: unknown field "trialParameter"; '
        'did you mean "trialParameters"?',
    ]


def test_bounds_are_numbers_in_quotes() -> None:
    assert said(EXPERIMENT, ("spec parameters 0 feasibleSpace min", 0.01)) == [
        'spec.parameters[0].feasibleSpace.min: must be a number in quotes, as "0.01"'
    ]


def test_a_parameter_has_the_space_of_its_type() -> None:
    assert said(EXPERIMENT, ("spec parameters 0 feasibleSpace", {"list": ["1"]})) == [
        "spec.parameters[0].feasibleSpace: a parameter of type double needs max",
        "spec.parameters[0].feasibleSpace: a parameter of type double needs min",
    ]


def test_a_trial_refers_to_parameters_that_exist() -> None:
    assert said(EXPERIMENT, ("spec trialTemplate trialParameters 0 reference", "lrr")) == [
        'spec.trialTemplate.trialParameters[0].reference: no parameter is named "lrr"'
    ]


def test_an_experiment_has_a_goal_a_way_and_a_trial() -> None:
    assert said(EXPERIMENT, ("spec", {})) == [
        'spec: the field "algorithm" is missing',
        'spec: the field "objective" is missing',
        'spec: the field "trialTemplate" is missing',
    ]


def test_a_trial_names_its_container() -> None:
    assert said(EXPERIMENT, ("spec trialTemplate primaryContainerName", GONE)) == [
        'spec.trialTemplate: the field "primaryContainerName" is missing'
    ]


def test_a_trial_that_is_a_job_is_a_job_of_kubernetes() -> None:
    at = "spec trialTemplate trialSpec"
    assert said(EXPERIMENT, (f"{at} spec backoffLimits", 3),
                (f"{at} spec template spec containers 0 resources", {"limit": {}})) == [
        'spec.trialTemplate.trialSpec.spec.backoffLimits: unknown field "backoffLimits"; '
        'did you mean "backoffLimit"?',
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].resources.limit: unknown "
        'field "limit"; did you mean "limits"?']


def test_katib_names_a_trial_itself() -> None:
    found = said(EXPERIMENT, ("spec trialTemplate trialSpec metadata", {"name": "mine"}))
    assert found == ['spec.trialTemplate.trialSpec.metadata.name: unknown field "name"']


def test_an_experiments_name_has_40_characters_at_most() -> None:
    assert said(EXPERIMENT, ("metadata name", "a" * 40)) == []
    assert len(said(EXPERIMENT, ("metadata name", "a" * 41))) == 1
