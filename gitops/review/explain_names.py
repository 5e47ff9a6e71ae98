"""Objects found by what people call them: ``rolebinding/namespaceAdmin``, ``netpol/…``."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gitops.compile.pipeline import Compiler, Unit
from gitops.foundation.errors import UsageError
from gitops.foundation.parallel import over, workers_for
from gitops.render.identity import Identity, identity
from gitops.review.explain import Explainer, ObjectSource

SHORT = {
    "ap": "authorizationpolicy", "cm": "configmap", "cq": "clusterqueue",
    "crb": "clusterrolebinding", "crd": "customresourcedefinition", "ing": "ingress",
    "limits": "limitrange", "lq": "localqueue", "netpol": "networkpolicy", "ns": "namespace",
    "pa": "peerauthentication", "pc": "priorityclass", "pvc": "persistentvolumeclaim",
    "quota": "resourcequota", "ra": "requestauthentication", "rb": "rolebinding",
    "sa": "serviceaccount", "svc": "service",
}
"""kubectl's and Kueue's short names of kinds, and some for kinds that have none."""
MOST = 3
"""Objects of one name that are explained together; with more, one must be chosen."""


class _Found(Struct, frozen=True):
    unit: Unit
    path: str
    identity: Identity

    def __str__(self) -> str:
        namespace = f"-n {self.identity[2]} " if self.identity[2] else ""
        return f"{namespace}--cluster {self.unit.cluster}"


def find(explainer: Explainer, kind: str, name: str, namespace: str, clusters: Sequence[str]
         ) -> list[ObjectSource]:
    """The objects of a kind and name.

    ``kind`` may be a plural, a short name or ``kind.group``, in any case. A namespace does
    not exclude objects that stand in none.

    Raises:
        UsageError: there is none, or there are too many.
    """
    every = _objects(explainer.compiler, clusters)
    known = {found.identity[1] for found in every}
    of_kind = [found for found in every if _is(found.identity, kind)]
    if not of_kind:
        raise UsageError(f"no object of kind {kind!r} is rendered", _near(kind, known))
    named = [found for found in of_kind if found.identity[3] == name] or \
        [found for found in of_kind if found.identity[3].casefold() == name.casefold()]
    shown = of_kind[0].identity[1]
    if not named:
        raise UsageError(f"no {shown} is called {name!r}",
                         _near(name, {found.identity[3] for found in of_kind}))
    here = [found for found in named if not namespace or found.identity[2] in ("", namespace)]
    if not here:
        raise UsageError(f"there is no {shown} {name!r} in the namespace {namespace!r}",
                         _near(namespace, {found.identity[2] for found in named}))
    if len(here) > MOST:
        places = "; ".join(map(str, here[:5])) + ("; …" if len(here) > 5 else "")
        raise UsageError(f"{len(here)} objects are called {shown}/{name}", f"choose one: {places}")
    return [source for found in here for source in explainer.sources(found.unit, found.path)
            if source.identity == found.identity]


def _objects(compiler: Compiler, clusters: Sequence[str]) -> list[_Found]:
    units = compiler.units(clusters)

    def look(unit: Unit) -> list[_Found]:
        return [_Found(unit, file.path, identity(data))
                for file in compiler.render(unit) for data in file.objects]

    found = [one for some in over(look, units, workers_for(len(units))) for one in some]
    return sorted(found, key=lambda one: (one.unit.cluster, one.identity))


def _is(key: Identity, asked: str) -> bool:
    word, _, group = asked.casefold().partition(".")
    word = SHORT.get(word, word)
    kind = key[1].casefold()
    forms = {kind, f"{kind}s", f"{kind}es", f"{kind.removesuffix('y')}ies"}
    return word in forms and (not group or group == key[0].casefold())


def _near(word: str, known: set[str]) -> str:
    import difflib

    folded = {name.casefold(): name for name in sorted(known)}
    near = difflib.get_close_matches(word.casefold(), folded, n=1)
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    names = sorted(name for name in known if name)
    return f"there are: {', '.join(names[:12])}" + (", …" if len(names) > 12 else "")
