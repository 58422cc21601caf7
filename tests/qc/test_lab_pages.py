"""Pages of the laboratory, as people see them."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.compliance.models import Event
from evgmp.people.models import Account
from evgmp.rules.limits import no_verdict
from qc.domain.commands import RECORD_RESULT
from qc.models import Result
from qc.selectors.results import open_oos, open_rows
from qc.selectors.specifications import shipped_text
from qc.services.files import RawFile
from qc.services.results import record_result
from tests.builders import CHANGE, PASSWORD, act, cast
from tests.qc.builders_custody import approved as laboratory_approved
from tests.qc.builders_lab import (
    EOP_SPEC,
    EV_SPEC,
    all_pass,
    author,
    chain,
    confirmed,
    correct,
    drawn,
    effective,
    found,
    instrument,
    line,
    reagents_of,
    received,
    result,
    reviewed,
    row_of,
    run_of,
    twice,
)  # fmt: skip
from tests.qc.builders_oos import approved, planned

pytestmark = pytest.mark.django_db

ENDOTOXIN = "DS-SF-ENDO"


@pytest.fixture
def ev() -> Lot:
    cast()
    effective()
    return chain(line())[0]


@pytest.fixture
def sample(ev: Lot) -> Sample:
    return received(ev)


def as_person(user_id: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(user_id=user_id))
    return client


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def page(client: Client, name: str, *args: Any, status: int = 200, **query: str) -> str:
    response = client.get(reverse(f"qc:{name}", args=args), query)
    assert response.status_code == status, (name, response.status_code)
    return text_of(response)


def signed(client: Client, user_id: str, url: str, data: dict[str, Any], **more: Any) -> Any:
    """Post a command's form as its page would, with the signature."""
    act_form = client.get(url).context["act_form"]
    hidden = {name: act_form[name].value() for name in ("seen", "once")}
    return client.post(url, {**hidden, "user_id": user_id, "password": PASSWORD, **data, **more})


@pytest.mark.req("LAB-09", "LAB-12")
def test_the_sheet_shows_result_limit_outcome_and_people(ev: Lot, sample: Sample) -> None:
    reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="<0.050").number)
    shown = page(as_person("b.analyst"), "lot_results", ev.number)
    for words in ("Bacterial endotoxin", "TM-025 v1.0", "< 0.500", "A. Analyst", "B. Analyst", "Absence of reprogramming factors", "No result yet"):
        assert words in shown, words
    assert "<\u00a00.050" in shown


@pytest.mark.req("LAB-13")
def test_the_sheet_names_the_hold(ev: Lot, sample: Sample) -> None:
    reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9").number)
    (oos,) = open_oos(ev)
    shown = page(as_person("a.reviewer"), "lot_results", ev.number)
    assert f"On hold, {oos}" in shown
    assert page(as_person("a.reviewer"), "lot_results", ev.number, show="oos").count('class="is-stop"') == 1


@pytest.mark.req("LAB-24")
def test_the_filter_shows_what_does_not_apply(ev: Lot, sample: Sample) -> None:
    shown = page(as_person("a.analyst"), "lot_results", ev.number, show="skipped")
    assert "Does not apply to this lot" in shown
    assert "NANOG" in shown
    assert page(as_person("a.analyst"), "lot_results", ev.number, show="nonsense").count("No result yet") > 40


