"""The fields of a container, for kinds in which a container has other fields besides."""

from __future__ import annotations

from typing import Final

from gitops.schemas.shapes import (
    FILLED,
    FLAG,
    TEXT,
    TEXTS,
    Schema,
    choice,
    core,
    listing,
    number,
    record,
)

RESOURCES: Final = core("core.v1.ResourceRequirements")
CONTAINER: Final[dict[str, Schema]] = {
    "args": TEXTS,
    "command": TEXTS,
    "env": listing(core("core.v1.EnvVar")),
    "envFrom": listing(core("core.v1.EnvFromSource")),
    "image": FILLED,
    "imagePullPolicy": choice("Always", "IfNotPresent", "Never"),
    "lifecycle": core("core.v1.Lifecycle"),
    "livenessProbe": core("core.v1.Probe"),
    "name": TEXT,
    "ports": listing(core("core.v1.ContainerPort")),
    "readinessProbe": core("core.v1.Probe"),
    "resizePolicy": listing(core("core.v1.ContainerResizePolicy")),
    "resources": RESOURCES,
    "restartPolicy": choice("Always", "OnFailure", "Never"),
    "restartPolicyRules": listing(
        record(
            {
                "action": FILLED,
                "exitCodes": record(
                    {
                        "operator": choice("In", "NotIn"),
                        "values": listing(number(0, 255), unique=True),
                    },
                    ["operator"],
                ),
            },
            ["action"],
        )
    ),
    "securityContext": core("core.v1.SecurityContext"),
    "startupProbe": core("core.v1.Probe"),
    "stdin": FLAG,
    "stdinOnce": FLAG,
    "terminationMessagePath": TEXT,
    "terminationMessagePolicy": choice("File", "FallbackToLogsOnError"),
    "tty": FLAG,
    "volumeDevices": listing(core("core.v1.VolumeDevice")),
    "volumeMounts": listing(core("core.v1.VolumeMount")),
    "workingDir": TEXT,
}
