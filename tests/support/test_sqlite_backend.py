"""The embedded database: safe modes, and a queue in which every writer gets its turn."""

import itertools
import subprocess
import sys
import threading
import time

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, connections, transaction

from evgmp.settings.base import BASE_DIR, database
from evgmp.sqlite_backend import base, library
from evgmp.sqlite_backend.turnstile import TurnNotReached, give_back, take_turn
from tests.support.databases import default_database
from tests.support.races import together

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("name", "value"), PRAGMAS.items())
def test_a_site_runs_with_the_safe_modes(name, value, tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), default_database(database(f"sqlite:///{tmp_path}/site.sqlite3")):
        assert pragma(name) == value


def test_the_running_library_is_one_without_the_wal_reset_bug(sqlite_database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        (running,) = cursor.fetchone()
    assert running == library.VERSION
    assert tuple(int(part) for part in running.split(".")) >= library.WAL_RESET_MENDED


def test_an_affected_library_is_named_by_the_system_check(monkeypatch):
    monkeypatch.setattr(library, "WAL_IS_SAFE", False)
    (message,) = base.sqlite_journal_mode()
    assert "journal_mode=DELETE" in message.msg
    assert "pysqlite3" in message.hint


def test_without_the_newer_library_the_slow_mode_runs():
    hide = (
        "import sqlite3, sys; sqlite3.sqlite_version_info = (3, 40, 1); sys.modules['pysqlite3'] = None;"
        "from evgmp.sqlite_backend.library import JOURNAL_MODE; print(JOURNAL_MODE)"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=True, cwd=BASE_DIR)
    assert done.stdout.strip() == "DELETE"


def test_every_waiting_writer_gets_its_turn_soon(sqlite_database):
    """Eight writers with 5 ms of work each. With the queue a writer waits for the turns of some others, without it for most of
    the run. Turns are counted, not seconds: a busy machine stops the clock of a whole process at times."""
    turns = itertools.count(1)
    taken = [0]
    longest: list[int] = []

    def write() -> None:
        waits = []
        for _ in range(20):
            asked = taken[0]
            with transaction.atomic():
                taken[0] = next(turns)
                waits.append(taken[0] - asked)
                Group.objects.create(name=f"{threading.get_ident()} {len(waits)}")
                time.sleep(0.005)
        longest.append(max(waits))

    assert [outcome.error for outcome in together(*[write] * 8)] == [None] * 8
    assert Group.objects.count() == taken[0] == 160
    # Passed over for half of all turns would mean that one writer was passed over again and again.
    assert max(longest) < 80


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_is_given_back_however_a_transaction_ends(sqlite_database, end):
    try:
        with transaction.atomic():
            Group.objects.create(name=end)
            if end == "rollback":
                raise ZeroDivisionError
            if end == "close":
                connection.close()
    except (ZeroDivisionError, OperationalError):
        pass
    turn = take_turn(f"{connections.settings['default']['NAME']}.lock", timeout=0.1)
    give_back(turn)
    Group.objects.create(name="afterwards")


def test_a_writer_that_waits_too_long_is_told_so(sqlite_database):
    holding, finished = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            holding.set()
            assert finished.wait(10)

    def wait() -> None:
        assert holding.wait(10)
        connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "timeout": 0.2}
        try:
            with transaction.atomic():
                Group.objects.create(name="too late")
        finally:
            finished.set()

    held, waited = together(hold, wait)
    assert held.error is None
    assert isinstance(waited.error, OperationalError)
    assert "held the database for more than 0.2 seconds" in str(waited.error)
    with transaction.atomic():  # the abandoned wait has not kept the turn
        Group.objects.create(name="in time")


def test_a_process_that_dies_gives_its_turn_back(tmp_path):
    path = tmp_path / "queue.lock"
    script = (
        "import sys, time\nfrom evgmp.sqlite_backend.turnstile import take_turn\n"
        f"turn = take_turn({str(path)!r}, timeout=1)\nprint('held', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=BASE_DIR) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TurnNotReached):
            take_turn(str(path), timeout=0.1)
        holder.kill()
    give_back(take_turn(str(path), timeout=5))
