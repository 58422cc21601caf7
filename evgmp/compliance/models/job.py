"""Jobs: what is to be done off the request. Not a record: what a job does is recorded by the command it runs."""

from django.db import models
from django.urls import reverse


class Job(models.Model):
    """One piece of work for a worker. Lies outside the wall: it says what is asked for and how far it is, and proves nothing.

    key: SHA-256 over kind, record and content, so that the same request is the same job. attempt: counts the workers that
    took it; a worker whose attempt is no longer this one has lost the job and may write nothing more to it.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=80)
    on = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    arguments = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=120, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result_url = models.CharField(max_length=200, blank=True)
    result_name = models.CharField(max_length=120, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "id"], name="job_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("web:job", args=[self.key])

    @property
    def is_over(self) -> bool:
        return self.state in (self.DONE, self.FAILED)


class WorkerSeen(models.Model):
    """A worker that was there: when it was last seen, so that a page can say that nobody is at work."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
