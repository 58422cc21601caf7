"""A throw-away PostgreSQL: its own folder, a Unix socket only, gone when the test run ends (or is killed)."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

START_SECONDS = 60
ROOM_BYTES = 2 * 1024**3
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
max_connections = 60
shared_buffers = 32MB
timezone = 'UTC'
# The folder is thrown away: nothing has to survive a crash.
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class PostgresMissing(Exception):
    """No PostgreSQL programs on this machine."""


def programs() -> Path:
    """The newest folder of PostgreSQL programs: PG_BIN, else Debian's."""
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise PostgresMissing(
            "PostgreSQL's initdb is not under /usr/lib/postgresql. `make test` installs it, "
            "or install the Debian package postgresql yourself. These tests are never skipped."
        )
    return max(found, key=lambda path: int(path.parent.name))


def folder_in_memory() -> str | None:
    """A file system in memory with room enough, where a copy of a database takes a tenth of the time; else the usual one."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES:
        return str(memory)
    return None


class PostgresServer:
    """One server with as many databases as tests ask for."""

    user = "evgmp"

    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="evgmp-pg-", dir=folder_in_memory()))
        self.sockets = self.folder / "s"
        self.sockets.mkdir()
        self.folder.chmod(0o755)
        # PostgreSQL refuses to run as root, so root hands over to the user that Debian's package brings.
        self._as_owner = ["setpriv", "--pdeathsig=INT"]
        if os.geteuid() == 0:
            for path in (self.folder, self.sockets):
                shutil.chown(path, "postgres", "postgres")
            self._as_owner += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._log = (self.folder / "server.log").open("wb")
        self._start()

    def _start(self) -> None:
        data = self.folder / "data"
        self._run(
            *("initdb", "-D", str(data), "-U", self.user, "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        with (data / "postgresql.conf").open("a") as config:
            config.write(SETTINGS.format(sockets=self.sockets))
        self._process = subprocess.Popen(
            [*self._as_owner, str(self.programs / "postgres"), "-D", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd=self.folder,
            start_new_session=True,  # Ctrl-C goes to the tests alone; they stop the server in order
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute(sql.SQL("SELECT 1"))
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / "server.log").read_text(errors="replace")
                    self.stop()
                    raise RuntimeError(f"PostgreSQL did not start. It said:\n{said[-2000:]}") from error
                time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_owner, str(self.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL's {program} failed:\n{done.stdout}{done.stderr}")

    def stop(self) -> None:
        if self._process.poll() is None:
            # INT to the postmaster is its fast shutdown; a root test run may signal another user's process.
            self._process.send_signal(2)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder)

    def execute(self, statement: sql.Composable) -> None:
        with psycopg.connect(
            host=str(self.sockets), user=self.user, dbname="postgres", autocommit=True, connect_timeout=5
        ) as connection:
            connection.execute(statement)

    def create(self, name: str, template: str = "template0") -> None:
        self.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )

    def drop(self, name: str) -> None:
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def dump(self, name: str, file: Path) -> None:
        """Write one of its databases to a file that `restore` of any server of this run reads."""
        self._run("pg_dump", "-h", str(self.sockets), "-U", self.user, "--no-owner", "-f", str(self.folder / "dump"), name)
        shutil.move(self.folder / "dump", file)

    def restore(self, name: str, file: Path) -> None:
        """Fill the new database `name` from a file that `dump` wrote."""
        given = self.folder / "given"
        shutil.copyfile(file, given)
        self._run("psql", "-h", str(self.sockets), "-U", self.user, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(given), name)
        given.unlink()

    def config(self, name: str) -> dict[str, Any]:
        """Django's settings for one of its databases."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": self.user,
            "HOST": str(self.sockets),
        }
