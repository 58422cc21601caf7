"""Labels: from an approved template and the record only, counted, printed again with a reason, reconciled, and read back."""

import datetime
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from PIL import Image

from batches.documents.labels import record_values
from batches.domain import commands as c
from batches.domain.check_character import is_intact
from batches.domain.commands_labels import APPROVE_LABEL, AUTHOR_LABEL, CHECK_LABEL, PRINT_LABELS, RECONCILE_LABELS, REPRINT_LABELS
from batches.domain.label_file import MANDATORY, STAGES, LabelFile, defects, label_file
from batches.domain.label_profiles import OPEN, profile_defects, profiles
from batches.domain.storage import storage_of
from batches.forms.labels import PrintLabelsForm, shipped_labels
from batches.models import TYPED, EVLot, ExceptionRecord, LabelIssue, LabelReading, Lot, MaterialLot, Sample
from batches.selectors.labels import printed_labels
from batches.services import labels
from batches.services.dispositions import hold_lot
from evgmp.compliance.models import Attempt, IssuedDocument
from evgmp.compliance.recording import DoorClosed, recording
from evgmp.people.models import Account
from tests.batches.builders_records import BANK, authored
from tests.batches.builders_uses import decided, received
from tests.batches.chain import bank_lot
from tests.batches.expecting import one_event, refused
from tests.builders import CHANGE, act

pytestmark = pytest.mark.django_db
WHY = "The first sheet was torn in the printer"


def template(name: str, text: str = "") -> str:
    found = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text or shipped_labels()[name])
    return labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), found.number).number


def ev_lot(number: str = "EV-2026-006", **changes: Any) -> Lot:
    """A filled lot, written straight: how its values come about is tested elsewhere."""
    with recording(c.DRAW_SAMPLE, act(c.DRAW_SAMPLE, "a.operator")) as rec:
        given = {
            "making_status": "made", "quantity_made": Decimal(104), "unit": "vials", "made_on": rec.at, "storage": "−80 °C ± 10 °C",
            "expires_on": datetime.date(2028, 4, 1), **changes,
        }  # fmt: skip
        lot = Lot(number=number, stage="ev_lot", product="iMSC-EV concentrate", **given)
        lot.save()
        EVLot(lot=lot, particles_per_ml=Decimal("2.0E+11"), fill_volume_ml=Decimal("1.0"), vials_filled=104).save()
        sample = Sample(
            number="SMP-2026-0007", lot=lot, purpose="release testing", quantity=Decimal(2), unit="mL", container="cryotube",
            storage="−80 °C", drawn_at=rec.at, drawn_by="A. Operator",
        )  # fmt: skip
        sample.save()
        rec.about(lot)
    return lot


def printed(lot: Lot | MaterialLot, number: str, count: int = 8, **more: Any) -> LabelIssue:
    return labels.print_labels(act(PRINT_LABELS, "a.operator"), lot.number, template=number, count=count, **more)


def read_back(issue: LabelIssue, code: str = "", **who: Any) -> LabelReading:
    return labels.check_label(act(CHECK_LABEL, "a.operator", **who), issue.number, code=code or issue.first_code)


def seen(paper: IssuedDocument, folder: Path) -> tuple[list[str], str]:
    """What a reader of another make sees: every symbol on the printed pages, and the text."""
    file = folder / "labels.pdf"
    file.write_bytes(bytes(paper.content.data))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", file, folder / "page"], check=True)
    pages = sorted(folder.glob("page*.png"))
    codes = [code for page in pages for code in zxingcpp.read_barcodes(Image.open(page))]
    assert {code.symbology_identifier for code in codes} == {"]d2"}, "A GS1 DataMatrix announces itself as ]d2."
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    return [code.text for code in codes], "".join(text.replace("\u200b", "").split())


