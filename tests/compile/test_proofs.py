"""What is known of a whole file proves nothing that a look at its documents would refuse."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.compile.proofs import Proofs
from gitops.foundation.errors import Refused
from gitops.foundation.shared import SharedList, SharedMap
from gitops.render.engine import Engine, Template
from gitops.schemas.check import Schemas

FILE = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: {{ name }}, namespace: {{ space }}, annotations: {{ annotations }}}
spec: {hard: {{ hard }}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: {{ name }}, namespace: {{ space }}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ role }}}
subjects:
- {{ subject }}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: {{ name }}, namespace: {{ space }}}
spec:
  rules:
  - from: [{source: {principals: {{ principals }}}}]
    when: [{key: "request.headers[kubeflow-userid]", values: {{ users }}}]
"""
SHARED = SharedList(["cluster.local/ns/a/sa/b"])
MEANT = {"name": "a", "space": "vision", "annotations": {"role": "edit"}, "role": "edit",
         "hard": SharedMap({"pods": "1"}), "principals": SHARED, "users": ("ann@example.com",),
         "subject": {"kind": "User", "name": "b", "apiGroup": "rbac.authorization.k8s.io"}}
TEXTS = st.sampled_from(["a", "A_b", "", "x" * 300, "1Gi", "-1", "User", "Group", "team-1",
                         "\ud800", "ServiceAccount", "rbac.authorization.k8s.io"]) | st.text()
FLAT = st.dictionaries(st.sampled_from(["pods", "requests.cpu", "role", "a b"]), TEXTS, max_size=2)
OTHERS = st.fixed_dictionaries({}, optional={
    "name": TEXTS, "space": TEXTS, "annotations": FLAT | st.none(), "role": TEXTS,
    "hard": FLAT.map(SharedMap) | FLAT, "users": st.lists(TEXTS, max_size=2).map(tuple),
    "principals": st.lists(TEXTS, max_size=2).map(SharedList) | st.just(SHARED),
    "subject": st.fixed_dictionaries({"kind": TEXTS, "name": TEXTS},
                                     optional={"apiGroup": TEXTS, "namespace": TEXTS})})


@settings(deadline=None)
@given(st.lists(OTHERS, min_size=1, max_size=4))
def test_no_invalid_document_is_proven(others: list[dict[str, Any]]) -> None:
    schemas, engine = Schemas("1.33"), Engine({"t": Template("t", FILE, "t.j2")}, ("tenant",))
    proven = 0
    for context in (*[MEANT] * 6, *[{**MEANT, **other} for other in others], MEANT):
        try:
            rendered = engine.render("t", context, ("x",))
        except Refused:
            continue
        documents = list(rendered.documents)
        unproven = {at for at, _ in engine.render("t", context, ("x",)).documents.unproven(
            Proofs(schemas))}
        for at, document in enumerate(documents):
            assert at in unproven or not schemas.check(document.data)
        proven += not unproven
    assert proven >= 7


def test_a_file_that_is_known_is_asked_for_its_values_alone() -> None:
    schemas, engine = Schemas("1.33"), Engine({"t": Template("t", FILE, "t.j2")}, ("tenant",))
    for _ in range(8):
        documents = engine.render("t", MEANT, ("x",)).documents
        assert not list(documents.unproven(Proofs(schemas)))
    sheet, values = documents._sheet or (None, [])
    assert sheet is not None
    known = sheet.derived[schemas]
    assert known.passes(values)
    assert not known.passes(["a b" if value == "vision" else value for value in values])
