"""What a job names: parameters, volumes and runs."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.model.jobs import Job, Step
from gitops.model.tenant import Tenant
from gitops.plan.containers import SHM
from gitops.plan.job_case import Case, near, pods
from gitops.plan.jobs import PARAM


def params(case: Case) -> Iterator[Mistake]:
    """Parameters that texts, runs and searches name, and values that runs must give."""
    job, known = case.job, {param.name for param in case.job.params}
    for text, origin in texts(job):
        for name in PARAM.findall(text):
            if name not in known:
                yield Mistake("unknown-param", origin, f"there is no parameter {name!r}",
                              near(name, known, f"add params: {{{name}: …}}"))
    named = [(name, run.origin.key_at("params", name)) for run in job.runs for name in run.params]
    named += [(one.name, one.origin) for one in (job.search.ranges if job.search else ())]
    for name, origin in named:
        if name not in known:
            yield Mistake("unknown-param", origin, f"{job.name} has no parameter {name!r}",
                          near(name, known, f"add params: {{{name}: …}}"))
    searched = {one.name for one in job.search.ranges} if job.search else set()
    for param in job.params:
        if param.default is not None or param.name in searched:
            continue
        for run in job.runs:
            if param.name not in run.params:
                yield Mistake("param-without-value", run.origin,
                              f"the run gives no value to {param.name}, which has no default",
                              f"add params: {{{param.name}: …}}, or a default")
        if job.schedule or "notebooks" in case.engines:
            yield Mistake("param-without-value", param.origin, f"nobody gives {param.name} a "
                          "value when the job starts by itself", "give it a default")
        elif "trainer" in case.engines:
            yield Mistake("param-without-value", param.origin, "Trainer starts a run without "
                          f"asking for {param.name}", "give it a default")


def texts(job: Job) -> Iterator[tuple[str, Origin]]:
    """Every text that may name a parameter."""
    work: tuple[Job | Step, ...] = (job, *job.steps)
    for part in work:
        for key in ("image", "script"):
            yield getattr(part, key), part.origin.at(key)
        for key in ("command", "args"):
            for index, word in enumerate(getattr(part, key)):
                yield word, part.origin.at(key, index)
        for one in part.env:
            yield one.value, one.origin


def storage(case: Case) -> Iterator[Mistake]:
    """Volumes with names and paths of their own; what `from` fetches has paths already."""
    seen: dict[str, Origin] = {}
    source = case.job.source
    shm = not source and any(hardware.shm for hardware, _ in pods(case))
    for mount in case.job.mounts:
        named = [(mount.name, "name")]
        if mount.path and source:
            yield Mistake("source-and-work", mount.origin.at("path"),
                          f"the job comes from {source.path}, which says this itself",
                          "take it out, or take from out", ((source.origin, "the source"),))
        elif mount.path:
            named.append((mount.path.rstrip("/") or "/", "path"))
        elif not source:
            yield Mistake("missing-key", mount.origin, "a volume needs 'path'",
                          "add path: where the job sees it")
        for text, key in named:
            if text in seen:
                yield Mistake("volume-twice", mount.origin.at(key),
                              f"{text} is a volume's {key} already", "change one",
                              ((seen[text], "the other"),))
            elif shm and text in (SHM, "/dev/shm"):  # noqa: S108
                yield Mistake("volume-twice", mount.origin.at(key),
                              f"{text} is the hardware's own", "choose another")
            seen.setdefault(text, mount.origin.at(key))


def run_names(tenant: Tenant) -> Iterator[Mistake]:
    """Runs by names of their own, which hold in labels: 63 characters."""
    seen: dict[str, Origin] = {}
    for job in tenant.jobs.values():
        for run in job.runs:
            name = f"{job.name}-{run.id}"
            if name in seen:
                yield Mistake("run-twice", run.origin.at("id"), f"a run {name} is declared already",
                              "an id is used once; choose another",
                              ((seen[name], "the other"),))
            elif len(name) > 63:
                yield Mistake("run-name-too-long", run.origin.at("id"),
                              f"the run would be called {name}, {len(name)} characters of at most "
                              "63", "shorten the id or the job's name")
            seen.setdefault(name, run.origin.at("id"))
