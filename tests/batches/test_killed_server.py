"""Server killed, connection cut: every acknowledged entry is there, none is doubled, none half-signed, and the page tells the truth."""

import sqlite3
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from batches.models import BatchRecord, Entry, Step
from evgmp.compliance import verifying
from evgmp.compliance.models import Event, Signature
from tests.batches.builders_records import IN_LIMIT, set_up, started, step_no
from tests.builders import PASSWORD
from tests.support.campaign import cases, dice
from tests.support.killable import killable
from tests.support.posting import LOST, Poster

ROWS = 6
SIGNED = {"user_id": "a.operator", "password": PASSWORD}
WITNESSED = {**SIGNED, "witness_user_id": "b.operator", "witness_password": PASSWORD}


@dataclass
class Act:
    """One request: its key makes it the same act however often it is sent."""

    path: str
    data: dict[str, str]
    signatures: int = 0
    once: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def sent(self) -> dict[str, str]:
        return {**self.data, "once": self.once, "seen": ""}


def acts_of(batch: BatchRecord) -> list[Act]:
    """A running batch: the rows of a log, its signature, a value, and a step that two people sign."""
    log, result = step_no(batch, 2).number, step_no(batch, 3).number
    return [
        *(Act(f"/record-entry/{log}/", {**IN_LIMIT, "p_feed": f"0.5{row}"}) for row in range(ROWS)),
        Act(f"/sign-step/{log}/", SIGNED, 1),
        Act(f"/record-entry/{result}/", {"volume": "600.0"}),
        Act(f"/sign-step/{result}/", WITNESSED, 2),
    ]


def running() -> Iterator[Act]:
    """Acts on one batch after the other, without end."""
    while True:
        batch = started()
        set_up(batch)
        yield from acts_of(batch)


def settled(poster: Poster, act: Act) -> str:
    """Send an act again until it is answered: `recorded` now, or `before` when the page says that it was recorded already."""
    for _ in range(20):
        status, text = poster.post(act.path, act.sent)
        if status == 302:
            return "recorded"
        if status == 422 and "recorded already" in text:
            return "before"
        assert status == LOST, f"{status} {text[:600]}"
        time.sleep(0.1)
    raise AssertionError(f"No answer to {act.path}.")


def check(done: list[Act]) -> None:
    """Every act is there exactly once and whole."""
    keys = {act.once: act for act in done}
    events = {event.once: event for event in Event.objects.filter(once__in=list(keys))}
    assert set(events) == set(keys)
    assert Event.objects.filter(once__in=list(keys)).count() == len(keys)
    for once, event in events.items():
        assert Signature.objects.filter(event=event).count() == keys[once].signatures
    # Of a row of the log there are three readings and their computed value, or nothing.
    rows = Counter(Entry.objects.filter(step__position=2, is_current=True).values_list("step_id", "row"))
    assert set(rows.values()) <= {4}
    recorded = [act for act in done if act.path.startswith("/record-entry/") and "p_feed" in act.data]
    assert len(rows) == len(recorded)
    for step in Step.objects.filter(status="signed", position=3):
        given = Signature.objects.filter(record_type="batches.step", record_key=str(step.pk)).values_list("meaning", flat=True)
        assert sorted(given) == ["performed", "verified"]
    assert verifying.findings() == []


@pytest.mark.sized
@pytest.mark.req("REC-01", "EXE-27", "SIG-06", negative=True)
def test_killed_at_random_moments(throwaway_database: object, tmp_path: Path) -> None:
    with throwaway_database("sqlite", "furnished") as config:  # type: ignore[operator]
        file = Path(str(config["NAME"]))
        with killable(file, tmp_path) as server:
            poster, random, source = Poster("127.0.0.1", server.port, "a.operator"), dice(), running()
            done: list[Act] = []
            begin = time.monotonic()
            for _ in range(3):
                act = next(source)
                assert settled(poster, act) == "recorded"
                done.append(act)
            usual = (time.monotonic() - begin) / 3
            fates: Counter[str] = Counter()
            for turn in range(cases(3)):
                pending = _until_killed(server, poster, source, done, random.uniform(0, 2.5 * usual), whole=turn % 20 == 19)
                server.wait()
                if pending is None:
                    fates["between two requests"] += 1
                    continue
                fates["after its commit" if settled(poster, pending) == "before" else "before its commit"] += 1
                done.append(pending)
        connection.close()
        check(done)
        with sqlite3.connect(file) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        print(f"{sum(fates.values())} kills, {len(done)} acts, killed {dict(fates)}; {usual:.3f} s an act")


def _until_killed(server, poster, source, done, delay, *, whole):  # type: ignore[no-untyped-def]
    """Act until the server is killed after `delay` seconds. Returns the act that was not answered, or None."""
    killed = threading.Event()

    def kill() -> None:
        server.kill(whole)
        killed.set()

    timer = threading.Timer(delay, kill)
    timer.start()
    try:
        while not killed.is_set():
            act = next(source)
            status, text = poster.post(act.path, act.sent)
            if status == LOST:
                return act
            assert status == 302, f"{status} {text[:600]}"
            done.append(act)
        return None
    finally:
        timer.join()


@pytest.fixture
def site_content() -> str:
    return "furnished"


@pytest.mark.sized
@pytest.mark.req("REC-01", "EXE-27", negative=True)
def test_connection_cut_at_every_point_of_an_entry(live_site: str) -> None:
    address = urlsplit(live_site)
    poster, random = Poster(str(address.hostname), int(address.port or 80), "a.operator"), dice()
    done: list[Act] = []
    fates: Counter[str] = Counter()
    source = running()
    for turn in range(cases(6)):
        act = next(source)
        whole = len(poster.raw(act.path, act.sent))
        # One third each: within the request, right after it, and some time after it while the server works.
        after = random.randrange(1, whole) if turn % 3 == 0 else whole
        poster.cut(act.path, act.sent, after)
        if turn % 3 == 2:
            time.sleep(random.uniform(0, 0.3))
        fate = settled(poster, act)
        if after < whole:
            assert fate == "recorded", "a request that never arrived whole was recorded"
        fates[f"{'cut within' if after < whole else 'cut after'} the request: {fate}"] += 1
        done.append(act)
    check(done)
    print(f"{len(done)} cuts: {dict(fates)}")
