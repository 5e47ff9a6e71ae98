"""The spellings Kubernetes allows for names, labels and quantities, and how they are said.

Every pattern is one constant, so that a failed match can be explained in a sentence
(:data:`MEANING`) instead of a regular expression. The rules are those of
k8s.io/apimachinery ``pkg/util/validation`` and ``pkg/api/resource``.
"""

from __future__ import annotations

from typing import Final

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_SUFFIX = r"([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"

DNS_LABEL: Final = rf"^{_LABEL}$"
DNS_1035: Final = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
DNS_SUBDOMAIN: Final = rf"^{_LABEL}(\.{_LABEL})*$"
PATH_SEGMENT: Final = r"^(\.?[^/%.]|\.\.[^/%])[^/%]*$"
LABEL_KEY: Final = rf"^({_LABEL}(\.{_LABEL})*/)?{_NAME}$"
LABEL_VALUE: Final = rf"^({_NAME})?$"
LABEL_OR_TEMPLATE: Final = rf"^({_NAME})?$|\{{\{{.*\}}\}}"
ANNOTATION_KEY: Final = rf"^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?/)?{_NAME}$"
QUANTITY: Final = rf"^[+-]?{_NUMBER}{_SUFFIX}$"
AMOUNT: Final = rf"^\+?{_NUMBER}{_SUFFIX}$"
CLASS_NAME: Final = rf"^({_LABEL}(\.{_LABEL})*)?$"
DEVICE: Final = rf"^{_LABEL}(\.{_LABEL})*/{_NAME}$"
PERCENT: Final = r"^[0-9]+%$"
CRON_FIELDS: Final = r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+(\s+\S+){4})$"
API_VERSION: Final = rf"^({_LABEL}(\.{_LABEL})*/)?v[0-9]+((alpha|beta)[0-9]+)?$"
COMMIT: Final = r"^[0-9a-f]{40}([0-9a-f]{24})?$"
GIT_REF: Final = r"^refs/\S+$"
DIGEST: Final = r"^sha(256|512):[0-9a-f]{64,128}$"
POINTER: Final = r"^(/.*)?$"
ROLE_NAME: Final = r"^[A-Za-z0-9]([-A-Za-z0-9_]*[A-Za-z0-9])?$"
ARTIFACT_NAME: Final = r"^[-a-zA-Z0-9_{}.]+$"
WHOLE: Final = r"^\+?[0-9]+(\.0*)?([kMGTPE]|[KMGTPE]i)?$"
PORT_NAME: Final = r"^[a-z0-9-]{0,14}[a-z][a-z0-9-]{0,14}$"
PORT_TEXT: Final = (
    r"^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
)
ENV_NAME: Final = r"^[ -<>-~]+$"
CONFIG_KEY: Final = r"^[-._A-Za-z0-9]+$"
C_NAME: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
DURATION: Final = r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"
GROUP: Final = rf"^({_LABEL}(\.{_LABEL})*)?$"
KIND: Final = r"^[A-Z][A-Za-z0-9]*$"
HOSTNAME: Final = rf"^(\*\.)?{_LABEL}(\.{_LABEL})*$"
MESH_HOST: Final = rf"^(\*|\.|~|{_LABEL})/(\*|(\*\.)?{_LABEL}(\.{_LABEL})*)$"
MESH_ACCOUNT: Final = rf"^({_LABEL}/)?{_LABEL}(\.{_LABEL})*$"
PRINCIPAL: Final = r"^[^:\s]+$"
METHOD: Final = r"^(\*|\*?[A-Z]+|[A-Z]+\*)$"
URL_PATH: Final = r"^[/*]"
CONDITION: Final = (
    r"^(request\.headers\[[^\[\]]+\]|request\.auth\.(principal|audiences|presenter)"
    r"|request\.auth\.claims(\[[^\[\]]+\])+|source\.(ip|namespace|principal|serviceAccount)"
    r"|remote\.ip|destination\.(ip|port)|connection\.sni|experimental\.envoy\.filters\..+)$"
)
HEADER: Final = r"^[-_A-Za-z0-9]+$"
PARAM_NAME: Final = r"^[A-Za-z_][-A-Za-z0-9_.]*$"
RESULT_NAME: Final = r"^[A-Za-z0-9][-A-Za-z0-9_.]*$"
TASK_NAME: Final = r"^[A-Za-z0-9][-A-Za-z0-9_]*$"
CRON: Final = (
    r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every\s+([0-9]+(ns|us|µs|ms|s|m|h))+"
    r"|((CRON_)?TZ=\S+\s+)?[-0-9A-Za-z*/,?#]+(\s+[-0-9A-Za-z*/,?#]+){4})$"
)
INTERVAL: Final = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"
SHORT_INTERVAL: Final = r"^([0-9]+(\.[0-9]+)?(ms|s|m))+$"
GIT_URL: Final = r"^(https?|ssh)://\S+$"
OCI_URL: Final = r"^oci://\S+$"
SYNC_OPTION: Final = (
    r"^((ApplyOutOfSyncOnly|ClientSideApplyMigration|CreateNamespace|FailOnSharedResource|Force"
    r"|PruneLast|Replace|RespectIgnoreDifferences|ServerSideApply|SkipDryRunOnMissingResource"
    r"|Validate)=(true|false)|(Delete|Prune)=(true|false|confirm)"
    r"|PrunePropagationPolicy=(foreground|background|orphan))$"
)
SYNC_ACCOUNT: Final = rf"^({_LABEL}:)?{_LABEL}(\.{_LABEL})*$"
WEB_URL: Final = r"^https?://[^/\s]+"