@pytest.mark.req("LBL-01", "LBL-04")
@pytest.mark.parametrize(("name", "count", "sample"), [("vial", 48, ""), ("sample", 2, "SMP-2026-0007"), ("status", 1, ""), ("bag", 3, "")])
def test_the_printed_page_is_read_back_as_the_record(name: str, count: int, sample: str, tmp_path: Path) -> None:
    lot = ev_lot()
    number = template(name)
    with one_event(PRINT_LABELS):
        issue = printed(lot, number, count, **({"sample": sample} if sample else {}))
    codes, text = seen(issue.paper, tmp_path)
    import json

    wanted = json.loads(issue.paper.data)["content"]["labels"]
    plain = sorted(label["code"] for label in wanted)
    assert sorted(codes) == plain
    assert all(is_intact(label["identity"]) for label in wanted)
    for label in wanted:
        assert f"(10){lot.number}" in label["code"]
        assert "(17)280401" in label["code"]
        assert label["code"] in text
        for line in label["lines"]:
            assert line["value"].replace("\u00a0", "").replace(" ", "") in text, line
    if name != "vial":
        assert "QUARANTINE" in text
    else:
        assert "Forclinicaltrialuseonly.Singleuse." in text
        assert "QUARANTINE" not in text


@pytest.mark.req("LBL-01", negative=True)
def test_nothing_on_a_label_is_typed() -> None:
    assert set(PrintLabelsForm.base_fields) == {"template", "count", "sample"}


@pytest.mark.req("LBL-01", negative=True)
def test_only_an_approved_template_prints() -> None:
    lot = ev_lot()
    draft = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=shipped_labels()["vial"])
    with refused("label_not_effective"):
        printed(lot, draft.number)
    labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), draft.number)
    second = template("vial")
    with refused("label_not_effective"):
        printed(lot, draft.number)
    assert printed(lot, second).template.number == "LBL-VIAL-V2"


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize("element", ["product", "strength", "volume", "lot", "serial", "expiry", "storage", "manufacturer"])
def test_a_template_without_a_mandatory_element_is_not_approved(element: str) -> None:
    text = shipped_labels()["vial"].replace(f'"{element}", ', "").replace(f', "{element}"', "")
    draft = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text)
    with refused("label_defect", f"must show: {element}."):
        labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), draft.number)


@pytest.mark.req("LBL-05", "LBL-06", negative=True)
def test_a_label_is_not_printed_with_a_blank() -> None:
    number, lot = template("vial"), ev_lot("EV-2026-009", expires_on=None)
    with refused("label_value_missing"):
        printed(lot, number)
    assert not LabelIssue.objects.exists()


@pytest.mark.req("LBL-05", negative=True)
def test_a_text_that_does_not_fit_is_refused_rather_than_cut_off() -> None:
    lot = ev_lot()
    long = shipped_labels()["vial"].replace("Single use.", "Single use. " + "Keep frozen until the hour of use, thaw once. " * 4)
    number = template("vial", long)
    with refused("label_too_small"):
        printed(lot, number, 4)
    assert not LabelIssue.objects.filter(lot=lot).exists()


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("For clinical trial use only. ", "", "must say: For clinical trial use only"),
        ("Single use.", "Single use. Rx only", "“Rx only” belongs to another regulatory profile"),
    ],
)
def test_statements_that_do_not_suit_the_profile_of_the_plant_are_refused(old: str, new: str, said: str) -> None:
    text = shipped_labels()["vial"]
    assert old in text
    draft = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text.replace(old, new))
    with refused("label_defect", said):
        labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), draft.number)


@pytest.mark.req("LBL-05")
def test_each_profile_has_its_own_statement_and_an_unknown_one_has_none() -> None:
    vial = label_file(shipped_labels()["vial"])
    caution = "Caution: New Drug—Limited by Federal (or United States) law to investigational use. Route: intravenous. Single use."
    assert profile_defects(vial, "EU, investigational product") == []
    assert profile_defects(replace(vial, statements=(caution,)), "US, investigational product") == []
    assert len(profile_defects(vial, "US, investigational product")) == 2
    assert "No label rules are written" in profile_defects(vial, "Elsewhere")[0]


