"""Bank -> released lot in a real browser, every act by its own account, signatures included.

Of what is done dozens of times in the same way (REPEATED) the first BY_HAND on each lot are done in the browser; the rest goes
through the same forms and services without it, so that the suite stays short. `make campaign` does all of them by hand.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batches.models import Lot
from evgmp.compliance import clock, verifying
from evgmp.web.command_view import VIEWS
from evgmp.web.performing import Attempted, perform
from evgmp.web.stories import filled, instant_of, turns
from tests.builders import PASSWORD, cast, person
from tests.journeys import lots
from tests.journeys.browser import NOW_INSTEAD, Browser
from tests.journeys.plan import DAY, IN_USE, SENDAI, Plan, morning
from tests.journeys.write_stories import SPECIFICATION_CODES, decided, release

BY_HAND = 1
REPEATED = ("batches.record_entry", "batches.sign_step", "qc.record_run", "qc.record_result", "qc.review_result")
SHOTS = Path(os.environ.get("EVGMP_SHOTS", Path(__file__).resolve().parents[2] / ".data" / "shots")) / "journey"


def prepared() -> dict[str, Any]:
    """What stands before the first bank: people, masters, specifications, an eligible donor and a line, made in the past."""
    from evgmp.web.stories import told

    today = datetime.now(UTC)
    with clock.held_at(today - timedelta(days=240)):
        cast()
    plan = Plan(first_day=230)
    lots.materials_and_room(plan, 6 * 60)
    lots.masters_and_specifications(plan, 8 * 60, list(IN_USE), {})
    lots.eligible_donor_and_line(plan, 2 * DAY + 540)
    lots.masters_and_specifications(plan, 3 * DAY + 480, [], SPECIFICATION_CODES)
    names: dict[str, Any] = {}
    for _ in told(plan.told(), password=PASSWORD, names=names, today=today):
        pass
    return names


def planned() -> list[dict[str, Any]]:
    """One culture, one media lot, one run, one EV lot."""
    plan = Plan(first_day=200)
    lots.bank(plan, "mcb", 8 * 60, "IMEV-L01", 60)
    lots.store(plan, "mcb", DAY + 540, "EQ-LN2-01", "1", "01")
    after = plan.testing("mcb", "spec_ipsc_mcb", SENDAI, drawn=2 * DAY, start=3 * DAY, results=5 * DAY, quantity="5", unit="vials",
                         vials="V001 V002 V003 V004 V005")  # fmt: skip
    plan.do(morning(after + DAY), "qc.release_bank", "a.reviewer", on="{mcb.lot.number}")
    minute = lots.derivation(plan, "der", morning(after + 2 * DAY), "{mcb.lot.number}-V006")
    minute = lots.passage(plan, "p1", "der", morning(minute + DAY), seeded=2_000_000, area=500, counts=1.62e7)
    minute = lots.passage(plan, "p2", "p1", morning(minute + DAY), seeded=12_000_000, area=3000, counts=2.4e8)
    minute = max(minute, plan.testing("p2", "spec_imsc_eop", SENDAI, drawn=minute + 20, start=minute + DAY, results=minute + 2 * DAY,
                                      quantity="20000000", unit="cells"))  # fmt: skip
    minute = lots.media(plan, "cm", "p2", morning(minute + DAY), cells="110000000", particles="2.05E+9", clean=True)
    after, particles = lots.run(plan, "tff", ["cm"], morning(minute + DAY), volume=3900.0, misread=True)
    minute = decided(plan, "tff", after, "no_impact", "The value was misread and is corrected; the corrected TMP is inside its limit")
    minute = lots.ev_lot(plan, "ev", "tff", morning(minute + DAY), particles=particles, vials=140)
    minute = plan.testing("ev", "spec_ev_ds", SENDAI, drawn=minute + 20, start=minute + 2 * DAY, results=minute + 5 * DAY, quantity="20", unit="vials")
    release(plan, "ev", morning(minute + DAY))
    return [act for act in plan.told() if "expect" not in act]


@pytest.mark.req("EXE-27", "REL-07", "SIG-03", "VAL-03")
def test_from_bank_to_released_lot_in_the_browser(live_site: str, new_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    walk(new_page, BY_HAND, monkeypatch)


@pytest.mark.campaign
def test_every_single_act_in_the_browser(live_site: str, new_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    walk(new_page, 10_000, monkeypatch)


def walk(new_page: Callable[..., Any], by_hand: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole plan. The site runs in this process, so its clock is set to the minute of each act: the clocks of the batches
    judge the times between the acts."""
    names = prepared()
    browser = Browser(new_page, SHOTS)
    done: Counter[tuple[str, str]] = Counter()
    moment = today = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    for act in planned():
        view = VIEWS[act["command"]]
        left = []
        for turn, (on, more) in enumerate(turns(act, names)):
            moment = instant_of(act["at"], today) + timedelta(minutes=turn * act.get("every", 1))
            data = filled({**act.get("data", {}), **more}, names, today)
            on = filled(on, names, today)
            same = (act["command"], lot_named(act))
            done[same] += 1
            if act["command"] not in REPEATED or done[same] <= by_hand or "files" in act:
                browser.perform(act, on, data)
            else:
                data = {key: value for key, value in data.items() if key not in NOW_INSTEAD}
                witness = act.get("witness", "")
                attempted = Attempted(
                    data=data, reason=act.get("reason", ""), user_id=act["by"], password=PASSWORD,
                    witness_user_id=witness, witness_password=PASSWORD if witness else "",
                )  # fmt: skip
                perform(view, actor=person(act["by"]), on=on, attempted=attempted)
            left.append(newest(view))
        if "as" in act:
            names[act["as"]] = left if "each" in act or len(left) != 1 else left[0]
    lot = Lot.objects.get(pk=names["ev"].lot.pk)
    assert lot.disposition == "released"
    text = browser.look("q.person", f"/lot/{lot.number}/", "released-lot")
    assert "RELEASED" in text.upper()
    browser.look("a.reviewer", f"/lot/{names['mcb'].lot.number}/", "bank")
    browser.look("i.inspector", "/audit-trail/", "audit-trail")
    assert verifying.findings() == []


def lot_named(act: dict[str, Any]) -> str:
    """The plan's name of the lot that an act is on: {p1.lot.number}-03 is on p1."""
    found = re.match(r"\{(\w+)", act.get("on", ""))
    return found[1] if found else ""


def newest(view: Any) -> Any:
    """The record that the newest event is about."""
    from django.apps import apps

    from evgmp.compliance.models import Event

    event = Event.objects.latest("seq")
    assert event.verb == view.command.key
    return apps.get_model(event.record_type)._default_manager.get(pk=event.record_key)