@pytest.mark.req("LAB-11", "REC-03")
def test_a_result_is_recorded_through_its_page(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    client = as_person("a.analyst")
    url = reverse("qc:record_result", args=[ev.number]) + f"?row={ENDOTOXIN}"
    data = {"row": ENDOTOXIN, "sample": sample.number, "run": run.number, "kind": "number", "replicate_1": "0.120", "replicate_2": "0.120"}
    response = signed(client, "a.analyst", url, data)
    kept = Result.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("qc:result", args=[kept.number])
    assert kept.text == "0.120"
    assert "0.120" in page(client, "result", kept.number)


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize("typed", ["1,234", "1e999", "NaN", "😀", "0.1 EU/mL", "9" * 10_000])
def test_nonsense_comes_back_with_a_sentence_and_nothing_is_lost(ev: Lot, sample: Sample, typed: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    before = Event.objects.count()
    url = reverse("qc:record_result", args=[ev.number]) + f"?row={ENDOTOXIN}"
    data = {"row": ENDOTOXIN, "sample": sample.number, "run": run.number, "kind": "number", "replicate_1": "0.1", "replicate_2": typed}
    response = signed(as_person("a.analyst"), "a.analyst", url, data)
    assert response.status_code == 422
    assert "Problem:" in text_of(response)
    assert typed in text_of(response)
    assert Event.objects.count() == before


@pytest.mark.req("LAB-09")
def test_the_entry_page_hides_limit_expected_and_earlier_values(ev: Lot, sample: Sample) -> None:
    other, _ = chain(line("LINE-02"), prefix="2025")
    result(other, ENDOTOXIN, received(other), run_of(row_of(other, ENDOTOXIN)), value="0.0777")
    shown = page(as_person("a.analyst"), "record_result", ev.number, row=ENDOTOXIN)
    assert "What did the test show?" in shown
    assert "0.500" not in shown
    assert "0.0777" not in shown
    assert "Earlier and expected results are hidden" in shown


@pytest.mark.req("LAB-02")
def test_the_test_is_chosen_first_and_the_method_too(ev: Lot, sample: Sample) -> None:
    client = as_person("a.analyst")
    assert "Choose the test first" in page(client, "record_result", ev.number)
    assert "Choose the method first" in page(client, "record_run")
    shown = page(client, "record_run", method="TM-025 v1.0")
    assert "Spike recovery" in shown
    assert "recovery 50 to 200 %" in shown


@pytest.mark.req("LAB-04", "REC-06")
def test_a_run_with_its_file_is_recorded_through_its_page(ev: Lot, sample: Sample) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = as_person("a.analyst")
    data: dict[str, Any] = {
        "method": "TM-025 v1.0", "instrument": instrument("EQ-MPR-01"), "sample_measure": "100 µL", "reagents": reagents_of("TM-025"),
    }  # fmt: skip
    for kind in ("STD_CURVE", "SPIKE_RECOVERY", "NEGATIVE", "DILUTION"):
        data |= {f"outcome_{kind}": "pass", f"observed_{kind}": "as required"}
    original = b"\x00\xff plate \r\n"
    data["raw_file"] = SimpleUploadedFile("plate 1.bin", original)
    response = signed(client, "a.analyst", reverse("qc:record_run") + "?method=TM-025 v1.0", data)
    assert response.status_code == 302, text_of(response)
    shown = text_of(client.get(response.headers["Location"]))
    assert "plate 1.bin" in shown
    assert "Every control passed" in shown
    from evgmp.compliance.models import Attachment

    download = client.get(reverse("qc:raw_file", args=[Attachment.objects.get().pk]))
    assert download.content == original
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("qc:raw_file", args=["X-1"])).status_code == 404


@pytest.mark.req("LAB-09", "LAB-12")
def test_the_review_page_shows_everything_side_by_side(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    fields = found(sample, run, **twice("0.49949"))
    kept = record_result(act(RECORD_RESULT, "a.analyst"), ev.number, row=ENDOTOXIN, raw_file=RawFile("plate.csv", "text/csv", b"1;2"), **fields)
    shown = page(as_person("b.analyst"), "review_result", kept.number)
    for words in ("Unrounded", "0.49949", "0.499 EU/mL", "< 0.500", "USP General Notices 7.20", run.number, "Spike recovery", "plate.csv", "I reviewed this"):
        assert words in shown, words
    for words in ("Audit trail", "Result recorded", "Assay run recorded", "Judged again now", "Same outcome"):
        assert words in shown, words
    assert "Other results of this run" not in shown


@pytest.mark.req("LAB-12")
def test_the_review_page_names_the_other_results_of_the_run(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    first = result(ev, ENDOTOXIN, sample, run, value="0.1")
    second = correct(first.number, sample, run, value="0.2")
    shown = page(as_person("b.analyst"), "review_result", second.number)
    assert "Other results of this run" in shown
    assert first.number in shown


@pytest.mark.req("LAB-12", negative=True)
def test_the_review_page_says_when_the_rules_judge_otherwise_now(ev: Lot, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    monkeypatch.setattr(Result, "judge", lambda self: no_verdict("The rules changed."))
    shown = page(as_person("b.analyst"), "review_result", kept.number)
    assert "Another outcome" in shown
    assert "The rules changed." in shown


@pytest.mark.req("LAB-11", negative=True)
def test_the_review_page_is_barred_for_the_analyst_with_the_reason(ev: Lot, sample: Sample) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.1")
    sentence = "You recorded this result, so another person has to review it."
    assert sentence in page(as_person("a.analyst"), "review_result", kept.number)
    assert sentence in page(as_person("a.analyst"), "result", kept.number)
    assert sentence not in page(as_person("b.analyst"), "result", kept.number)
    response = as_person("a.analyst").post(
        reverse("qc:review_result", args=[kept.number]), {"user_id": "a.analyst", "password": PASSWORD}
    )
    assert response.status_code == 422
    assert sentence in text_of(response)


@pytest.mark.req("LAB-13")
def test_work_goes_to_whom_it_waits_for(ev: Lot, sample: Sample) -> None:
    drawn(ev)
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9")
    author(shipped_text(EOP_SPEC))
    home = "/"
    assert "Review Bacterial endotoxin" in text_of(as_person("b.analyst").get(home))
    assert "Review Bacterial endotoxin" not in text_of(as_person("a.analyst").get(home))
    assert "Receive SMP-" in text_of(as_person("a.analyst").get(home))
    assert "Review SPEC-IMSC-EOP-V1" in text_of(as_person("a.labhead").get(home))
    reviewed(kept.number)
    (oos,) = open_oos(ev)
    # One answer everywhere: the laboratory acts next, QA follows.
    following = "Next, QC analyst or Head of Quality Control: record phase I and propose the plan."
    assert f"Follow {oos}" in (shown := text_of(as_person("a.reviewer").get(home)))
    assert following in shown
    assert f"On hold, {oos}" in text_of(as_person("i.inspector").get("/ev-lots/"))
    assert f"On hold, {oos}" in page(as_person("i.inspector"), "lot_review", ev.number)
    assert following in page(as_person("i.inspector"), "lot_results", ev.number)
    assert f"Record phase I of {oos}" in text_of(as_person("a.analyst").get(home))
    planned(oos)
    assert f"Record phase I of {oos}" not in text_of(as_person("a.analyst").get(home))
    assert f"Approve the plan of {oos}" in text_of(as_person("a.reviewer").get(home))
    approved(oos)
    assert f"Re-measure for {oos}" in text_of(as_person("b.analyst").get(home))
    assert f"Re-measure for {oos}" not in text_of(as_person("a.analyst").get(home))
    assert "Only this person records them." in page(as_person("a.analyst"), "record_retest", oos.number)
    confirmed(oos.number)
    assert f"Decide on {oos}" not in text_of(as_person("a.reviewer").get(home))


@pytest.mark.req("REC-04")
def test_every_page_of_the_laboratory_is_drawn(ev: Lot, sample: Sample) -> None:
    first = reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9").number)
    (oos,) = open_oos(ev)
    confirmed(oos.number)
    open_row = next(row for row in open_rows(ev) if row.result_type == "qualitative" and not row.controls)
    term = result(ev, open_row.code, sample, kind="term", term=open_row.accepted[0])
    assert first.run is not None
    inspector = as_person("i.inspector")
    pages: list[tuple[str, list[str]]] = [
        ("results", []), ("lot_results", [ev.number]), ("result", [first.number]), ("result", [term.number]), ("runs", []),
        ("run", [first.run.number]), ("oos_list", []), ("oos", [oos.number]), ("specifications", []), ("specification", ["SPEC-EV-DS-V1"]),
        ("custody", [sample.number]), ("laboratories", []), ("laboratory", [laboratory_approved().code]), ("methods", []),
        ("method_list", ["ML-QC-V1"]),
    ]  # fmt: skip
    for name, args in pages:
        shown = page(inspector, name, *args)
        assert "style=" not in shown, name
    assert "Confirmed, lot rejected" in page(inspector, "oos", oos.number)
    assert "PMC" in page(inspector, "specification", "SPEC-EV-DS-V1")
    assert open_row.accepted[0] in page(as_person("a.analyst"), "correct_result", term.number)
    assert "can't be corrected or replaced" in page(as_person("a.analyst"), "correct_result", first.number)
    assert "Lot that will be rejected" in page(as_person("a.reviewer"), "confirm_oos", oos.number)
    for name, args in pages:
        if args:
            page(inspector, name, "X-1", status=404)


@pytest.mark.req("REC-04")
@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("{result}", "result"), ("{run}", "run"), ("{oos}", "oos"), ("spec-ev-ds-v1", "specification"), ("ml-qc-v1", "method_list"),
        ("RES-0000-0000", ""), ("SPEC-", ""),
    ],
)
def test_a_scanned_number_finds_its_page(ev: Lot, sample: Sample, asked: str, name: str) -> None:
    kept = reviewed(result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), value="0.9").number)
    numbers = {"result": kept.number, "run": kept.run.number, "oos": open_oos(ev)[0].number}  # type: ignore[union-attr]
    response = as_person("i.inspector").get("/search/", {"q": asked.format(**numbers)})
    if name:
        key = numbers.get(name, asked.upper())
        assert response.headers["Location"] == reverse(f"qc:{name}", args=[key])
    else:
        assert response.status_code == 200


