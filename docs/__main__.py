"""Writes the pages that are made from the code: ``python -m docs [--check]``.

The reference of each declaration comes from the specifications that read it, the commands'
page from click, the errors' page from the table below; a test holds that table against the
rules that the code names.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from gitops.cli.commands import COMMANDS
from gitops.declarations.reference import reference

HERE = Path(__file__).parent
MADE = "<!-- Made by `make docs`; change the code that it is made from. -->\n"
INTROS = {
    "platform": "`platform.yaml` holds the rules and defaults of the whole estate. `{}` takes "
                "every default.",
    "cluster": "`clusters/<name>.yaml` declares a cluster. A Kubeflow release, a cloud and an "
               "identity provider fill in what they imply; every value can be overridden, and "
               "`gitops explain clusters/<name>.yaml` shows each with where it comes from.",
    "group": "`groups/<name>.yaml` declares a set of people. Kubernetes asks the identity provider "
             "who is in it; the browser's policies need the list.",
    "tenant": "`tenants/<name>.yaml` declares a tenant. The file's name is the tenant's, and the "
              "name of its namespace on every cluster: a DNS label, at most 63 characters.",
}
RULES = {
    "alias": "An alias stands for text elsewhere in the file. Write the value out.",
    "ambiguous-number": "A number that YAML 1.1 and 1.2 read differently. Write it without leading "
                        "zeros, or in quotes.",
    "anchor": "An anchor is not allowed in a declaration. Write the value where it is needed.",
    "api-server-unknown": "The cluster's API server has no address in `network.apiServer`, so no "
                          "workspace could reach it.",
    "bad-cidr": "Not an address range. Write a network and a prefix length, without host bits.",
    "bad-date": "Not a day of the calendar. Write year-month-day.",
    "bad-form": "Text that is not of the form its field takes; the message has an example.",
    "bad-name": "A file's name that cannot be a name: small letters, digits, dashes, at most 63.",
    "bad-pattern": "`naming.pattern` is not a regular expression.",
    "bad-quantity": "Not a quantity that Kubernetes keeps exactly.",
    "capital-letters": "An address with capital letters, where the provider sends small ones.",
    "cluster-not-empty": "A cluster's file is gone while its workspaces are rendered. Put it back, "
                         "or render with `--allow-removal CLUSTER`.",
    "colliding-keys": "Two keys of a template turn out the same. Keep one.",
    "colliding-names": "Two contributors whom Kubeflow's naming cannot tell apart. Give one "
                       "access through a group.",
    "commented-expression": "A template's expression inside a YAML comment. Use `{# … #}`.",
    "complex-key": "A key that is a list or mapping. Keys are plain text.",
    "contributor-twice": "One subject twice among a tenant's owner and contributors. Keep one.",
    "crd-defined-twice": "Two files in `schemas/` define one kind. Keep one.",
    "duplicate-key": "The same key twice in one mapping. Keep one.",
    "duplicate-object": "A template makes one object twice. Give one another name.",
    "empty-file": "A declaration with nothing in it.",
    "expression-failed": "A template's expression could not be worked out with these values.",
    "file-too-large": "A declaration of more than 1 MiB.",
    "filter-over-text": "A template's filter over fixed text. Write the result.",
    "forbidden-attribute": "A template reads an attribute that begins with an underscore.",
    "forbidden-call": "A template calls something other than the language's own functions.",
    "forbidden-expression": "An expression that templates do not have.",
    "forbidden-statement": "A statement that templates do not have. They know `for`, `if`, "
                           "`include` and inline `set`.",
    "forbidden-yaml": "An anchor, alias or tag in a template.",
    "foreign-domain": "An e-mail address of a domain that `identity.domains` does not list.",
    "foreign-file": "A file that gitops did not write stands where a rendered file goes. Move it "
                    "away, or render with `--force`.",
    "fraction-of-a-whole": "A part of something that comes in pieces: a pod, a GPU.",
    "group-cycle": "A group that contains itself. Take one membership out.",
    "include-cycle": "Templates that include one another.",
    "incomplete-document": "A document without apiVersion, kind or metadata.name.",
    "invalid-manifest": "A rendered object that its schema refuses, told at the declared line that "
                        "filled the field, or else at the template's.",
    "invalid-yaml": "A template whose text is not YAML.",
    "key-not-text": "A mapping key that is not text.",
    "label-conflict": "A template sets a label of ours to something else. Leave it out.",
    "limit-below-request": "A container's default above its limit or maximum: every pod would be "
                           "refused.",
    "listed-twice": "The same value twice in a list. Keep one.",
    "login-incomplete": "The gateway's login lacks what keeps strangers out: an issuer, an "
                        "audience, or who logs people in.",
    "merge-key": "The merge key `<<`. Share values through a plan or the defaults.",
    "misplaced-file": "A file that would not be read. Declarations are `<folder>/<name>.yaml`.",
    "misplaced-template": "A template that would become no file.",
    "missing-key": "A key that must be there.",
    "missing-platform": "The estate has no `platform.yaml`. `{}` will do.",
    "name-against-rules": "A tenant's name that `naming` does not allow.",
    "no-cluster": "No cluster accepts the tenant. Name its clusters.",
    "node-credentials": "A listed range leads to the node's own credentials. Use `cloudIdentity`.",
    "not-one-subject": "A grant that names nobody, or more than one subject.",
    "not-utf-8": "A file that is not UTF-8 text.",
    "notebooks-without-view": "`notebooks` beside a role that may open them anyway.",
    "one-object-twice": "Two rendered files hold one object.",
    "out-of-range": "A number outside its bounds.",
    "output-changed-meanwhile": "Somebody changed `rendered/` during the render. Run it again.",
    "output-is-a-mount": "`rendered/` is a mount point, which cannot be exchanged in one step.",
    "output-not-writable": "`rendered/` or `.gitops/` cannot be written.",
    "output-paths-collide": "Two rendered paths that some file systems take for one.",
    "partial-expression": "A template's expression inside text. Make the whole value one "
                          "expression: `{{ \"prefix-\" ~ name }}`.",
    "path-in-the-way": "A folder stands where a file goes, or a file where a folder goes.",
    "peer-elsewhere": "Two tenants that should talk have no cluster in common.",
    "peer-itself": "A tenant that names itself as a peer.",
    "peer-not-admitted": "The called tenant does not say `admits`.",
    "plugin-has-a-field": "A Profile plugin that `cloudIdentity` covers.",
    "profiles-without-kubeflow": "`workspaces: profile` on a cluster without Kubeflow.",
    "quota-key-does-nothing": "A quota key that Kubernetes takes and never enforces.",
    "quota-key-has-a-field": "A quota key that has a field of its own.",
    "quoted-expression": "A template's expression in quotes. Values are quoted where they must be.",
    "reserved-character": "A template holds the character that stands for expressions.",
    "reserved-label": "A label or annotation of the Namespace that belongs to the platform.",
    "reserved-name": "A tenant named like a namespace of the platform or of Kubernetes.",
    "second-document": "A second YAML document in a declaration. One declaration a file.",
    "sidecar-without-cni": "Sidecars that Pod Security would refuse without Istio's CNI agent.",
    "symlink-in-estate": "A symbolic link among the inputs. Put the file itself there.",
    "symlink-in-output": "A rendered path is or goes through a symbolic link.",
    "tag": "A YAML tag. The field says what kind of value it takes.",
    "template-syntax": "A template that Jinja cannot read.",
    "tenant-not-frozen": "A namespace would be deleted although nobody froze the tenant first.",
    "too-deep": "More than 40 levels of nesting.",
    "too-long": "Text that is longer than its field takes.",
    "undefined-value": "A template names something that does not exist.",
    "unknown-choice": "A word that is none of the field's.",
    "unknown-cluster": "A cluster without a file in `clusters/`.",
    "unknown-filter": "A filter that templates do not have.",
    "unknown-group": "A group without a file in `groups/`.",
    "unknown-key": "A key that the declaration does not have.",
    "unknown-plan": "A plan that `platform.yaml` does not have.",
    "unknown-template": "A template includes one that does not exist.",
    "unknown-tenant": "A tenant without a file in `tenants/`.",
    "unknown-test": "A test that templates do not have.",
    "unprintable-text": "Characters that cannot be seen.",
    "unreadable-crd": "A file in `schemas/` that is no CustomResourceDefinition.",
    "unreadable-file": "A file that cannot be read.",
    "unrenderable-value": "A value that YAML or Kubernetes cannot hold.",
    "unsafe-output-path": "A rendered path that would leave `rendered/`.",
    "unsupported-kubernetes": "A version of Kubernetes whose schemas are not known.",
    "unusable-crd": "A CRD whose schema cannot be used.",
    "wrong-type": "A value of the wrong kind.",
    "yaml-syntax": "Not YAML.",
}


def pages() -> dict[str, str]:
    """Every made page by its path below ``docs/``."""
    made = {f"reference/{kind}.md": f"# {kind.capitalize()}\n\n{intro}\n\n{reference(kind)}"
            for kind, intro in INTROS.items()}
    made["commands.md"] = "\n".join(_commands())
    made["errors.md"] = "\n".join(_errors())
    return {path: MADE + text.rstrip() + "\n" for path, text in made.items()}


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield ("Options before the command's name: `-C DIR` works on the estate in DIR, `--color` is "
           "`auto`, `always` or `never`, `-v` says more. Exit codes: 0 clean, 1 findings or "
           "differences, 2 a call that makes no sense, 3 a fault of the tool itself, 130 "
           "interrupted.")
    for name, entry in COMMANDS.items():
        command: click.Command = import_module(entry.module).command
        context = click.Context(command, info_name=f"gitops {name}", max_content_width=96,
                                terminal_width=96)
        yield f"\n## `gitops {name}`\n\n```text\n{command.get_help(context).rstrip()}\n```"


def _errors() -> Iterator[str]:
    yield "# Errors"
    yield ""
    yield ("A finding is `file:line:column: severity: message [rule]`, then what to do, then other "
           "places that matter. All findings of a run come at once.")
    yield "\n| Rule | What it means |\n|---|---|"
    for rule, meaning in sorted(RULES.items()):
        yield f"| `{rule}` | {meaning.replace('|', chr(92) + '|')} |"


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name those that are stale."""
    stale = [path for path, text in pages().items()
             if not (HERE / path).is_file() or (HERE / path).read_text() != text]
    if "--check" in arguments:
        for path in stale:
            print(f"docs/{path} is stale; run make docs", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(pages()[path])
        print(f"docs/{path} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
