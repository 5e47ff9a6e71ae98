"""Which lists of a manifest are sets, and which have a key: what makes a difference quiet.

A list that is not named here keeps its order, as env, args and command must.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SET = "*"
"""In the tables: the list is a set; other values are the key that tells its items apart."""

_RULES = {"rules": SET, "rules.verbs": SET, "rules.apiGroups": SET, "rules.resources": SET,
          "rules.resourceNames": SET, "rules.nonResourceURLs": SET}
_ADMISSION = {f"spec.matchConstraints.{rules}{part}": SET
              for rules in ("resourceRules", "excludeResourceRules")
              for part in ("", ".apiGroups", ".apiVersions", ".operations", ".resources",
                           ".resourceNames")}
_POLICY = {"spec.rules": SET, "spec.rules.from": SET, "spec.rules.to": SET, "spec.rules.when": SET,
           "spec.rules.when.values": SET, "spec.rules.when.notValues": SET, "spec.targetRefs": SET,
           **{f"spec.rules.{side}.{part}": SET
              for side, names in (("from.source", ("principals", "requestPrincipals", "namespaces",
                                                   "ipBlocks", "remoteIpBlocks",
                                                   "serviceAccounts")),
                                  ("to.operation", ("hosts", "ports", "methods", "paths")))
              for name in names for part in (name, f"not{name[0].upper()}{name[1:]}")}}
_PEERS = {"spec.policyTypes": SET,
          **{f"spec.{way}{part}": SET for way, side in (("ingress", "from"), ("egress", "to"))
             for part in ("", f".{side}", ".ports", f".{side}.ipBlock.except")}}
BY_KIND: Mapping[str, Mapping[str, str]] = {
    "AuthorizationPolicy": _POLICY,
    "ClusterQueue": {"spec.resourceGroups.flavors": "name",
                     "spec.resourceGroups.flavors.resources": "name"},
    "ClusterRole": _RULES,
    "ClusterRoleBinding": {"subjects": SET},
    "Gateway": {"spec.listeners": "name"},
    "Kustomization": {"resources": SET},
    "LimitRange": {"spec.limits": "type"},
    "MutatingAdmissionPolicy": _ADMISSION,
    "MutatingPolicy": _ADMISSION,
    "NetworkPolicy": _PEERS,
    "Profile": {"spec.plugins": SET},
    "RequestAuthentication": {"spec.jwtRules": "issuer", "spec.jwtRules.audiences": SET,
                              "spec.jwtRules.fromHeaders": SET, "spec.targetRefs": SET},
    "ResourceQuota": {"spec.scopes": SET},
    "Role": _RULES,
    "RoleBinding": {"subjects": SET},
    "ServiceAccount": {"imagePullSecrets": SET, "secrets": SET},
    "Sidecar": {"spec.egress.hosts": SET},
    "ValidatingAdmissionPolicy": _ADMISSION,
    "ValidatingAdmissionPolicyBinding": {"spec.validationActions": SET},
}
"""By kind, then by the path of the list with the indexes left out."""

ANYWHERE: Mapping[str, str] = {
    "matchExpressions": SET, "matchExpressions.values": SET, "tolerations": SET,
    "metadata.finalizers": SET, "imagePullSecrets": SET, "matchConditions": "name",
    "containers": "name", "volumes": "name", "volumeMounts": "mountPath",
}
"""In every kind, by the last steps of the path."""


def kind_of_list(kind: str, path: Iterable[object]) -> str:
    """:data:`SET`, the key that tells the items apart, or "" where the order counts.

    Steps of the path that are no text (indexes and items) do not count.
    """
    words = [step for step in path if isinstance(step, str)]
    found = BY_KIND.get(kind, {}).get(".".join(words))
    if found is not None:
        return found
    return ANYWHERE.get(".".join(words[-1:]), "") or ANYWHERE.get(".".join(words[-2:]), "")
