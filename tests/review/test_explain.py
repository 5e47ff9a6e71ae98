"""What made an object, a field, a line: small estates in, sources out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops.compile.prepare import prepare
from gitops.foundation.errors import UsageError
from gitops.review.explain import Explanation, ObjectSource
from gitops.review.explain_target import Place, explain
from tests.estates import NATIVE, PROFILE, estate, files_of

NOWHERE = Place("/nowhere/estate", "/nowhere/estate")
TENANT = """\
owner: ana@example.com
contributors:
  - {user: bob@example.com, role: edit}
  - {group: team, role: view}
quota: {pods: 7, storage: 1Ti}
"""
FILES = estate({"groups/team.yaml": "members: [eve@example.com]\n",
                "tenants/other.yaml": "owner: eve@example.com\n"}, tenant=TENANT)
ACCESS = "rendered/prod/tenants/vision/access.yaml"


def ask(target: str, files: dict[str, bytes] = FILES, *, namespace: str = "",
        place: Place = NOWHERE) -> Explanation:
    return explain(prepare(files), target, place, (), namespace)


def declared(one: ObjectSource) -> dict[str, list[str]]:
    """The declared places of each field that has any, by dotted path."""
    return {".".join(map(str, field.path)): [str(item) for item in field.declared]
            for field in one.fields if field.declared}


def lines_of(path: str, start: str) -> int:
    text = files_of(FILES)[path.removeprefix("rendered/")].text
    return next(at for at, line in enumerate(text.split("\n"), 1) if line.strip().startswith(start))


@pytest.mark.parametrize("kind", ["rolebinding", "RoleBindings", "rb", "ROLEBINDING",
                                  "rolebindings.rbac.authorization.k8s.io"])
def test_an_object_is_found_by_what_people_call_its_kind(kind: str) -> None:
    (one,) = ask(f"{kind}/namespaceadmin", namespace="vision").objects
    assert one.identity[1:] == ("RoleBinding", "vision", "namespaceAdmin")
    assert one.file == "prod/tenants/vision/access.yaml"
    assert declared(one)["subjects.0.name"] == ["tenants/vision.yaml:1"]


def test_each_kind_in_ies_is_found_too() -> None:
    (one,) = ask("networkpolicies/workspace", namespace="vision").objects
    assert one.identity[1] == "NetworkPolicy"


def test_a_value_of_a_preset_names_the_preset() -> None:
    (one,) = ask("rb/namespaceAdmin", namespace="vision").objects
    assert declared(one)["roleRef.name"] == ["preset kubeflow of clusters/prod.yaml"]


def test_a_preset_that_the_file_overrides_is_not_named() -> None:
    roles = "roles: {admin: boss, edit: kubeflow-edit, view: kubeflow-view}\n"
    (one,) = ask("rb/namespaceAdmin", estate(cluster=PROFILE + roles)).objects
    assert declared(one)["roleRef.name"] == ["clusters/prod.yaml:4"]


def test_a_field_of_a_mapping_taken_whole_names_its_own_line() -> None:
    (one,) = ask("profile/vision").objects
    quota = {field.path[-1]: {item.path for item in field.declared} for field in one.fields
             if "hard" in field.path}
    assert quota == {"pods": {("quota", "pods")}, "requests.storage": {("quota", "storage")}}


PLANS = """\
defaults: {plan: small}
plans:
  small:
    quota: {requests: {cpu: 8}}
  large:
    quota:
      requests: {cpu: 64}
      pods: 50
      storage: 1Ti
      devices: {nvidia.com/gpu: 4}
      other: {count/jobs.batch: 9}
