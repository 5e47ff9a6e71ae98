"""What the API server checks in the types of Kubernetes, as data: see :mod:`stricter`."""

from __future__ import annotations

from typing import Final

from gitops.schemas import metadata, shapes, syntax
from gitops.schemas.shapes import (
    DNS_LABEL,
    FILLED,
    PATH_SEGMENT,
    PORT,
    Schema,
    choice,
    listing,
    mapping,
    says,
    spelt,
)

_RBAC_GROUP: Final = choice("rbac.authorization.k8s.io")
_KEY: Final = spelt(syntax.LABEL_KEY)
_AMOUNT: Final[Schema] = {"type": ["number", "string"], "pattern": syntax.AMOUNT, "minimum": 0}
_AMOUNTS: Final = mapping(_AMOUNT, _KEY)
_WHOLE_AMOUNT: Final[Schema] = {
    "type": ["integer", "string"],
    "pattern": syntax.WHOLE,
    "minimum": 0,
}
_RESOURCES: Final[Schema] = {**_AMOUNTS, "patternProperties": {"/": _WHOLE_AMOUNT}}
_RUN_ONCE: Final[Schema] = {
    "$ref": "#/$defs/io.k8s.api.core.v1.PodTemplateSpec",
    "properties": {
        "spec": {
            "properties": {"restartPolicy": choice("OnFailure", "Never")},
            "required": ["restartPolicy"],
        }
    },
}
_PORT_OR_NAME: Final[Schema] = {
    "type": ["integer", "string"],
    "pattern": syntax.PORT_NAME,
    "minimum": 1,
    "maximum": 65535,
}
_SHARE: Final[Schema] = {
    "type": ["integer", "string"],
    "pattern": syntax.PERCENT,
    "minimum": 0,
}
_PROTOCOL: Final = choice("TCP", "UDP", "SCTP")
_FAILURE: Final = choice("Fail", "Ignore")
_MATCH: Final = choice("Exact", "Equivalent")
_OPERATIONS: Final = listing(choice("*", "CREATE", "UPDATE", "DELETE", "CONNECT"), least=1)
_QUOTA_SCOPE: Final = choice(
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)
_SELECTED: Final = choice("In", "NotIn", "Exists", "DoesNotExist")
_RULE: Final[dict[str, Schema]] = {
    "operations": _OPERATIONS,
    "apiGroups": shapes.FILLED_TEXTS | {"items": shapes.TEXT},
    "apiVersions": shapes.FILLED_TEXTS,
    "resources": shapes.FILLED_TEXTS,
    "scope": choice("*", "Cluster", "Namespaced"),
}
_MATCH_RESOURCES: Final[dict[str, Schema]] = {"matchPolicy": _MATCH}
_VALIDATING_BINDING: Final[dict[str, Schema]] = {
    "policyName": shapes.DNS_NAME,
    "validationActions": listing(choice("Deny", "Warn", "Audit"), least=1, unique=True),
}
_PARAM_REF: Final[dict[str, Schema]] = {"parameterNotFoundAction": choice("Allow", "Deny")}
_MUTATION: Final[dict[str, Schema]] = {"patchType": choice("ApplyConfiguration", "JSONPatch")}
_REINVOKED: Final[dict[str, Schema]] = {
    "failurePolicy": _FAILURE,
    "reinvocationPolicy": choice("Never", "IfNeeded"),
}
_CONTAINER: Final[dict[str, Schema]] = {
    "name": DNS_LABEL,
    "imagePullPolicy": choice("Always", "IfNotPresent", "Never"),
}

