"""The second reading of a qualitative test: signed without sight of the first, then compared by the server (LAB-11)."""

from batches.models import Lot
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.limits import Verdict
from evgmp.rules.reading import ResultKind
from evgmp.rules.verdict import RowResult, judge_row
from qc.domain.commands import READ_RESULT
from qc.domain.lifecycle import RESULT
from qc.models import Result, SecondReading
from qc.selectors.results import result_facts, terms_of
from qc.services.oos_opening import opened


def read_result(act: Act, on: str, *, term: str, remark: str = "") -> SecondReading:
    """What a second person sees. When both saw the same, the review can go on. When they differ there is no verdict, and where either of them
    lies outside the limit of a release test an OOS opens at once."""
    with recording(READ_RESULT, act) as rec:
        Lot.locked(results__number=on)
        result = Result.locked(number=on)
        fresh(result, act)
        facts = {**result_facts(result), "reviewer": act.by.user_id}
        if blockers := RESULT.blockers(READ_RESULT, status=result.status, facts=facts):
            raise RuleBroken(*blockers)
        if term not in terms_of(result.row):
            raise refuse("unknown_term", "Choose one of the terms of this test.", "term")
        reading = SecondReading(
            result=result, term=term, remark=remark.strip(), agrees=term == result.term, reader=act.by.printed_name, reader_id=act.by.user_id, read_at=rec.at
        )
        reading.save()
        found = RowResult(kind=ResultKind.TERM, term=term, run_valid=result.run.valid if result.run else None,
                          control_outcomes=result.run.outcomes if result.run else {})  # fmt: skip
        fails = Verdict.DOES_NOT_CONFORM in (judge_row(result.row.rule, found).verdict, Verdict(result.verdict))
        oos = opened(rec, result) if not reading.agrees and fails and result.row.purpose == "release" else None
        rec.about(
            reading, references=[result.row.version], result=result.number, lot=result.lot.number, agrees=reading.agrees, oos=oos.number if oos else None
        )
    return reading
