"""What labels refuse beside a defect of their template: wrong counts, the wrong lot, another profile. Nothing is issued (LBL-01, LBL-05)."""

from decimal import Decimal

import pytest

from batches.domain.commands_labels import AUTHOR_LABEL
from batches.forms.labels import shipped_labels
from batches.models import CellBank, LabelIssue, LabelTemplate
from batches.services import labels
from evgmp.compliance.models import IssuedDocument, Plant
from evgmp.compliance.paper_parts import PaperFault
from evgmp.compliance.recording import recording
from tests.batches.builders_material import bank
from tests.batches.builders_records import started
from tests.batches.expecting import refused
from tests.batches.test_labels import ev_lot, printed, template
from tests.builders import CHANGE, act

pytestmark = pytest.mark.django_db


def nothing_issued() -> bool:
    return not LabelIssue.objects.exists() and not IssuedDocument.objects.exists()


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(
    ("text", "said"), [("[label", "is not valid TOML"), (shipped_labels()["vial"].replace('code = "LBL-VIAL"', 'code = ""'), "a code of 1 to 40 letters")]
)
def test_a_template_that_can_not_be_read_is_not_kept(text: str, said: str) -> None:
    with refused("unreadable_label", said):
        labels.author_label(act(AUTHOR_LABEL, "m.author"), **CHANGE, text=text)
    assert not LabelTemplate.objects.exists()


@pytest.mark.req("LBL-03", negative=True)
def test_no_label_and_more_than_a_roll_are_not_printed_at_once() -> None:
    lot, number = ev_lot(), template("vial")
    for count in (-1, 0, 501):
        with refused("count_out_of_range", "Print 1 to 500 labels at a time."):
            printed(lot, number, count)
    assert nothing_issued()


@pytest.mark.req("LBL-01", "LBL-03", negative=True)
def test_a_bank_gets_no_label_without_a_vial() -> None:
    lot, number = bank(3, stored=2), template("bank")
    with recording(AUTHOR_LABEL, act(AUTHOR_LABEL, "m.author")) as rec:
        row = CellBank.locked(pk=lot.pk)
        row.fill_volume_ml = Decimal("1.0")
        row.save()
        rec.about(row)
    with refused("more_labels_than_vials", f"{lot} has 2 vials, of which 2 have no label yet."):
        printed(lot, number, 3)
    assert nothing_issued()
    assert printed(lot, number, 2).count == 2
    with refused("more_labels_than_vials", "of which 0 have no label yet"):
        printed(lot, number, 1)


@pytest.mark.req("LBL-01", negative=True)
def test_a_template_that_is_not_there_prints_nothing() -> None:
    lot, _ = ev_lot(), template("vial")
    for number in ("LBL-NONE-V1", "LBL-VIAL", "LBL-VIAL-Vx", ""):
        with refused("label_not_effective", f"There is no effective label template {number}. Choose an approved one."):
            printed(lot, number)
    assert nothing_issued()


@pytest.mark.req("LBL-01", negative=True)
def test_a_label_of_a_vial_is_not_printed_for_a_lot_that_has_none() -> None:
    lot, number = started().lot, template("vial")
    with refused("label_of_other_stage", f"is no label for a lot of this stage ({lot.stage_name})"):
        printed(lot, number)
    assert nothing_issued()


@pytest.mark.req("LBL-01", negative=True)
def test_a_label_of_a_sample_names_a_sample_of_this_lot() -> None:
    lot, other, name = ev_lot(), started().lot, template("sample")
    for of, number in ((lot, "SMP-2026-0099"), (lot, ""), (other, "SMP-2026-0007")):
        with refused("no_such_sample", f"{of} has no sample {number}. Write its number"):
            printed(of, name, 1, sample=number)
    assert nothing_issued()


@pytest.mark.req("LBL-05", negative=True)
def test_a_template_approved_under_another_profile_prints_no_more() -> None:
    lot, number = ev_lot(), template("vial")
    with recording(AUTHOR_LABEL, act(AUTHOR_LABEL, "m.author")) as rec:
        plant = Plant.objects.get()
        plant.regulatory_profile = "US, investigational product"
        plant.save()
        rec.about(plant)
    with refused("label_of_other_profile", "this label must say: Caution: New Drug", "“For clinical trial use only” belongs to another"):
        printed(lot, number)
    assert nothing_issued()


@pytest.mark.req("LBL-05", negative=True)
def test_another_fault_of_the_drawing_is_not_told_as_a_text_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    lot, number = ev_lot(), template("vial")

    def broken(*args: object, **named: object) -> bytes:
        raise PaperFault("The symbol is missing.")

    monkeypatch.setattr("evgmp.compliance.issuing.paper_pdf", broken)
    with refused("paper_not_drawn", "nothing was issued. The symbol is missing."):
        printed(lot, number)
    assert nothing_issued()
