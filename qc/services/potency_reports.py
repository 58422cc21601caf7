"""Reports of relative potency: the evaluation as a paper, with its plot and every reading."""

from batches.models import Lot
from evgmp.compliance.issuing import issue
from evgmp.compliance.models import IssuedDocument
from evgmp.compliance.recording import Act, recording
from evgmp.rules.blocker import refuse
from qc.documents import potency
from qc.domain.commands import ISSUE_POTENCY_REPORT
from qc.selectors.potency import potency_of
from qc.services.potency import evaluated_again

PAPER_FIELDS = ["number", "version", "data_sha256", "content_id", "check_code"]


def issue_potency_report(act: Act, on: str) -> IssuedDocument:
    """The next version of the report of evaluation `on`, by another person than its analyst. Evaluated again first: what is printed is what the
    readings give."""
    with recording(ISSUE_POTENCY_REPORT, act) as rec:
        assay = potency_of(on)
        Lot.locked(pk=assay.sample.lot_id)
        if act.by.user_id in (assay.analyst_id, assay.run.analyst_id):
            raise refuse("self_review", "You recorded these readings or their run, so another person issues the report.")
        if not evaluated_again(assay):
            raise refuse("evaluation_differs", f"The readings of {assay} now give something else than was recorded. Ask the administrator to run verify.")
        paper = issue(rec, kind=potency.KIND, number=f"{assay.number}-R", title=potency.TITLE, record=assay, content=potency.report_of(assay))
        rec.about(paper, covers=[(paper, PAPER_FIELDS), assay], evaluation=assay.number)
    return paper
