"""Templates given as text: what they render, and what is said of their mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import pytest
import yaml

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding
from gitops.render.engine import Engine, Rendered, Template

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
"""The first four lines of a document; what follows stands at line 5."""


class Again(Engine):
    """An engine that renders each file three times: the second teaches it a sheet of all files
    like it, by which the third is filled. It must be the same to the letter."""

    def render(self, name: str, context: Mapping[str, object], labels: tuple[str, ...] = ()
               ) -> Rendered:
        """The third of them."""
        first = super().render(name, context, labels)
        super().render(name, context, labels)
        again = super().render(name, context, labels)
        assert (again.text, again.identities) == (first.text, first.identities)
        assert repr([*again.documents]) == repr([*first.documents])
        return super().render(name, context, labels)


def engine(*texts: str, label_keys: tuple[str, ...] = (), **included: str) -> Engine:
    """An engine with the template ``t`` (its texts in a row) and the ``included`` ones."""
    sources = {"t": "".join(map(dedent, texts)), **included}
    templates = {name: Template(name, text, f"{name}.j2") for name, text in sources.items()}
    return Again(templates, label_keys)


def render(*texts: str, **context: object) -> str:
    """What a template renders, and that every reader of YAML agrees with its data."""
    return agreed(engine(*texts).render("t", context))


def agreed(rendered: Rendered) -> str:
    """The rendered text, after a look at what PyYAML makes of it."""
    data = agreed_data(rendered)
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert [read for read in yaml.load_all(rendered.text, loader) if read] == data
    return rendered.text


def agreed_data(rendered: Rendered) -> list[dict[str, Any]]:
    """The documents' data, after a look at what is shown of it in passing."""
    passing = [repr(data) for data in rendered.documents.passing()]
    data = [document.data for document in rendered.documents]
    assert passing == list(map(repr, data))
    return data


def body(*texts: str, **context: object) -> str:
    """What a template renders below :data:`HEAD`."""
    text = render(HEAD, *texts, **context)
    assert text.startswith(HEAD)
    return text.removeprefix(HEAD)


def refused(*texts: str, **context: object) -> list[Finding]:
    """The findings that a template and its context are refused with."""
    with pytest.raises(Refused) as caught:
        engine(*texts).render("t", context)
    return caught.value.findings


def said(*texts: str, **context: object) -> str:
    """The findings as they are printed."""
    return "\n".join(map(str, refused(*texts, **context)))


def checked(text: str, **included: str) -> str:
    """The static findings as they are printed."""
    return "\n".join(map(str, engine(text, **included).check()))