@pytest.mark.req("REC-04")
def test_lists_keep_their_query_counts(ev: Lot, sample: Sample, django_assert_max_num_queries: Any) -> None:
    all_pass(ev, sample, only="safety")
    client = as_person("i.inspector")
    with django_assert_max_num_queries(45):
        page(client, "lot_results", ev.number)
    with django_assert_max_num_queries(20):
        page(client, "results")
    with django_assert_max_num_queries(20):
        page(client, "runs")


@pytest.mark.req("ACC-03", negative=True)
def test_an_administrator_sees_no_result(ev: Lot, sample: Sample) -> None:
    for name in ("results", "runs", "oos_list", "specifications"):
        page(as_person("s.admin"), name, status=403)


@pytest.mark.req("LAB-23", negative=True)
def test_a_specification_is_brought_in_by_name_or_by_file_and_not_by_both() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    cast()
    client, url = as_person("m.author"), reverse("qc:author_specification")
    reason = {"reason": "First version for the pilot campaign", **CHANGE}
    assert "Import a specification" in page(client, "author_specification")
    own = SimpleUploadedFile("own.toml", shipped_text(EOP_SPEC).encode())
    for data, words in (
        ({}, "one of the three"),
        ({"shipped": EOP_SPEC, "file": own}, "one of the three"),
        ({"file": SimpleUploadedFile("image.toml", b"\xff\xfe\x00")}, "is no text"),
        ({"file": SimpleUploadedFile("big.toml", b"#" * (1024 * 1024 + 1))}, "more than 1 MB"),
        ({"shipped": "../../settings"}, "Select a valid choice"),
    ):
        response = signed(client, "m.author", url, {**data, **reason})
        assert response.status_code == 422
        assert words in text_of(response)
    own.seek(0)
    response = signed(client, "m.author", url, {"file": own, **reason})
    assert response.headers["Location"] == reverse("qc:specification", args=["SPEC-IMSC-EOP-V1"])


@pytest.mark.req("MST-10")
def test_a_lot_keeps_its_version_and_its_page_says_that_a_newer_one_is_effective(ev: Lot, sample: Sample) -> None:
    client = as_person("b.analyst")
    assert "A newer specification is effective." not in page(client, "lot_results", ev.number)
    second = effective(text=shipped_text(EV_SPEC).replace('upper = "0.500"', 'upper = "0.250"'))
    shown = page(client, "lot_results", ev.number)
    assert "A newer specification is effective." in shown
    assert second.number in shown
    assert "< 0.500" in shown
    assert "A newer version is effective." in page(client, "specification", "SPEC-EV-DS-V1")