DEMANDED = [(name, kind, phrase) for name, rule in profiles().items() for kind, phrases in rule.says.items() for phrase in phrases]


def suited(profile: str, kind: str, *, without: str = "") -> LabelFile:
    """The shipped label of a kind with everything that a profile asks for, but for one phrase or element."""
    rule = profiles()[profile]
    said = " ".join(phrase.replace(OPEN, "as approved.") + " " for phrase in rule.says.get(kind, []) if phrase != without)
    base = label_file(shipped_labels()[kind])
    shown = (*base.elements, *rule.shows.get(kind, []))
    return replace(base, statements=(said,), elements=tuple(e for e in shown if e != without))


@pytest.mark.req("LBL-05")
@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(("profile", "kind", "phrase"), DEMANDED)
def test_every_statement_of_every_profile_is_demanded(profile: str, kind: str, phrase: str) -> None:
    whole = suited(profile, kind)
    assert [*defects(whole), *profile_defects(whole, profile)] == []
    said = f"Under the profile “{profile}” this label must say: {phrase}"
    assert said in profile_defects(suited(profile, kind, without=phrase), profile)
    if phrase.endswith(OPEN):
        bare = replace(whole, statements=(whole.statements[0].replace(phrase.replace(OPEN, "as approved."), phrase.removesuffix(OPEN)[:-2]),))
        assert said in profile_defects(bare, profile), "Its words alone, with nothing behind them, say nothing."


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(("profile", "kind", "element"), [(n, k, e) for n, r in profiles().items() for k, es in r.shows.items() for e in es])
def test_every_element_of_every_profile_is_demanded(profile: str, kind: str, element: str) -> None:
    [said] = profile_defects(suited(profile, kind, without=element), profile)
    assert said == f"Under the profile “{profile}” a label of the kind {kind} must show: {element}."


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize("words", ["Route: intravenous. ", "Single use. ", " Trial reference: SAMPLE-01."])
def test_a_vial_without_a_statement_of_the_profile_is_not_approved(words: str) -> None:
    text = shipped_labels()["vial"]
    assert words in text
    draft = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text.replace(words, ""))
    with refused("label_defect", f"must say: {words.strip().split(':')[0].rstrip('.')}"):
        labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), draft.number)


@pytest.mark.req("LBL-06")
def test_the_expiry_on_the_label_is_computed_from_the_shelf_life_and_the_day_of_manufacture() -> None:
    lot = Lot.objects.get(pk=bank_lot().pk)
    shelf_life = storage_of("cell_bank")
    assert shelf_life is not None and lot.made_on is not None
    assert lot.expires_on == shelf_life.expiry(lot.made_on.astimezone(ZoneInfo(settings.EVGMP_TIME_ZONE)).date())
    assert record_values(lot, None)["expiry"] == lot.expires_on.isoformat()


@pytest.mark.req("LBL-06", negative=True)
def test_nobody_types_an_expiry() -> None:
    """No form of a product lot asks for one, no master fills one, and past the commands the record refuses it."""
    from evgmp.web.command_view import VIEWS

    get_resolver().url_patterns  # noqa: B018  loading the addresses fills the register of views
    asking = {key for key, view in VIEWS.items() if any("expir" in name for name in view.form_class.base_fields)}
    assert asking <= {"batches.receive_material", "qc.register_standard"}, "The expiry of a material or a standard is its supplier's."
    text = BANK.replace('fills = "lot.quantity_made"', 'fills = "lot.expires_on"')
    assert text != BANK
    with refused("master_defect", "lot.expires_on"):
        authored(text)
    lot = bank_lot()
    lot.expires_on = datetime.date(2099, 1, 1)
    with pytest.raises(DoorClosed):
        lot.save()


