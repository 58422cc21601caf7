"""Work off the request: asked for by a person, taken by a worker, told by its progress.

A worker takes one job at a time and says every few seconds that it lives. The job of a worker that fell silent is taken
again; a worker that was only slow finds out by `attempt` and writes nothing more. So a job may run twice: what it does
has to be a command that the same act can use only once, or that finds its own result (`Act.once`, content hashes).

A table of our own instead of a queue package: taking a dead worker's job again and one job for the same content are
the two things that those at hand do not do.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from evgmp.compliance import clock
from evgmp.compliance.canonical import canonical, sha256
from evgmp.compliance.models import Event, Job, WorkerSeen
from evgmp.rules.blocker import RuleBroken

LEASE = timedelta(seconds=30)
"""A worker that was not seen for this long is taken for dead."""
BEAT_SECONDS = 5
MOST_ATTEMPTS = 3

logger = logging.getLogger(__name__)


class JobLost(Exception):
    """Another worker has taken the job over. Whoever meets this stops and writes nothing more."""


@dataclass(frozen=True)
class Made:
    """What a job came to: where it can be read, and its name."""

    url: str
    name: str


Report = Callable[[int, str], None]
Handler = Callable[[Job, Report], Made]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare what is done for jobs of a kind: `handler(job, report)` returns what was made.

    It raises RuleBroken with sentences for the person who asked. `report(percent, stage)` shows how far it is.
    """

    def register(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"Jobs of the kind {kind} have a handler already.")
        HANDLERS[kind] = handler
        return handler

    return register


def state_of_records() -> str:
    """The hash of the last event: while it is the same, nothing in any record has changed."""
    last = Event.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or ""


def ask(kind: str, *, on: str, title: str, by: str, arguments: dict[str, Any] | None = None) -> Job:
    """The job that does this, new or the one that was asked for before on the same records. A failed one waits again."""
    if kind not in HANDLERS:
        raise ValueError(f"Nothing handles jobs of the kind {kind}.")
    asked = arguments or {}
    key = sha256(canonical([kind, on, asked, state_of_records()]))
    try:
        with transaction.atomic():
            job, is_new = Job.objects.get_or_create(
                key=key,
                defaults={"kind": kind, "on": on, "title": title, "arguments": asked, "asked_by": by, "asked_at": clock.now()},
            )
    except IntegrityError:  # asked for twice at one moment, and the other was first
        job, is_new = Job.objects.get(key=key), False
    if not is_new and job.state == Job.FAILED:
        fresh = {"state": Job.WAITING, "attempt": 0, "percent": 0, "stage": "", "problem": "", "asked_by": by, "asked_at": clock.now()}
        Job.objects.filter(pk=job.pk, state=Job.FAILED).update(**fresh)
        job.refresh_from_db()
    return job


# --- the worker's side -------------------------------------------------------------------------------------------------


def take(worker: str) -> Job | None:
    """The next job for this worker: waiting longest, or left behind by a worker that fell silent. None when there is none.

    The UPDATE with the state and attempt that were read decides between two workers: one of them changes no row.
    """
    while True:
        now = clock.now()
        silent = Q(state=Job.RUNNING) & (Q(seen_at=None) | Q(seen_at__lt=now - LEASE))
        found = Job.objects.filter(Q(state=Job.WAITING) | silent).order_by("pk").first()
        if found is None:
            return None
        mine = Job.objects.filter(pk=found.pk, state=found.state, attempt=found.attempt, seen_at=found.seen_at)
        if found.attempt >= MOST_ATTEMPTS:
            gave_up = f"{MOST_ATTEMPTS} workers stopped while they did this. Tell the administrator, then ask for it again."
            mine.update(state=Job.FAILED, ended_at=now, problem=gave_up)
            continue
        taken = {"state": Job.RUNNING, "worker": worker, "attempt": F("attempt") + 1, "seen_at": now, "percent": 0, "stage": "Taken"}
        if mine.update(**taken):
            return Job.objects.get(pk=found.pk)


def beat(worker: str, job: Job | None) -> None:
    """Say that this worker lives, and its job with it."""
    now = clock.now()
    WorkerSeen.objects.update_or_create(name=worker, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now})
    if job is not None:
        _still_mine(job).update(seen_at=now)


def run(job: Job) -> None:
    """Do a taken job to its end, good or bad. Raises JobLost when another worker took it over meanwhile."""

    def report(percent: int, stage: str) -> None:
        if not _still_mine(job).update(percent=percent, stage=stage, seen_at=clock.now()):
            raise JobLost(job.key)

    try:
        made = HANDLERS[job.kind](job, report)
    except JobLost:
        raise
    except RuleBroken as broken:
        _end(job, state=Job.FAILED, problem=str(broken))
    except Exception:
        logger.exception("Job %s (%s) failed", job.key[:12], job.kind)
        fault = "The program met a fault; the log of the worker tells it. Tell the administrator, then ask for it again."
        _end(job, state=Job.FAILED, problem=fault)
    else:
        _end(job, state=Job.DONE, percent=100, stage="", result_url=made.url, result_name=made.name)


def work_once(worker: str) -> Job | None:
    """Take one job and do it; None when there was none. What tests and small scripts use instead of a worker."""
    job = take(worker)
    if job is not None:
        run(job)
        job.refresh_from_db()
    return job


def _still_mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.RUNNING)


def _end(job: Job, **how: Any) -> None:
    if not _still_mine(job).update(ended_at=clock.now(), **how):
        raise JobLost(job.key)


# --- what a page asks ---------------------------------------------------------------------------------------------------


def anybody_at_work() -> bool:
    """Whether some worker was seen lately."""
    return WorkerSeen.objects.filter(seen_at__gte=clock.now() - LEASE).exists()


def ahead_of(job: Job) -> int:
    """How many jobs are done before this one."""
    return Job.objects.filter(state__in=(Job.WAITING, Job.RUNNING), pk__lt=job.pk).count()
