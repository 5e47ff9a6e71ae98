"""The pages that are made: their paths in this folder, and their text."""

from __future__ import annotations

from collections.abc import Mapping

from docs.commands import commands
from docs.rules import RULES
from gitops.declarations.reference import reference

NOTE = "<!-- Made by `make docs`; edit what it is made from. -->\n"
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "platform": ("Rules and defaults of the whole estate. An empty one is `{}`.", """\
# platform.yaml
identity:
  domains: [example.com]
breakGlassGroup: platform-admins
asOf: 2026-11-24
plans:
  small:
    description: Notebooks and small experiments
    quota:
      requests: {cpu: 8, memory: 32Gi}
      storage: 200Gi
      pods: 30
defaults:
  plan: small
  labels: {cost-center: ml}
"""),
    "cluster": ("One cluster and how it is run. The file's name is the cluster's name. "
                "[Clusters and presets](../clusters.md) says how to fill it in.", """\
# clusters/prod.yaml
kubernetes: "1.37"
kubeflow: 26.03.1
cloud: gke
mesh: sidecar
network:
  apiServer: [10.0.0.2/32]
  ranges: [10.0.0.0/8]
"""),
    "group": ("A named set of people and groups. The file's name is the group's name here; "
              "`claim` is its name in the identity provider.", """\
# groups/ml-reviewers.yaml
description: Read along with every vision project
claim: ml/reviewers
members:
  - maria.santos@example.com
  - group: leads
"""),
    "hardware": ("One kind of machine that a tenant can ask for by name. The file's name is the "
                 "hardware's name. A tenant is given it under [`hardware`](tenant.md), and its "
                 "jobs name it.", """\
# hardware/gpu-t4.yaml
description: NVIDIA T4 on Skylake, for inference and small training
machine: n1-standard-8
nodes: 2
allocatable: {cpu: 7910m, memory: 26Gi}
device: {resource: nvidia.com/gpu, perNode: 1, product: Tesla-T4}
nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4}
tolerations:
  - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
"""),
    "tenant": ("A person or team. The file's name is the tenant's name, and the name of its "
               "namespace on each of its clusters. [Access](../access.md) and "
               "[network](../network.md) say what comes of it.", """\
# tenants/vision.yaml
purpose: Defect detection on the assembly line
owner: ana.silva@example.com
contributors:
  - {user: joao.costa@example.com, role: edit}
  - {user: rui@partner.example, role: view, until: 2027-01-31}
  - {group: ml-reviewers, role: view}
plan: medium
quota:
  devices: {nvidia.com/gpu: 4}
"""),
    "tombstone": (
    "The record of a tenant that was removed, written in the change that deletes its file. While "
    "it stands, no tenant can have that name: what the old one left outside git, which "
    "`gitops offboard NAME` lists, may still answer to it.", """\
# tombstones/legacy-ocr.yaml
removed: 2026-11-24
reason: replaced by nlp; its data was handed to the owner
by: maria.santos@example.com
"""),
}
FILES = {"platform": "platform.yaml", "cluster": "clusters/<name>.yaml",
         "group": "groups/<name>.yaml", "hardware": "hardware/<name>.yaml",
         "tenant": "tenants/<name>.yaml", "tombstone": "tombstones/<name>.yaml"}


def pages() -> dict[str, str]:
    """Every page that is made, by its path in this folder."""
    return {"commands.md": f"{NOTE}{commands()}",
            "errors.md": f"{NOTE}{_errors()}",
            **{f"reference/{kind}.md": f"{NOTE}{_declaration(kind)}" for kind in EXAMPLES}}


def _declaration(kind: str) -> str:
    about, example = EXAMPLES[kind]
    return (f"# `{FILES[kind]}`\n\n{about}\n\n```yaml\n{example}```\n\n{reference(kind)}")


def _errors() -> str:
    parts = ["# Errors",
             "A finding names its rule in brackets at the end of its first line. All that is "
             "wrong is told in one run; `gitops validate --format json` tells it to machines."]
    for subject, rules in RULES.items():
        parts.append(f"## {subject}")
        parts += [f"### `{name}`\n\n{rule.means}\n\n{rule.do}" for name, rule in rules.items()]
    return "\n\n".join(parts) + "\n"
