"""Every rule that a finding can name: what it means, and what to do. The page of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from docs.hardware_rules import HARDWARE, JOBS


class Rule(NamedTuple):
    """What a finding of this rule means, and what to do about it."""

    means: str
    do: str


RULES: Mapping[str, Mapping[str, Rule]] = {
    "Reading YAML": {
        "yaml-syntax": Rule("The file is not YAML.", "Correct the place; the message says what "
                            "was expected there."),
        "duplicate-key": Rule("A mapping has one key twice; a reader would see the second only.",
                              "Keep one of the two."),
        "complex-key": Rule("A key is a list or a mapping.", "Keys are plain words."),
        "merge-key": Rule("The merge key `<<` stands in a mapping.", "Write the keys out, or put "
                          "what is shared into a plan or the platform's defaults."),
        "anchor": Rule("A value carries an anchor (`&name`).", "Write the value out where it is "
                       "needed."),
        "alias": Rule("A value refers to an anchor (`*name`).", "Write the value out."),
        "tag": Rule("A value carries a YAML tag (`!name`).", "Take the tag out; the key says "
                    "what type its value has."),
        "second-document": Rule("The file holds a second document after `---`.",
                                "Give each declaration a file of its own."),
        "too-deep": Rule("Values are nested deeper than any declaration is.", "Look for a "
                         "wrong indentation."),
        "file-too-large": Rule("The file is larger than a declaration can be.", "Only "
                               "declarations belong in these folders."),
        "not-utf-8": Rule("The file is not UTF-8 text.", "Save it as UTF-8."),
        "empty-file": Rule("The file declares nothing.", "Fill it in, or delete it. An empty "
                           "platform.yaml is `{}`."),
    },
    "Sync": {
        "sync-without-repo": Rule("A cluster names an engine that is not told where it finds "
                                  "`rendered/`, or cannot read it there.", "Name the repository "
                                  "in platform.yaml under `sync`. [Sync](sync.md) says more."),
        "secret-in-url": Rule("A repository's URL holds a user and password or a token.",
                              "Put them into a Secret in the engine's namespace and name it "
                              "under `sync.secret`; change them, since git keeps what was "
                              "committed."),
        "sync-incomplete": Rule("A git repository has branches, a registry has tags; the other "
                                "of the two is named.", "Use the key that the hint names."),
        "sync-accounts": Rule("A cluster's `sync` says something that its engine does not know.",
                              "Take it out; the hint says what does the same."),
        "sync-elsewhere": Rule("An Argo CD in another cluster is to sync this one.",
                               "Run one in each cluster: what `sync/` holds is applied to one "
                               "cluster, the projects and the accounts that they name."),
        "sync-window": Rule("A sync window that Argo CD would take and that never begins or "
                            "never ends.", "Correct its schedule or its duration."),
    },
    "Files of the estate": {
        "missing-platform": Rule("The estate has no platform.yaml.", "Add one; `{}` takes every "
                                 "default."),
        "bad-name": Rule("A file's name cannot be the name of what it declares.", "Rename it: "
                         "small letters, digits and dashes, a letter or digit first and last."),
        "misplaced-file": Rule("A file would not be read where it stands, or in a folder whose "
                               "name is misspelt.", "Move it to `<folder>/<name>.yaml`."),
        "symlink-in-estate": Rule("An input is a symbolic link, which could lead out of the "
                                  "repository.", "Put the file itself there."),
        "not-a-file": Rule("A pipe, socket or device stands where a file belongs.",
                           "Put a file there, or remove it."),
        "not-a-folder": Rule("A file stands where a folder of the estate belongs.",
                             "Make it a folder, or remove it."),
        "unreadable-file": Rule("The system does not let gitops read a file or folder.",
                                "Check its permissions."),
    },
    "Values of declarations": {
        "unknown-key": Rule("A mapping has a key that nothing reads.", "Use the key that the hint "
                            "names, or one of the [reference](reference/tenant.md)."),
        "missing-key": Rule("A mapping lacks a key that it must have.", "Add it."),
        "wrong-type": Rule("A value is of another kind than its key takes: a list in place of a "
                           "mapping, a number in place of text.", "Write what the message asks "
                           "for; quote a number that is meant as text."),
        "unknown-choice": Rule("A value is not one of the words that its key takes.", "Use one "
                               "of them."),
        "bad-form": Rule("A text does not have the form that its key asks for.", "Follow the "
                         "example in the hint."),
        "too-long": Rule("A text is longer than Kubernetes or the platform takes.", "Shorten it."),
        "unprintable-text": Rule("A text holds characters that cannot be seen.", "Type it anew; "
                                 "they often come from copying."),
        "empty-list": Rule("A list is empty whose absence would mean all.",
                           "Name at least one, or leave the key out."),
        "listed-twice": Rule("A list holds one value twice.", "Keep one."),
        "out-of-range": Rule("A number is too small or too large.", "Keep to the bounds in the "
                             "message."),
        "bad-quantity": Rule("An amount is not a Kubernetes quantity.", "Write `2`, `500m`, "
                             "`16Gi`; there is no `GB`."),
        "fraction-of-a-whole": Rule("An amount of whole things (pods, devices) has a fraction; "
                                    "Kubernetes would take it and refuse every pod.",
                                    "Use a whole number."),
        "bad-date": Rule("A date is not a day of the calendar.", "Write year-month-day: "
                         "`2027-01-31`."),
        "bad-cidr": Rule("A text is not an address range, or has bits set beyond its prefix.",
                         "Write the network's first address and the prefix length."),
        "bad-pattern": Rule(
            "`naming.pattern` is not a regular expression, or one whose matching need not end in "
            "time linear in the name: look-around, back-references, huge repetitions.",
            "Correct it; write alternatives and repetitions out."),
    },
    "People and access": {
        "not-one-subject": Rule("An entry names nobody, or several subjects at once.", "Write "
                                "exactly one of `user`, `group` and `serviceAccount`."),
        "contributor-twice": Rule("Somebody is listed twice, or owns the tenant already.",
                                  "Keep the stronger role."),
        "colliding-names": Rule("Two contributors would share one RoleBinding, because Kubeflow's "
                                "naming drops what tells them apart.", "Give one of them access "
                                "through a group."),
        "unknown-group": Rule("A group is named that no file declares.", "Declare it in "
                              "`groups/<name>.yaml`, or correct the name."),
        "group-cycle": Rule("A group contains itself, through others perhaps.", "Take one of the "
                            "memberships in the message out."),
        "foreign-domain": Rule("An address is of a mail domain that platform.yaml does not list.",
                               "Correct it, or add the domain to `identity.domains`."),
        "capital-letters": Rule("An address has capital letters where the identity provider "
                                "sends small ones, so it would match nobody.", "Write it small, "
                                "or set `identity.casing: preserve`."),
        "notebooks-without-view": Rule("`notebooks` stands beside a role that may open notebooks "
                                       "anyway.", "Drop it."),
        "plugin-has-a-field": Rule("A plugin is given by hand that `cloudIdentity` makes.",
                                   "Use `cloudIdentity`."),
        "reserved-label": Rule("A label or annotation is set by hand that decides about security "
                               "or belongs to a controller.", "Take it out; `podSecurity` sets "
                               "the Pod Security level."),
    },
    "Tenants, plans and clusters": {
        "reserved-name": Rule("A tenant has the name of a namespace of the platform, or one that "
                              "platform.yaml reserves.", "Rename the file."),
        "name-against-rules": Rule("A tenant's name is against `naming` in platform.yaml.",
                                   "Rename the file."),
        "unknown-plan": Rule("A plan is named that platform.yaml does not hold.", "Correct the "
                             "name, or add the plan."),
        "unknown-cluster": Rule("A cluster is named that no file declares.", "Correct the name, "
                                "or add `clusters/<name>.yaml`."),
        "no-cluster": Rule("No cluster accepts the tenant, so it would have no workspace.",
                           "Name its clusters: `clusters: [prod]`."),
        "tenant-not-frozen": Rule("A render would delete a tenant's namespace and everything in "
                                  "it, and the tenant was not frozen before.", "Put the file "
                                  "back with `frozen: why`, and remove it in a later change; or "
                                  "`gitops render --allow-removal TENANT`."),
        "removal-without-tombstone": Rule(
            "A tenant's file is gone, and no tombstone says when and why.", "Add "
            "`tombstones/TENANT.yaml` with `removed` and `reason`; or `gitops render "
            "--allow-removal TENANT`, where there never was anything to keep."),
        "too-many-removals": Rule(
            "A render would delete more of a cluster's workspaces than `removals.share` in "
            "platform.yaml lets go at once.", "Look whether a merge or a script took files away; "
            "remove fewer in one change, or name each with `--allow-removal TENANT`."),
        "name-of-a-removed-tenant": Rule(
            "A tenant has the name of one that was removed. Cloud identities, buckets, images and "
            "group memberships of the old one may still answer to it.", "Choose another name; or "
            "clear what `gitops offboard TENANT` lists, and delete the tombstone."),
        "cluster-not-empty": Rule("A cluster's file is gone while workspaces are rendered for "
                                  "it.", "Put it back, or `gitops render --allow-removal "
                                  "CLUSTER`."),
        "limit-below-request": Rule("A container's limit or maximum is below its request: every "
                                    "pod would be refused.", "Lower the one, or raise the other."),
        "quota-limit-below-request": Rule("A quota's limit of a resource is below its request, "
                                          "within one declaration or over what it overrides: "
                                          "the request could never be used up.", "Raise the "
                                          "limit, or lower the request."),
        "quota-key-has-a-field": Rule("`other` holds a key that has a field of its own.", "Use "
                                      "the field."),
        "quota-key-does-nothing": Rule("`other` holds a key that Kubernetes takes and never "
                                       "enforces.", "Name devices under `devices`."),
        "unknown-quota-key": Rule("`other` holds a key that Kubernetes does not know.", "Spell it "
                                  "as Kubernetes does, or count objects by `count/<plural>`."),
        "unsupported-kubernetes": Rule("The schemas of this Kubernetes version are not known "
                                       "here.", "Name a known version, or install a newer "
                                       "kubernetes-validate."),
        "profiles-without-kubeflow": Rule("A cluster without Kubeflow has `workspaces: profile`.",
                                          "Use `native`, or name the Kubeflow release."),
        "sidecar-without-cni": Rule("Sidecars without Istio's CNI agent need more than the Pod "
                                    "Security level allows: every pod would be refused.",
                                    "Install the agent, or set `podSecurity: privileged`."),
        "login-incomplete": Rule("The gateway's login lacks what keeps strangers out.", "Add "
                                 "what the hint names under `identity`."),
    },
    "Network": {
        "api-server-unknown": Rule("No workspace could reach the API server: NetworkPolicies name "
                                   "it by address, and the addresses are not declared.",
                                   "List them under `network.apiServer`."),
        "node-credentials": Rule("An allowed range leads to the service that hands out the "
                                 "node's own credentials.", "Take it out; `cloudIdentity` gives "
                                 "a workspace its own identity."),
        "unknown-tenant": Rule("`talks-to` or `admits` names a tenant that no file declares.",
                               "Correct the name."),
        "peer-itself": Rule("A tenant talks to itself, which it may anyway.", "Take it out."),
        "peer-not-admitted": Rule("The called tenant does not admit the caller.", "Its owner adds "
                                  "`admits: [caller]`."),
        "peer-elsewhere": Rule("Caller and called tenant share no cluster.", "Give both a "
                               "workspace on one cluster."),
    },
    "Hardware": {name: Rule(*said) for name, said in HARDWARE.items()},
    "Jobs": {name: Rule(*said) for name, said in JOBS.items()},
    "Templates": {
        "misplaced-template": Rule("A template would become no file.", "Put it in "
                                   "`templates/tenant/` or `templates/platform/`, ending in "
                                   "`.yaml.j2`; partials begin with `_`."),
        "template-syntax": Rule("The file is not a Jinja template.", "Correct the place."),
        "forbidden-statement": Rule("A statement stands there that templates do not know.",
                                    "Use `for`, `if`, `include` and inline `set`."),
        "forbidden-expression": Rule("An expression uses a part of Jinja that templates do not "
                                     "know.", "Compose with filters and data."),
        "forbidden-call": Rule("Something is called that may not be.", "Call `range()` or one of "
                               "the methods in the hint."),
        "forbidden-attribute": Rule("A field is read whose name begins with `_`.", "Read public "
                                    "fields only."),
        "forbidden-yaml": Rule("A template holds an anchor, alias, tag or merge key.", "Write the "
                               "values out, or loop over them."),
        "unknown-template": Rule("An include names no template.", "Correct the name; it is "
                                 "relative to `templates/`."),
        "include-cycle": Rule("Templates include each other.", "Break the circle."),
        "unknown-filter": Rule("There is no such filter.", "Use one of the list in the hint."),
        "unknown-test": Rule("There is no such test.", "Use one of the list in the hint."),
        "filter-over-text": Rule("A filter stands over fixed text.", "Write its result."),
        "reserved-character": Rule("A template holds a character that YAML forbids or that "
                                   "gitops uses for itself.", "Take it out."),
        "partial-expression": Rule("An expression is only a part of a value: a value never "
                                   "passes through YAML text.", "Join inside the expression: "
                                   "`{{ \"a-\" ~ name }}`."),
        "quoted-expression": Rule("An expression stands inside quotes.", "Take the quotes off; "
                                  "the value is quoted as it needs."),
        "commented-expression": Rule("An expression stands in a YAML comment.", "Use a Jinja "
                                     "comment, or take it out."),
        "invalid-yaml": Rule("What the template writes is not YAML.", "Correct the place; mind "
                             "the indentation inside loops."),
        "ambiguous-number": Rule("A number with leading zeros, which kubectl reads as octal.",
                                 "Quote it, or write it without zeros."),
        "key-not-text": Rule("A key is not text.", "Quote it."),
        "colliding-keys": Rule("A mapping gets one key twice.", "Rename one, or leave it out."),
        "undefined-value": Rule("A name or field does not exist.", "Correct it; see [what "
                                "templates are given](templates.md)."),
        "expression-failed": Rule("An expression could not be worked out.", "Look at the value "
                                  "that the message names."),
        "unrenderable-value": Rule("A value cannot stand in a manifest.", "Give the template "
                                   "text, numbers, true or false, lists or mappings."),
        "incomplete-document": Rule("A document has no apiVersion, kind or metadata.name.",
                                    "Add it."),
        "label-conflict": Rule("A template sets a label that every object is given.", "Leave it "
                               "out."),
        "duplicate-object": Rule("One file makes an object twice.", "Name them apart."),
        "one-object-twice": Rule("Two files make one object.", "The finding stands at "
                                 "one template and names the other: change one of the two."),
    },
    "Manifests and schemas": {
        "invalid-manifest": Rule("A rendered object is against its schema, or no schema knows "
                                 "its kind.", "The finding stands at the declared line that "
                                 "filled the field, or at the template's. For a kind of your "
                                 "own, put its CRD into `schemas/`."),
        "unreadable-crd": Rule("A file in `schemas/` holds no CRD.", "Put CRDs there as `kubectl "
                               "get crd NAME -o yaml` prints them."),
        "unusable-crd": Rule("A CRD's schema cannot be used.", "Get it anew from the cluster."),
        "crd-defined-twice": Rule("Two files define one CRD.", "Keep one."),
    },
    "Writing rendered/": {
        "foreign-file": Rule("A file that gitops did not write stands where a rendered one goes.",
                             "Move it, or overwrite it with `gitops render --force`."),
        "path-in-the-way": Rule("A file stands where a folder must be, or the reverse.",
                                "Move it away."),
        "symlink-in-output": Rule("A symbolic link stands in `rendered/`.", "Remove the link."),
        "unsafe-output-path": Rule("A path would lead out of `rendered/`, or cannot exist on "
                                   "every system.", "Rename what makes it."),
        "output-paths-collide": Rule("Two paths differ only in case, and are one file on macOS "
                                     "and Windows.", "Rename one of the declarations."),
        "output-is-a-mount": Rule("`rendered/` is a mount point, so no new tree can take its "
                                  "place in one step.", "Mount the whole estate."),
        "output-not-writable": Rule("The system does not let gitops write.", "Check permissions "
                                    "and free space."),
        "output-changed-meanwhile": Rule("A file changed or disappeared while gitops was "
                                         "writing.", "Render again."),
    },
}