@pytest.mark.req("LBL-07")
@pytest.mark.parametrize("stage", STAGES["status"])
@pytest.mark.parametrize(("decision", "word"), [("", "QUARANTINE"), ("hold", "ON HOLD")])
def test_every_kind_of_lot_not_released_gets_a_label_that_says_so(stage: str, decision: str, word: str) -> None:
    with recording(c.DRAW_SAMPLE, act(c.DRAW_SAMPLE, "a.operator")) as rec:
        made = {"making_status": "made", "quantity_made": Decimal(5), "unit": "mL", "made_on": rec.at}
        lot = Lot(number=f"X-{stage[:4].upper()}-001", stage=stage, product="iMSC-EV", **made)
        lot.save()
        kind: Any = TYPED[stage]
        own = {"cell_bank": {"level": "mcb"}, "drug_product": {"dosage_form": "lyophilised"}}
        kind(lot=lot, **own.get(stage, {})).save()
        rec.about(lot)
    if decision:
        hold_lot(act(c.HOLD_LOT, "a.reviewer", reason="The integrity report is awaited"), lot.number)
    [label] = printed_labels(printed(Lot.objects.get(pk=lot.pk), template("status"), 1))
    shown = {line["element"]: line["value"] for line in label["lines"]}
    assert shown["status"] == word
    assert shown["lot"] == lot.number and shown["storage"]
    assert f"(10){lot.number}" in label["code"]


@pytest.mark.req("LBL-07", negative=True)
@pytest.mark.parametrize("kind", ["bag", "sample", "status", "material"])
def test_a_label_of_these_without_the_status_is_not_approved(kind: str) -> None:
    text = shipped_labels()[kind].replace('"status", ', "").replace(', "status"', "")
    draft = labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text)
    with refused("label_defect", "must show: status"):
        labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), draft.number)


@pytest.mark.req("LBL-07", "LBL-04")
def test_a_received_material_is_labelled_with_its_status_which_the_symbol_is_read_back_with(tmp_path: Path) -> None:
    material_lot, number = received(), template("material")
    issue = printed(material_lot, number, 2)
    assert (issue.lot, issue.material_lot, issue.labelled) == (None, material_lot, material_lot)
    codes, text = seen(issue.paper, tmp_path)
    assert len(codes) == 2 and all(f"(10){material_lot.number}" in code for code in codes)
    for words in ("QUARANTINE", "Culturemedium(MAT-0077)", "SampleMedia", "M-2291", "2to8°C", "2098-05-31"):
        assert words in text
    assert read_back(issue).identity in {label["identity"] for label in printed_labels(issue)}
    client = Client()
    client.force_login(Account.objects.get(person__user_id="a.operator"))
    page = client.get(issue.get_absolute_url()).content.decode()
    assert material_lot.get_absolute_url() in page
    assert f"/print-labels/{material_lot.number}/" in client.get(material_lot.get_absolute_url()).content.decode()
    assert material_lot.number in client.get("/labels/").content.decode()
    labels.reconcile_labels(
        act(RECONCILE_LABELS, "a.operator", witness="b.operator"), issue.number, used=1, specimen=0, damaged=0, returned=0, destroyed=0
    )
    assert [(found.lot, found.material_lot) for found in ExceptionRecord.objects.filter(kind="labels")] == [(None, material_lot)]


@pytest.mark.req("LBL-07", negative=True)
def test_a_status_label_printed_before_a_decision_is_refused_after_it() -> None:
    material_lot, number = received(), template("material")
    issue = printed(material_lot, number, 1)
    decided(material_lot, "rejected")
    with refused("record_changed", "status"):
        read_back(issue)
    [label] = printed_labels(printed(MaterialLot.objects.get(pk=material_lot.pk), number, 1))
    assert {line["element"]: line["value"] for line in label["lines"]}["status"] == "REJECTED"
    for other, kind in ((material_lot, template("status")), (ev_lot(), number)):
        with refused("label_of_other_stage"):
            printed(other, kind, 1)


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(("kind", "element"), [(kind, element) for kind in MANDATORY for element in MANDATORY[kind]])
def test_every_mandatory_element_of_every_kind_is_demanded(kind: str, element: str) -> None:
    whole = label_file(shipped_labels()[kind])
    assert defects(whole) == []
    without = replace(whole, elements=tuple(e for e in whole.elements if e != element))
    assert [sentence for sentence in defects(without) if sentence.endswith(f"must show: {element}.")]


