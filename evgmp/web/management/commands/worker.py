"""Do jobs, one after the other, until told to stop."""

import logging
import os
import signal
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.urls import get_resolver

from evgmp.compliance import jobs
from evgmp.compliance.models import Job

PAUSE_SECONDS = 1

logger = logging.getLogger("evgmp.worker")


class Worker:
    """One worker: takes jobs, does them, and says in a thread of its own that it lives. The first signal lets it end its
    job; the second ends it at once (another worker takes the job again)."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self.job: Job | None = None
        self.stopping = threading.Event()

    def stop(self, *_: Any) -> None:
        if self.stopping.is_set():
            os._exit(1)
        self.stopping.set()

    def run(self, *, until_idle: bool = False) -> None:
        threading.Thread(target=self._beats, name="evgmp-worker-beat", daemon=True).start()
        while not self.stopping.is_set():
            try:
                done = self._one()
            except DatabaseError:
                # The database may be away for a moment. A job in hand is taken again when its lease has run out.
                logger.exception("The database did not answer; the worker goes on trying")
                connections.close_all()
                self.stopping.wait(PAUSE_SECONDS * 5)
                continue
            if not done:
                if until_idle:
                    return
                self.stopping.wait(PAUSE_SECONDS)

    def _one(self) -> bool:
        self.job = jobs.take(self.name)
        if self.job is None:
            return False
        try:
            jobs.run(self.job)
        except jobs.JobLost:
            logger.warning("Job %s was taken over by another worker", self.job.key[:12])
        finally:
            self.job = None
        return True

    def _beats(self) -> None:
        while True:
            try:
                jobs.beat(self.name, self.job)
            except DatabaseError:
                logger.warning("The database did not hear this worker")
                connections.close_all()
            if self.stopping.wait(jobs.BEAT_SECONDS) and self.job is None:
                connections.close_all()
                return


class Command(BaseCommand):
    help = "Do the jobs that people ask for (long papers), one after the other, until Ctrl-C. Several may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing waits")

    def handle(self, *args: Any, **options: Any) -> None:
        get_resolver().url_patterns  # noqa: B018  loading the addresses loads every handler
        worker = Worker()
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        worker.run(until_idle=options["until_idle"])
