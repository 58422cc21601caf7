"""The report of a relative potency: issued by another person, drawn with its plot, superseded and never replaced."""

from typing import Any

import pytest

from batches.models import Lot, Sample
from evgmp.compliance.issuing import paper_html
from evgmp.compliance.models import IssuedDocument
from evgmp.compliance.recording import Act
from evgmp.people.services import grant_role
from qc.domain import commands as c
from qc.selectors.papers import facts_of, pdf_of
from qc.services.potency import record_potency
from qc.services.potency_reports import issue_potency_report
from tests.builders import ADMIN, WHY, act, person
from tests.journeys.readings import READINGS
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused
from tests.qc.tampering import tampered

pytestmark = pytest.mark.django_db


@pytest.mark.req("LAB-22", "PRT-02")
def test_plot_figures_and_readings_are_issued_by_another_person(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    run = lab.run_of(lab.row_of(ev_under_test, "DS-PT-NFKB"))
    assay = record_potency(act(c.RECORD_POTENCY, "a.analyst"), run.number, sample=its_sample.number, readings=READINGS)
    for by in ("a.analyst", "a.operator", "a.reviewer"):
        with refused("not_permitted"):
            issue_potency_report(act(c.ISSUE_POTENCY_REPORT, by), assay.number)
    with one_event(c.ISSUE_POTENCY_REPORT):
        paper = issue_potency_report(act(c.ISSUE_POTENCY_REPORT, "a.labhead"), assay.number)
    assert (paper.number, paper.version) == (f"{assay.number}-R", 1)
    assert pdf_of(paper).startswith(b"%PDF")
    content = facts_of(paper)["content"]
    assert content["found"] == "91.1 % (95 % confidence interval 87.8 to 94.5 %)"
    assert len(content["readings"]) == 32
    page = as_person("i.inspector").get(paper.get_absolute_url()).content.decode()
    assert f'<dt>About</dt><dd><a class="ev-id" href="{assay.get_absolute_url()}"' in page, "the paper leads to the evaluation, not to a lot of that name"
    html = paper_html(paper.kind, paper.data, paper.check_code)
    assert html.count('class="p-mark is-ref"') == 17
    assert "It is not a result of the lot" in html
    assert ["R squared", "0.999241", "at least 0.95"] in content["suitability"], "a figure stands beside its criterion"
    assert "<td>R squared</td><td>0.999241</td><td>at least 0.95</td>" in html
    earlier = paper_html(paper.kind, paper.data.replace('"suitability":', '"suitability_":'), paper.check_code)
    assert "<h2>Criteria of suitability</h2>" in earlier, "papers of earlier releases are copied as they were"
    again = issue_potency_report(act(c.ISSUE_POTENCY_REPORT, "a.labhead"), assay.number)
    assert (again.version, again.supersedes) == (2, paper)
    assert IssuedDocument.objects.count() == 2


@pytest.mark.req("LAB-11", "SIG-08", negative=True)
def test_nobody_issues_a_report_of_their_own_readings_or_run(ev_under_test: Lot, its_sample: Sample) -> None:
    """Another role does not help: b.analyst performed the run, a.analyst recorded the readings."""
    run = lab.run_of(lab.row_of(ev_under_test, "DS-PT-NFKB"), by="b.analyst")
    assay = record_potency(act(c.RECORD_POTENCY, "a.analyst"), run.number, sample=its_sample.number, readings=READINGS)
    for who in ("a.analyst", "b.analyst"):
        grant_role(Act(by=person(ADMIN), reason=WHY), who, role="qc_reviewer")
        with refused("self_review", "You recorded these readings or their run, so another person issues the report."):
            issue_potency_report(act(c.ISSUE_POTENCY_REPORT, who), assay.number)
    assert not IssuedDocument.objects.exists()


@pytest.mark.req("LAB-05", "LAB-22", negative=True)
def test_no_report_of_readings_that_give_something_else_now(ev_under_test: Lot, its_sample: Sample) -> None:
    run = lab.run_of(lab.row_of(ev_under_test, "DS-PT-NFKB"))
    assay = record_potency(act(c.RECORD_POTENCY, "a.analyst"), run.number, sample=its_sample.number, readings=READINGS)
    assay.refresh_from_db()
    assert assay.potency is not None
    tampered(assay, potency=assay.potency + 1)
    with refused("evaluation_differs", f"The readings of {assay} now give something else than was recorded."):
        issue_potency_report(act(c.ISSUE_POTENCY_REPORT, "a.labhead"), assay.number)
    assert not IssuedDocument.objects.exists()
