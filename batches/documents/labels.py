"""Labels built from the record. Nothing on them is typed when they are printed (LBL-01)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from batches.documents.label_parts import Label, LabelLine, LabelSheet
from batches.domain.check_character import check_character
from batches.domain.entry_rules import shown_amount
from batches.domain.label_file import ELEMENTS, LabelFile
from batches.domain.storage import condition_of
from batches.models import Container, Lot, MaterialLot, Sample
from evgmp.compliance.models import Plant
from evgmp.rules.blocker import Blocker, RuleBroken
from evgmp.rules.rounding import round_to_place
from evgmp.web.components import value_text
from evgmp.web.state_words import lot_label_of

KIND, TITLE = "labels", "Labels"
TOO_SMALL = "label_too_small"  # what the template says when a text runs over the edge of its label
LONGEST_LOT = LONGEST_SERIAL = 20  # GS1 General Specifications: AI 10 and AI 21 hold up to 20 characters


def label_sheet(
    label: LabelFile, *, template: str, issue: str, lot: Lot | MaterialLot, sample: Sample | None, vials: list[Container], first: int, count: int, total: int,
    copy_number: int,
) -> LabelSheet:  # fmt: skip
    """`count` labels from number `first` of `total`. Raises RuleBroken naming whatever the record does not hold yet."""
    common = material_values(lot) if isinstance(lot, MaterialLot) else record_values(lot, sample)
    labels = []
    for offset in range(count):
        serial = _serial(lot, sample, vials, first + offset)
        identity = f"{serial}-{check_character(serial)}"
        own = {"serial": identity, "of": f"{first + offset} of {total}"}
        labels.append(Label(identity, _lines(label, {**common, **own}), _code(label, lot, serial)))
    return LabelSheet(
        lot=lot.number, issue=issue, template=template, paper=label.paper, width=label.width, height=label.height, columns=label.columns,
        rows=label.rows, margin=label.margin, copy="" if copy_number == 1 else f"Print {copy_number}", statements=label.statements,
        labels=tuple(labels), codes=tuple(one.code for one in labels),
    )  # fmt: skip


def record_values(lot: Lot, sample: Sample | None) -> dict[str, str]:
    """Every element that is the same on all labels, as text; empty where the record holds nothing."""
    plant = Plant.objects.order_by("pk").first()
    quantity = (sample.quantity, sample.unit) if sample else (lot.quantity_made, lot.unit)
    zone = ZoneInfo(settings.EVGMP_TIME_ZONE)
    return {
        "product": lot.product,
        "stage": lot.stage_name,
        "lot": lot.number,
        "strength": strength_of(lot),
        "volume": volume_of(lot),
        "quantity": value_text(*quantity) if quantity[0] is not None else "",
        "purpose": sample.purpose if sample else "",
        "drawn": f"{sample.drawn_at.astimezone(zone):%Y-%m-%d %H:%M}" if sample else "",
        "expiry": lot.expires_on.isoformat() if lot.expires_on else "",
        "storage": sample.storage if sample else lot.storage or condition_of(lot.stage, getattr(lot.typed, "dosage_form", "")),
        "status": lot_label_of(lot.disposition).word.upper(),
        "manufacturer": f"{plant.name}, {plant.address}" if plant else "",
        "licence": plant.authorisation_number if plant else "",
        "supplier": "",
        "supplier_lot": "",
    }


def material_values(lot: MaterialLot) -> dict[str, str]:
    """The elements of a received material; its status is the newest decision, quarantine while there is none (LBL-07)."""
    return dict.fromkeys(ELEMENTS, "") | {
        "product": f"{lot.item.name} ({lot.item.code})",
        "stage": "Received material",
        "lot": lot.number,
        "quantity": value_text(lot.per_container, lot.item.unit),
        "expiry": lot.expires_on.isoformat() if lot.expires_on else "",
        "storage": lot.item.storage,
        "status": lot_label_of(lot.status).word.upper(),
        "supplier": lot.supplier,
        "supplier_lot": lot.supplier_lot,
    }


def volume_of(lot: Lot) -> str:
    """What was filled into a container. A mean of fill checks goes on for ever: told to 0.01 mL of a drug product, else to 0.001 mL."""
    fill = getattr(lot.typed, "fill_volume_ml", None)
    if fill is None:
        return ""
    most = 2 if lot.stage == "drug_product" else 3
    is_longer = fill != round_to_place(fill, -most)
    return value_text(shown_amount(fill, most) if lot.stage == "drug_product" or is_longer else fill, "mL")


def strength_of(lot: Lot) -> str:
    """The strength as a label prints it: particles of a vial of drug product, particles/mL of an EV lot, cells of a vial; empty
    while it is not recorded."""
    typed: Any = lot.typed
    if lot.stage == "drug_product":
        amount = typed.particles_per_vial
        return value_text(shown_amount(amount, 0), "particles/vial") if amount is not None else ""
    if lot.stage == "ev_lot":
        return value_text(typed.particles_per_ml, "particles/mL") if typed.particles_per_ml is not None else ""
    cells = getattr(typed, "cells_per_vial", None)
    return value_text(cells, "cells") if cells is not None else ""


def missing_values(label: LabelFile, lot: Lot | MaterialLot, sample: Sample | None) -> list[Blocker]:
    """What the label must show and the record does not hold. A label is never printed with a blank (LBL-05)."""
    values = material_values(lot) if isinstance(lot, MaterialLot) else record_values(lot, sample)
    # A material that does not expire has no day to show.
    open_to = ("serial", "of", "expiry") if isinstance(lot, MaterialLot) and lot.expires_on is None else ("serial", "of")
    absent = [e for e in label.elements if e not in open_to and not values[e]]
    return [Blocker("label_value_missing", f"The record of {lot} holds no {e} yet, which this label must show.") for e in absent]


def _serial(lot: Lot | MaterialLot, sample: Sample | None, vials: list[Container], number: int) -> str:
    if sample is not None:
        return sample.number
    return vials[number - 1].code if vials else f"{lot.number}-{number:04d}"


def _lines(label: LabelFile, values: dict[str, str]) -> tuple[LabelLine, ...]:
    return tuple(LabelLine(e, ELEMENTS[e], values[e]) for e in label.elements if values[e])


def _code(label: LabelFile, lot: Lot | MaterialLot, serial: str) -> str:
    """GTIN, expiry where there is one, lot and serial with its check character, as GS1 elements."""
    own = serial.removeprefix(f"{lot.number}-") + check_character(serial)
    if len(lot.number) > LONGEST_LOT or len(own) > LONGEST_SERIAL:
        raise RuleBroken(Blocker("code_too_long", f"{lot.number} or {own} is longer than the symbol of a label can hold."))
    expiry = f"(17){lot.expires_on:%y%m%d}" if lot.expires_on else ""
    return f"(01){label.gtin}{expiry}(10){lot.number}(21){own}"