MEANING: Final[dict[str, tuple[str, str]]] = {
    DNS_LABEL: (
        "a DNS label",
        "lower-case letters, digits and -, beginning and ending with a letter or digit",
    ),
    DNS_1035: (
        "a DNS label that begins with a letter",
        "lower-case letters, digits and -, beginning with a letter and ending with a letter "
        "or digit",
    ),
    DNS_SUBDOMAIN: (
        "a DNS name",
        "lower-case letters, digits, - and ., each part beginning and ending with a letter or "
        "digit",
    ),
    PATH_SEGMENT: ("a name", "it must not be . or .. nor contain / or %"),
    LABEL_KEY: (
        "a label key",
        "an optional DNS name and /, then at most 63 letters, digits, -, _ and .",
    ),
    LABEL_VALUE: (
        "a label value",
        "empty, or at most 63 letters, digits, -, _ and ., beginning and ending with a letter or "
        "digit",
    ),
    LABEL_OR_TEMPLATE: (
        "a label value",
        "at most 63 letters, digits, -, _ and ., or an expression in {{ }}",
    ),
    ANNOTATION_KEY: (
        "an annotation key",
        "an optional DNS name and /, then at most 63 letters, digits, -, _ and .",
    ),
    QUANTITY: ("a quantity", "such as 500m, 2, 1.5, 64Mi or 1Ti"),
    AMOUNT: ("a quantity of zero or more", "such as 500m, 2, 1.5, 64Mi or 1Ti"),
    CLASS_NAME: ("the name of a class", "a DNS name, or empty for none"),
    DEVICE: ("a resource of devices", "a DNS name, / and a name, as nvidia.com/gpu"),
    PERCENT: ("a share", "a whole number, or a percentage such as 50%"),
    CRON_FIELDS: ("a schedule", "five fields, as 0 3 * * 1-5, or @daily and the like"),
    API_VERSION: ("an API version", "as apps/v1"),
    COMMIT: ("a commit", "40 hexadecimal digits, all of them"),
    GIT_REF: ("a reference", "as refs/heads/main"),
    DIGEST: ("a digest", "sha256: and 64 hexadecimal digits"),
    POINTER: ("a JSON pointer", "as /spec/replicas"),
    ROLE_NAME: ("a role's name", "letters, digits, - and _"),
    ARTIFACT_NAME: ("an artifact's name", "letters, digits, -, _ and ."),
    WHOLE: ("a whole number", "devices are counted in ones"),
    PORT_NAME: (
        "a port name",
        "at most 15 lower-case letters, digits and -, with a letter among them; a port number is "
        "written without quotes",
    ),
    PORT_TEXT: ("a port number in quotes", "from 1 to 65535"),
    ENV_NAME: ("an environment variable's name", "printable ASCII without ="),
    CONFIG_KEY: ("a key", "letters, digits, -, _ and ."),
    DURATION: ("a duration", "such as 30s, 5m or 1h30m; days are not known here"),
    GROUP: ("an API group", "empty for the core group, else a DNS name"),
    KIND: ("a kind", "such as Service"),
    HOSTNAME: ("a host name", "a DNS name, which may begin with *."),
    MESH_HOST: (
        "a host of a Sidecar",
        "namespace/host: the namespace may be . or *, the host may be * or begin with *.",
    ),
    MESH_ACCOUNT: ("a service account", "namespace/name; wildcards are not known here"),
    PRINCIPAL: (
        "a principal",
        "trust-domain/ns/NAMESPACE/sa/ACCOUNT, without spiffe://; * at its beginning or end",
    ),
    METHOD: ("an HTTP method", "in capitals, as GET"),
    URL_PATH: ("a path", "it begins with / or *"),
    CONDITION: (
        "a condition Istio knows",
        "request.headers[…], request.auth.…, source.ip, source.namespace, source.principal, "
        "source.serviceAccount, remote.ip, destination.ip, destination.port or connection.sni",
    ),
    HEADER: ("an HTTP header's name", "letters, digits, - and _"),
    PARAM_NAME: ("a parameter's name", "letters, digits, -, _ and ., beginning with a letter or _"),
    RESULT_NAME: ("a result's name", "letters, digits, -, _ and ."),
    TASK_NAME: ("a name", "letters, digits, - and _, beginning with a letter or digit"),
    CRON: ("a schedule", "five fields, as 0 3 * * 1-5, or @daily and the like"),
    INTERVAL: ("a duration", "such as 30s, 5m or 1h30m; days are not known here"),
    SHORT_INTERVAL: ("a duration", "such as 30s or 5m; hours and days are not known here"),
    GIT_URL: ("a repository's URL", "as https://… or ssh://git@host/path; git@host:path is none"),
    OCI_URL: ("a URL of an OCI repository", "beginning with oci://"),
    SYNC_OPTION: ("a sync option of Argo CD", "such as ServerSideApply=true or Prune=confirm"),
    SYNC_ACCOUNT: ("a service account", "namespace:name, or a name"),
    WEB_URL: ("a URL", "beginning with https:// or http://"),
    C_NAME: ("an identifier", "letters, digits and _, not beginning with a digit"),
}
"""Pattern -> (what it asks for, how that is spelt)."""