@pytest.mark.req("LBL-03")
def test_numbers_go_on_and_a_repeated_request_prints_once() -> None:
    lot, number = ev_lot(), template("vial")
    same = act(PRINT_LABELS, "a.operator", once="the same click")
    first = labels.print_labels(same, lot.number, template=number, count=5)
    with refused("already_recorded"):
        labels.print_labels(same, lot.number, template=number, count=5)
    second = printed(lot, number, 3)
    assert (first.first, first.count, second.first) == (1, 5, 6)
    assert LabelIssue.objects.count() == IssuedDocument.objects.count() == 2


@pytest.mark.req("LBL-03")
def test_a_reprint_is_counted_and_says_so(tmp_path: Path) -> None:
    lot, number = ev_lot(), template("vial")
    issue = printed(lot, number)
    again = labels.reprint_labels(act(REPRINT_LABELS, "a.operator", witness="b.operator", reason=WHY), issue.number, first=3, count=2)
    third = labels.reprint_labels(act(REPRINT_LABELS, "a.operator", witness="b.operator", reason=WHY), again.number, first=3, count=1)
    assert (again.copy_number, third.copy_number, third.repeats, again.reason) == (2, 3, issue, WHY)
    codes, text = seen(again.paper, tmp_path)
    assert len(codes) == 2
    assert "Print2" in text


@pytest.mark.req("LBL-03", negative=True)
@pytest.mark.parametrize(
    ("reason", "first", "count", "key"), [("", 1, 1, "reason_missing"), (WHY, 8, 2, "not_of_this_issue"), (WHY, 0, 1, "not_of_this_issue")]
)
def test_a_reprint_without_reason_or_of_other_labels_is_refused(reason: str, first: int, count: int, key: str) -> None:
    issue = printed(ev_lot(), template("vial"))
    with refused(key):
        labels.reprint_labels(
            act(REPRINT_LABELS, "a.operator", witness="b.operator", reason=reason), issue.number, first=first, count=count
        )


@pytest.mark.req("LBL-02")
@pytest.mark.parametrize(("used", "exceptions"), [(6, 0), (5, 1), (7, 1)])
def test_labels_are_reconciled_and_a_missing_one_opens_an_exception(used: int, exceptions: int) -> None:
    issue = printed(ev_lot(), template("vial"))
    read_back(issue)
    with one_event(RECONCILE_LABELS):
        count = labels.reconcile_labels(
            act(RECONCILE_LABELS, "a.operator", witness="b.operator"),
            issue.number,
            used=used,
            specimen=1,
            damaged=0,
            returned=0,
            destroyed=1,
        )
    assert count.missing == 6 - used
    assert issue.lot.exceptions.filter(kind="labels", status="open").count() == exceptions
    with refused("reconciled_already"):
        labels.reconcile_labels(
            act(RECONCILE_LABELS, "a.operator", witness="b.operator"), issue.number, used=6, specimen=1, damaged=0, returned=0, destroyed=1
        )


@pytest.mark.req("LBL-04")
def test_a_scan_of_the_printed_page_is_accepted_in_every_form_a_scanner_has(tmp_path: Path) -> None:
    """What another reader sees on the paper, what a keyboard scanner makes of it, and what a person types."""
    issue = printed(ev_lot(), template("vial"), 2)
    codes, _ = seen(issue.paper, tmp_path)
    with one_event(CHECK_LABEL):
        first = read_back(issue, sorted(codes)[0])
    assert (first.identity, first.read_by) == (f"{issue.lot.number}-0001-" + sorted(codes)[0][-1], "A. Operator")
    flat = issue.first_code.translate({ord("("): None, ord(")"): None})
    for form in (flat, f"]d2{flat}", flat.replace("21000", "\x1d21000"), issue.first_code.replace("(", " (")):
        assert read_back(issue, form).code == issue.first_code


