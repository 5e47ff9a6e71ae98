"""A tenant that is declared no more, as git last knew it."""

from __future__ import annotations

from gitops.declarations.load import load
from gitops.foundation.errors import UsageError
from gitops.model.estate import Estate
from gitops.review.git import Repository
from gitops.review.revisions import read_revision


def last_declared(root: str, tenant: str) -> tuple[Estate, str] | None:
    """The estate before the commit that took a tenant's file away, and which commit that was.

    A file that is deleted and not yet committed is in the last commit. None where git never
    knew the tenant.

    Raises:
        UsageError: there is no git here, or a shallow clone ends before.
    """
    repository = Repository.around(root)
    path = f"tenants/{tenant}.yaml"
    last = repository.ask("rev-list", "-1", "HEAD", "--", path)
    if not last:
        if repository.shallow:
            raise _shallow(tenant)
        return None
    commit = last if repository.entries(last, (path,)) else repository.commit(f"{last}^")
    if commit is None:
        raise _shallow(tenant)
    estate = load(read_revision(repository, commit)).estate
    return (estate, commit) if tenant in estate.tenants else None


def _shallow(tenant: str) -> UsageError:
    return UsageError(f"this shallow clone does not reach back to where {tenant} was declared",
                      "fetch the history: git fetch --unshallow")
