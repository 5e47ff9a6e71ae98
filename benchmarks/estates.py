"""Estates of any size: tenants with two to six contributors, a group, a plan and devices."""

from __future__ import annotations

from pathlib import Path

PLATFORM = """\
identity: {domains: [example.com]}
plans:
  medium:
    quota:
      requests: {cpu: 32, memory: 128Gi}
      storage: 1Ti
      pods: 100
      other: {services.loadbalancers: 0, services.nodeports: 0}
"""
CLUSTER = """\
kubernetes: "1.37"
kubeflow: 26.03.1
cloud: gke
network: {apiServer: [10.0.0.2/32], ranges: [10.0.0.0/8]}
"""
GROUP = "members: [maria@example.com, carla@example.com]\n"


def tenant(number: int) -> str:
    """The declaration of tenant ``number``; they come in five shapes."""
    contributors = "".join(
        f"  - {{user: user{number}-{index}@example.com, role: {'edit' if index % 2 else 'view'}}}\n"
        for index in range(number % 5 + 2))
    return (f"purpose: Team {number}\nowner: owner{number}@example.com\n"
            f"contributors:\n{contributors}  - {{group: reviewers, role: view}}\nplan: medium\n"
            f"quota: {{devices: {{nvidia.com/gpu: {number % 8 + 1}}}}}\n")


def write(root: Path, tenants: int) -> None:
    """An estate of so many tenants in a folder."""
    for name, text in (("platform.yaml", PLATFORM), ("clusters/prod.yaml", CLUSTER),
                       ("groups/reviewers.yaml", GROUP)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "tenants").mkdir()
    for number in range(tenants):
        (root / f"tenants/team-{number:05}.yaml").write_text(tenant(number))