FIELDS: Final[dict[str, dict[str, Schema]]] = {
    "core.v1.ResourceQuotaSpec": {"hard": _AMOUNTS, "scopes": listing(_QUOTA_SCOPE, unique=True)},
    "core.v1.ScopedResourceSelectorRequirement": {
        "operator": _SELECTED,
        "scopeName": _QUOTA_SCOPE,
    },
    "core.v1.LimitRangeItem": {
        "type": choice("Pod", "Container", "PersistentVolumeClaim"),
        **dict.fromkeys(
            ("default", "defaultRequest", "max", "maxLimitRequestRatio", "min"), _AMOUNTS
        ),
    },
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": choice("Allow", "Forbid", "Replace"),
        "schedule": spelt(syntax.CRON_FIELDS),
    },
    "batch.v1.JobSpec": {"template": _RUN_ONCE},
    "core.v1.PersistentVolumeClaimSpec": {
        "accessModes": listing(
            choice("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"), least=1
        ),
        "resources": {
            "$ref": "#/$defs/io.k8s.api.core.v1.VolumeResourceRequirements",
            "required": ["requests"],
            "properties": {"requests": {"required": ["storage"]}},
        },
        "storageClassName": spelt(syntax.CLASS_NAME),
    },
    "core.v1.ServiceSpec": {
        "selector": shapes.LABELS,
        "sessionAffinity": choice("None", "ClientIP"),
        "type": choice("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    },
    "policy.v1.PodDisruptionBudgetSpec": {"maxUnavailable": _SHARE, "minAvailable": _SHARE},
    "resource.v1.DeviceClassSpec": {"extendedResourceName": spelt(syntax.DEVICE)},
    "core.v1.ResourceRequirements": {"limits": _RESOURCES, "requests": _RESOURCES},
    "core.v1.VolumeResourceRequirements": {"limits": _AMOUNTS, "requests": _AMOUNTS},
    "core.v1.Container": _CONTAINER,
    "core.v1.EphemeralContainer": _CONTAINER,
    "core.v1.ContainerPort": {
        "containerPort": PORT,
        "hostPort": PORT,
        "name": spelt(syntax.PORT_NAME),
        "protocol": _PROTOCOL,
    },
    "core.v1.EnvVar": {"name": spelt(syntax.ENV_NAME)},
    "core.v1.Volume": {"name": DNS_LABEL},
    "core.v1.VolumeMount": {"mountPath": FILLED, "name": DNS_LABEL},
    "core.v1.Toleration": {
        "effect": choice("NoSchedule", "PreferNoSchedule", "NoExecute"),
        "key": _KEY,
        "operator": choice("Exists", "Equal", "Lt", "Gt"),
        "value": spelt(syntax.LABEL_VALUE),
    },
    "core.v1.Taint": {
        "effect": choice("NoSchedule", "PreferNoSchedule", "NoExecute"),
        "key": _KEY,
        "value": spelt(syntax.LABEL_VALUE),
    },
    "core.v1.NodeSelectorRequirement": {
        "key": _KEY,
        "operator": choice("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    },
    "core.v1.PodSpec": {
        "dnsPolicy": choice("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "nodeSelector": shapes.LABELS,
        "preemptionPolicy": choice("Never", "PreemptLowerPriority"),
        "priorityClassName": shapes.DNS_NAME,
        "restartPolicy": choice("Always", "OnFailure", "Never"),
        "serviceAccountName": shapes.DNS_NAME,
    },
    "core.v1.ServicePort": {
        "name": DNS_LABEL,
        "nodePort": PORT,
        "port": PORT,
        "protocol": _PROTOCOL,
        "targetPort": _PORT_OR_NAME,
    },
    "networking.v1.NetworkPolicySpec": {
        "policyTypes": listing(choice("Ingress", "Egress"), unique=True),
    },
    "networking.v1.NetworkPolicyPort": {
        "endPort": PORT,
        "port": _PORT_OR_NAME,
        "protocol": _PROTOCOL,
    },
    "rbac.v1.RoleRef": {
        "apiGroup": _RBAC_GROUP,
        "kind": choice("ClusterRole", "Role"),
        "name": PATH_SEGMENT,
    },
    "rbac.v1.Subject": {"kind": choice("User", "Group", "ServiceAccount"), "name": FILLED},
    "rbac.v1.PolicyRule": {"verbs": shapes.FILLED_TEXTS},
    "storage.v1.StorageClass": {"provisioner": FILLED},
}
ADMISSION: Final[dict[str, dict[str, Schema]]] = {
    "MatchCondition": {"expression": FILLED, "name": _KEY},
    "MatchResources": _MATCH_RESOURCES,
    "NamedRuleWithOperations": _RULE,
    "RuleWithOperations": _RULE,
    "ParamRef": _PARAM_REF,
    "Validation": {"expression": FILLED},
    "Variable": {"expression": FILLED, "name": spelt(syntax.C_NAME)},
    "ValidatingAdmissionPolicySpec": {"failurePolicy": _FAILURE},
    "ValidatingAdmissionPolicyBindingSpec": _VALIDATING_BINDING,
    "MutatingAdmissionPolicySpec": _REINVOKED,
    "MutatingAdmissionPolicyBindingSpec": {"policyName": shapes.DNS_NAME},
    "Mutation": _MUTATION,
}
"""Alike in every version of admissionregistration.k8s.io."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "ResourceQuotaSpec": ("hard",),
    "ValidatingAdmissionPolicyBindingSpec": ("policyName", "validationActions"),
    "MutatingAdmissionPolicyBindingSpec": ("policyName",),
    "ValidatingAdmissionPolicySpec": ("matchConstraints",),
    "MutatingAdmissionPolicySpec": ("matchConstraints", "mutations", "reinvocationPolicy"),
    "NamedRuleWithOperations": ("operations", "apiGroups", "apiVersions", "resources"),
    "ParamRef": ("parameterNotFoundAction",),
    "DeviceSelector": ("cel",),
    "IPBlock": ("cidr",),
    "PersistentVolumeClaimSpec": ("accessModes", "resources"),
}
"""Fields without which the server refuses the type, or which change nothing when absent."""

_EXISTS: Final[Schema] = {"required": ["operator"], "properties": {"operator": choice("Exists")}}
_FILLED_VALUE: Final[Schema] = {"required": ["value"], "properties": {"value": FILLED}}
_FOR_EVER: Final[Schema] = {
    "required": ["tolerationSeconds"],
    "properties": {"effect": {"not": choice("NoExecute")}},
}
ALL_OF: Final[dict[str, list[Schema]]] = {
    "core.v1.Toleration": [
        says({"anyOf": [{"required": ["key"]}, _EXISTS]}, "needs a key, or the operator Exists"),
        says({"not": {"allOf": [_EXISTS, _FILLED_VALUE]}}, "the operator Exists takes no value"),
        says({"not": _FOR_EVER}, "tolerationSeconds goes with the effect NoExecute only"),
    ],
}
"""Conditions across the fields of a type, each with its sentence."""

EXACTLY_ONE: Final[dict[str, tuple[str, ...]]] = {
    "resource.v1.DeviceRequest": ("exactly", "firstAvailable"),
}

_EXTENSIONS: Final = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
_PROPS: Final[Schema] = {"$ref": f"#/$defs/{_EXTENSIONS}.JSONSchemaProps"}
_MACHINERY: Final = "io.k8s.apimachinery.pkg"
_TIME: Final[Schema] = {"type": "string", "format": "date-time"}

WHOLE: Final[dict[str, Schema]] = {
    f"{_EXTENSIONS}.JSON": shapes.ANY,
    f"{_EXTENSIONS}.JSONSchemaPropsOrArray": _PROPS,
    f"{_EXTENSIONS}.JSONSchemaPropsOrBool": {"anyOf": [_PROPS, shapes.FLAG]},
    f"{_EXTENSIONS}.JSONSchemaPropsOrStringArray": {"anyOf": [_PROPS, shapes.TEXTS]},
    f"{_MACHINERY}.apis.meta.v1.FieldsV1": {"type": "object"},
    f"{_MACHINERY}.apis.meta.v1.MicroTime": _TIME,
    f"{_MACHINERY}.apis.meta.v1.Patch": {"type": "object"},
    f"{_MACHINERY}.apis.meta.v1.Time": _TIME,
    f"{_MACHINERY}.runtime.RawExtension": {"type": "object"},
    metadata.OBJECT_META: metadata.META,
    f"{_MACHINERY}.api.resource.Quantity": {
        "type": ["number", "string"],
        "pattern": syntax.QUANTITY,
    },
    f"{_MACHINERY}.util.intstr.IntOrString": {"type": ["integer", "string"]},
    f"{_MACHINERY}.apis.meta.v1.LabelSelector": shapes.record(
        {
            "matchLabels": shapes.LABELS,
            "matchExpressions": listing(
                shapes.record(
                    {
                        "key": _KEY,
                        "operator": _SELECTED,
                        "values": listing(spelt(syntax.LABEL_VALUE)),
                    },
                    ["key", "operator"],
                )
            ),
        }
    ),
}
"""Types whose published schema is set aside: too lax, or wrong in the files of single types,
which make a closed mapping of every type, also of times and of anything at all.
"""
