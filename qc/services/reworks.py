"""Reprocessing and rework: asked for by production, decided by QA, with the tests that the lot made of it needs beside its own (EXE-23)."""

from collections.abc import Sequence

from batches.domain.rework import KINDS
from batches.models import Lot, ReworkAuthorisation
from batches.services.reworks import rework_asked, rework_decided
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from qc.domain.commands import DECIDE_REWORK, REQUEST_REWORK
from qc.domain.rework import DECISIONS, objections_to
from qc.selectors.reworks import procedures_for, request_blockers, rework_blockers, rework_of, tests_for


def request_rework(act: Act, on: str, *, kind: str, procedure: str, tests: Sequence[str]) -> ReworkAuthorisation:
    """Ask that a made lot is processed again. procedure: the number of an effective master version; tests: codes of added tests."""
    with recording(REQUEST_REWORK, act) as rec:
        lot = Lot.locked(number=on)
        fresh(lot, act)
        if blockers := request_blockers(lot):
            raise RuleBroken(*blockers)
        if kind not in KINDS:
            raise refuse("unknown_kind", f"Choose one of: {', '.join(KINDS.values())}.", "kind")
        version = next((one for one in procedures_for(lot) if one.number == procedure), None)
        if version is None:
            raise refuse("no_procedure", f"“{procedure[:40]}” is no effective master of this stage. Choose an approved procedure.", "procedure")
        rows, mandatory = tests_for(lot)
        if objections := objections_to(tests, {row.code for row in rows}, mandatory):
            raise RuleBroken(*objections)
        row = rework_asked(rec, lot, kind=kind, procedure=version, tests=tests)
        rec.about(row, references=[version], lot=lot.number, procedure=version.number, tests=row.added_tests)
    return row


def decide_rework(act: Act, on: str, *, decision: str) -> ReworkAuthorisation:
    """QA authorises a reprocessing or rework, or refuses it. Nothing is processed again before."""
    with recording(DECIDE_REWORK, act) as rec:
        Lot.locked(pk=rework_of(on).lot_id)
        row = ReworkAuthorisation.locked(number=on)
        fresh(row, act)
        blockers = rework_blockers(row, act.by.user_id)
        if decision not in DECISIONS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(DECISIONS.values())}.", "decision")
        # A refusal needs nothing but another person and a request that waits.
        own = ("wrong_status", "asked_for_it", "took_part")
        if barred := [blocker for blocker in blockers if decision == "authorised" or blocker.key in own]:
            raise RuleBroken(*barred)
        rework_decided(rec, row, decision)
        rec.about(row, references=[row.procedure], lot=row.lot.number, decision=DECISIONS[decision])
    return row