@pytest.mark.req("LBL-04", "LBL-05", negative=True)
@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("(17)280401", "(17)290401", "label_of_other", "expiry 290401 instead of 280401"),
        ("(01)09506000134352", "(01)09506000134376", "label_of_other", "product code"),
        ("EV-2026-006", "EV-2026-009", "label_altered", "check character"),
        ("(21)0001", "(21)0007", "label_altered", "check character"),
        ("(10)", "(11)", "no_label_code", "not the code of a label"),
    ],
)
def test_an_altered_label_is_refused_before_it_is_applied(old: str, new: str, key: str, said: str) -> None:
    issue = printed(ev_lot(), template("vial"))
    assert old in issue.first_code
    with refused(key, said):
        read_back(issue, issue.first_code.replace(old, new))
    with refused("label_not_read_back"):
        labels.reconcile_labels(
            act(RECONCILE_LABELS, "a.operator", witness="b.operator"), issue.number, used=8, specimen=0, damaged=0, returned=0, destroyed=0
        )
    assert Attempt.objects.filter(kind="scan", user_id="a.operator", command="batches.check_label").count() == 1


@pytest.mark.req("LBL-04", negative=True)
def test_a_label_of_another_issue_and_one_that_the_record_overtook_are_refused() -> None:
    lot = ev_lot()
    number, status = template("vial"), template("status")
    first, second = printed(lot, number, 3), printed(lot, number, 3)
    with refused("label_of_other", "was not printed in this issue"):
        read_back(second, first.first_code)
    sticker = printed(lot, status, 1)
    hold_lot(act(c.HOLD_LOT, "a.reviewer", reason="The integrity report is awaited"), lot.number)
    with refused("record_changed", "status"):
        read_back(sticker)
    for issue in (first, second):
        read_back(issue)


def test_the_pages_do_all_of_it() -> None:
    """Through the forms, as people and stories do it."""
    from evgmp.web.command_view import VIEWS
    from evgmp.web.performing import Attempted, perform
    from tests.builders import PASSWORD, person

    def done(key: str, on: str, data: dict[str, str], reason: str = "") -> Any:
        signed = {"user_id": "a.operator", "password": PASSWORD, "witness_user_id": "b.operator", "witness_password": PASSWORD}
        return perform(VIEWS[key], actor=person("a.operator"), on=on, attempted=Attempted(data=data, reason=reason, **signed)).record

    get_resolver().url_patterns  # noqa: B018  loading the addresses fills the register of views
    lot, number = ev_lot(), template("vial")
    issue = done("batches.print_labels", lot.number, {"template": number, "count": "8"})
    again = done("batches.reprint_labels", issue.number, {"first": "3", "count": "2"}, WHY)
    assert done("batches.check_label", issue.number, {"code": issue.first_code}).identity.startswith(f"{lot.number}-0001-")
    counts = {"used": "6", "specimen": "1", "damaged": "1", "returned": "0", "destroyed": "0"}
    assert done("batches.reconcile_labels", issue.number, counts).missing == 0
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    for page in ("/labels/", issue.get_absolute_url(), again.get_absolute_url(), issue.template.get_absolute_url(), lot.get_absolute_url()):
        assert client.get(page).status_code == 200, page
    client.force_login(Account.objects.get(user_id="a.operator"))
    for page in (f"/print-labels/{lot.number}/", f"/reprint-labels/{issue.number}/", f"/reconcile-labels/{again.number}/", f"/check-label/{again.number}/"):
        assert client.get(page).status_code == 200, page
