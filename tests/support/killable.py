"""A server of its own over one SQLite file, behind gunicorn, so that a test can end it without warning.

As `tests.support.killable:application` it is the site itself, with the settings of the tests and the file that the environment names.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE = "EVGMP_KILLABLE_FILE"
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


def _application() -> Any:
    os.environ["DJANGO_SETTINGS_MODULE"] = "evgmp.settings.test"
    from django.conf import settings

    from evgmp.settings.base import database

    settings.DATABASES["default"] = database(f"sqlite:///{os.environ[FILE]}")
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


if FILE in os.environ:
    application = _application()


class Killable:
    """gunicorn with one worker. `kill()` ends the worker with SIGKILL, `kill(whole=True)` its master too."""

    def __init__(self, file: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._file, self._log = file, log
        self._start()

    def _start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "tests.support.killable:application", "--bind", f"127.0.0.1:{self.port}", "--preload",
            "--worker-class", "gthread", "--workers", "1", "--threads", "8", "--log-level", "error", "--no-control-socket",
        ]  # fmt: skip
        with self._log.open("ab") as log:
            self.master = subprocess.Popen(command, cwd=ROOT, env={**os.environ, FILE: str(self._file)}, stdout=log, stderr=log)
        self.wait()

    def worker(self) -> int | None:
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def kill(self, whole: bool = False) -> None:
        worker = self.worker()
        if whole:
            self.master.kill()
        if worker is not None:
            os.kill(worker, signal.SIGKILL)
        if whole:
            self.master.wait()
            self._start()

    def wait(self) -> None:
        """Until somebody answers at the port again."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                    connection.sendall(b"HEAD /people/sign-in/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                    if connection.recv(12).startswith(b"HTTP/"):
                        return
            except OSError:
                pass  # not there yet: asked again until the time is over
            time.sleep(0.05)
        raise TimeoutError(f"The server did not come up: {self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        self.master.terminate()
        self.master.wait()


@contextmanager
def killable(file: Path, folder: Path) -> Iterator[Killable]:
    server = Killable(file, folder / "gunicorn.log")
    try:
        yield server
    finally:
        server.stop()