"""
LARGE = "owner: ana@example.com\nplan: large\nquota: {limits: {cpu: 70}}\n"


def quota_lines(files: dict[str, bytes], *targets: str) -> dict[str, set[str]]:
    """The declared places of each key of the quotas, by key."""
    return {str(field.path[-1]): set(map(str, field.declared)) for target in targets
            for one in ask(target, files).objects for field in one.fields if "hard" in field.path}


@pytest.mark.parametrize(("cluster", "target"), [
    (PROFILE, "profile/vision"), (NATIVE, "resourcequota/kf-resource-quota")])
def test_each_key_of_a_quota_names_its_own_line_and_what_chose_the_plan(cluster: str,
                                                                       target: str) -> None:
    files = estate(cluster=cluster, tenant=LARGE, platform=PLANS)
    plan = "tenants/vision.yaml:2"
    assert quota_lines(files, target, "resourcequota/workspace-objects") == {
        "limits.cpu": {"tenants/vision.yaml:3"},
        "requests.cpu": {"platform.yaml:7", plan}, "pods": {"platform.yaml:8", plan},
        "requests.storage": {"platform.yaml:9", plan},
        "requests.nvidia.com/gpu": {"platform.yaml:10", plan},
        "count/jobs.batch": {"platform.yaml:11", plan}}


def test_where_the_defaults_choose_the_plan_their_line_is_named() -> None:
    assert quota_lines(estate(platform=PLANS), "profile/vision") == {
        "requests.cpu": {"platform.yaml:4", "platform.yaml:1"}}


def test_the_line_of_a_plan_makes_what_is_in_the_plan() -> None:
    found = ask("tenants/vision.yaml:2", estate(tenant=LARGE, platform=PLANS))
    assert {field.path[-1] for one in found.objects for field in one.fields} == {
        "requests.cpu", "pods", "requests.storage", "requests.nvidia.com/gpu", "count/jobs.batch"}


def test_tenants_that_share_a_budget_have_lines_of_their_own() -> None:
    files = estate({"tenants/other.yaml": LARGE}, tenant=LARGE, platform=PLANS)
    for name in ("vision", "other"):
        assert quota_lines(files, f"profile/{name}")["pods"] == {
            "platform.yaml:8", f"tenants/{name}.yaml:2"}


def test_an_object_says_which_line_it_is_there_for() -> None:
    (one,) = ask("rb/user-bob-example-com-clusterrole-edit").objects
    assert "tenants/vision.yaml:3" in map(str, one.because)


@pytest.mark.parametrize(("target", "namespace", "message", "hint"), [
    ("rolebindng/x", "", "no object of kind 'rolebindng'", "did you mean 'RoleBinding'?"),
    ("profile/visoin", "", "no Profile is called 'visoin'", "did you mean 'vision'?"),
    ("rb/namespaceAdmin", "visoin", "in the namespace 'visoin'", "did you mean 'vision'?"),
    ("tenants/visoin.yaml", "", "no file 'tenants/visoin.yaml'",
     "did you mean 'tenants/vision.yaml'?"),
    ("rendered/prd/tenants/vision/access.yaml", "", "no cluster 'prd'", "did you mean 'prod'?"),
    ("rendered/prod/tenants/visoin/access.yaml", "", "no tenant 'visoin' on prod",
     "did you mean 'vision'?"),
    ("rendered/prod/tenants/vision/acess.yaml", "", "nothing renders",
     "did you mean 'prod/tenants/vision/access.yaml'?"),
    ("tenants/vision.yaml:99", "", "has no line 99", "it ends before"),
    ("tenants/vision.yaml:0", "", "has no line 0", "lines are counted from 1"),
    ("../other/x.yaml", "", "not in the estate", "name a file that is"),
    ("tenant/access.yaml.j2:1", "", "makes no field", "these lines near it do: "),
])
def test_what_names_nothing_is_told_with_what_was_meant(target: str, namespace: str, message: str,
                                                        hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(target, namespace=namespace)
    assert message in str(caught.value)
    assert caught.value.hint.startswith(hint)


def test_of_many_objects_with_one_name_one_must_be_chosen() -> None:
    files = {**FILES, **estate({f"tenants/t{n}.yaml": "owner: a@example.com\n" for n in range(3)})}
    with pytest.raises(UsageError, match="5 objects are called RoleBinding/namespaceAdmin") as told:
        ask("rb/namespaceAdmin", files)
    assert "-n vision --cluster prod" in told.value.hint


def test_a_line_of_a_rendered_file_is_the_field_there() -> None:
    line = lines_of(ACCESS, "user: bob@example.com")
    (one,) = ask(f"{ACCESS}:{line}").objects
    assert declared(one) == {"metadata.annotations.user": ["tenants/vision.yaml:3"]}


def test_a_line_with_a_mappings_key_is_all_below_it() -> None:
    (one,) = ask(f"{ACCESS}:{lines_of(ACCESS, 'roleRef:')}").objects
    assert [field.path for field in one.fields] == [
        ("roleRef", name) for name in ("apiGroup", "kind", "name")]


def test_the_first_line_of_a_list_item_is_the_field_on_it() -> None:
    (one,) = ask(f"{ACCESS}:{lines_of(ACCESS, '- apiGroup:')}").objects
    assert [field.path for field in one.fields] == [("subjects", 0, "apiGroup")]


def test_the_line_is_that_of_the_file_as_it_stands(tmp_path: Path) -> None:
    place = Place(str(tmp_path), str(tmp_path))
    text = "\n\n" + files_of(FILES)["prod/tenants/vision/access.yaml"].text
    (tmp_path / ACCESS).parent.mkdir(parents=True)
    (tmp_path / ACCESS).write_text(text)
    line = lines_of(ACCESS, "user: bob@example.com") + 2
    found = ask(f"{ACCESS}:{line}", place=place)
    assert declared(found.objects[0]) == {"metadata.annotations.user": ["tenants/vision.yaml:3"]}
    assert "is not what a render would write" in found.notes[0]


def test_a_kustomization_is_said_to_have_no_template() -> None:
    found = ask("rendered/prod/kustomization.yaml")
    assert not found.objects
    assert "no template" in found.notes[0]


def test_a_declared_line_makes_its_own_objects_only() -> None:
    found = ask("tenants/vision.yaml:3").objects
    assert {one.identity[3] for one in found} == {"user-bob-example-com-clusterrole-edit"}
    assert {one.identity[1] for one in found} == {"RoleBinding", "AuthorizationPolicy"}


def test_a_key_makes_what_all_below_it_makes() -> None:
    found = ask("tenants/vision.yaml:2").objects
    assert {one.identity[3] for one in found} == {
        "user-bob-example-com-clusterrole-edit", "group-team-clusterrole-view"}


def test_a_line_that_declares_nothing_is_told() -> None:
    with pytest.raises(UsageError, match="nothing is declared on line 1"):
        ask("tenants/vision.yaml:1", estate(tenant="# a comment\n" + TENANT.replace("team", "")
                                           .replace("  - {group: , role: view}\n", "")))


def test_what_is_taken_as_a_whole_is_said_to_be() -> None:
    cluster = PROFILE.replace("network: {apiServer: [192.0.2.2/32]}",
                              "network:\n  policies: true\n  apiServer: [192.0.2.2/32]")
    found = ask("clusters/prod.yaml:5", estate(cluster=cluster), namespace="vision")
    assert found.brief
    assert {one.identity[1] for one in found.objects} == {"NetworkPolicy"}
    assert "as a whole" in found.notes[0]


def test_a_group_makes_what_it_was_given() -> None:
    files = {**FILES, "groups/team.yaml": b"members: [{group: middle}]\n",
             "groups/middle.yaml": b"members: [{group: inner}]\n",
             "groups/inner.yaml": b"members: [eve@example.com]\n"}
    for group in ("team", "middle", "inner"):
        found = ask(f"groups/{group}.yaml", files)
        assert {one.identity[3] for one in found.objects} == {"group-team-clusterrole-view"}, group
        assert found.notes[0] == "The group is named by tenants/vision.yaml."


def test_a_group_that_nobody_names_is_told() -> None:
    files = {**FILES, "groups/lone.yaml": b"members: [eve@example.com]\n"}
    assert ask("groups/lone.yaml", files).notes[0] == "No tenant gives this group anything."


def test_a_cluster_shows_every_setting_and_who_gave_it() -> None:
    values = {value.path: value for value in ask("clusters/prod.yaml").values}
    assert str(values["kubernetes.version"].declared) == "clusters/prod.yaml:1"
    assert str(values["network.apiServer"].declared) == "clusters/prod.yaml:3"
    preset = values["mesh.gatewayLabels"].declared
    assert preset is not None
    assert preset.preset == "base"
    assert values["mesh.cni"].declared is None
    assert values["mesh.cni"].value is True


def test_a_template_is_shown_on_one_workspace() -> None:
    for name in ("tenant/access.yaml.j2", "gitops/templates/tenant/access.yaml.j2"):
        found = ask(name, namespace="vision")
        assert {one.unit.tenant for one in found.objects} == {"vision"}
        assert "vision on prod" in found.notes[0]


def test_a_line_of_a_template_is_the_fields_it_makes() -> None:
    files = {**FILES, "templates/tenant/note.yaml.j2": (
        b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: note\n"
        b"  namespace: {{ workspace.name }}\ndata:\n  owner: {{ tenant.owner.name }}\n")}
    (one,) = ask("templates/tenant/note.yaml.j2:7", files, namespace="vision").objects
    assert [(field.path, field.expression) for field in one.fields] == [
        (("data", "owner"), "tenant.owner.name")]
    assert declared(one) == {"data.owner": ["tenants/vision.yaml:1"]}


def test_values_of_secrets_are_never_shown() -> None:
    files = {**FILES, "templates/tenant/key.yaml.j2": (
        b"apiVersion: v1\nkind: Secret\nmetadata:\n  name: key\n"
        b"  namespace: {{ workspace.name }}\nstringData:\n  token: {{ tenant.owner.name }}\n")}
    (one,) = ask("secret/key", files, namespace="vision").objects
    values = {field.path: field.value for field in one.fields}
    assert values[("stringData", "token")] == "(hidden)"
    assert values[("metadata", "name")] == "key"
