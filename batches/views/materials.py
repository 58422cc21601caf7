"""Materials: the list of lots with their stock, the page of one lot, and the commands on them."""

from typing import Any

from batches.domain.commands import DECIDE_MATERIAL, DISCARD_MATERIAL, OPEN_MATERIAL, RECEIVE_MATERIAL, REGISTER_ITEM, RESERVE_MATERIAL
from batches.forms.materials import (
    DecideMaterialForm,
    DiscardMaterialForm,
    OpenMaterialForm,
    ReceiveMaterialForm,
    RegisterItemForm,
    ReserveMaterialForm,
)
from batches.selectors.exceptions import exceptions_about
from batches.selectors.headers import exception_badges
from batches.selectors.materials import (
    certificates,
    decisions_on,
    item_of,
    items,
    ledger,
    material_blockers,
    material_lots,
    material_of,
    openings_of,
    reservations_of,
    stock,
    where_used,
)
from batches.services.materials import decide_material, discard_material, open_material, receive_material, register_item, reserve_material
from batches.views.exceptions import ReportException
from batches.views.labels import PrintLabels
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.components import value_text
from evgmp.web.record_view import RecordDetail, RecordList


class RegisterItem(CommandView):
    command = REGISTER_ITEM
    service = staticmethod(register_item)
    form_class = RegisterItemForm
    takes_target = False


class ReceiveMaterial(CommandView):
    command = RECEIVE_MATERIAL
    service = staticmethod(receive_material)
    form_class = ReceiveMaterialForm

    @classmethod
    def find(cls, on: str) -> Any:
        return item_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Item", f"{target.code}, {target.name}"),
            ("Counted in", target.unit),
            ("Storage", target.storage),
            ("Origin", target.origin),
        ]


class MaterialCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return material_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return material_blockers(cls.command, target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return material_facts(target)


class DecideMaterial(MaterialCommand):
    command = DECIDE_MATERIAL
    service = staticmethod(decide_material)
    form_class = DecideMaterialForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        kept = certificates(target)
        return [*material_facts(target), ("Certificate of analysis", ", ".join(f.name for f in kept) or "None is kept")]


class OpenMaterial(MaterialCommand):
    command = OPEN_MATERIAL
    service = staticmethod(open_material)
    form_class = OpenMaterialForm


class DiscardMaterial(MaterialCommand):
    command = DISCARD_MATERIAL
    service = staticmethod(discard_material)
    form_class = DiscardMaterialForm


class ReserveMaterial(MaterialCommand):
    command = RESERVE_MATERIAL
    service = staticmethod(reserve_material)
    form_class = ReserveMaterialForm


class Materials(RecordList):
    """Lots, newest first; `?item=` keeps those of one item."""

    template_name = "batches/materials.html"
    title = "Materials"
    create = (RegisterItem,)

    def rows(self) -> Any:
        return material_lots(self.request.GET.get("item", "")[:40])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["lots"] = [(lot, value_text(stock(lot), lot.item.unit)) for lot in context["page"]]
        context["items"] = [(item, offered(self.actor, ReceiveMaterial, item)) for item in items()]
        context["asked"] = self.request.GET.get("item", "")[:40]
        return context


class MaterialPage(RecordDetail):
    """One material lot: what it is, its ledger, where it was used, who decided."""

    template_name = "batches/material.html"
    commands = (DecideMaterial, OpenMaterial, ReserveMaterial, DiscardMaterial, PrintLabels, ReportException)

    def record(self, key: str) -> Any:
        return material_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "kind": f"{record.item.name}, lot of {record.supplier}",
            "badges": [{"state": record.status, "word": "", "url": ""}, *exception_badges(record)],
            "facts": [
                ("Item", record.item.code),
                ("Supplier's lot", record.supplier_lot),
                ("Left", left_in_words(record)),
                ("Expires", record.expires_on),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        decisions = decisions_on(record)
        own = [record, *(row for row, _ in decisions), *record.openings.all(), *record.movements.all(), *exceptions_about(record)]
        return {
            "summary": material_facts(record),
            "ledger": ledger(record),
            "unit": record.item.unit,
            "used_in": where_used(record),
            "decisions": decisions,
            "openings": openings_of(record),
            "reserved": reserved_in_words(record),
            "exceptions": exceptions_about(record),
            "files": certificates(record),
            "signatures": signatures_of(record),
            "rows": rows_of(events_about(own), own)[::-1],
        }


def reserved_in_words(lot: Any) -> list[str]:
    """Open reservations: for which lot, how much."""
    kept = reservations_of(lot.item)
    return [f"{value_text(quantity, lot.item.unit)} for {number}" for (pk, _), (number, _, quantity) in kept.items() if pk == lot.pk]


def left_in_words(lot: Any) -> str:
    return value_text(stock(lot), lot.item.unit)


def material_facts(lot: Any) -> list[tuple[str, Any]]:
    """Name and value of what is known about a lot."""
    received = value_text(lot.per_container * lot.containers, lot.item.unit)
    return [
        ("Lot", lot), ("Item", f"{lot.item.code}, {lot.item.name}"), ("Origin", lot.item.origin), ("Supplier", lot.supplier),
        ("Supplier's lot", lot.supplier_lot), ("Received", f"{received} in {lot.containers} containers, by {lot.received_by}"),
        ("Left", left_in_words(lot)), ("Expires on", lot.expires_on), ("Storage", lot.item.storage), ("Stored at", lot.place),
    ]  # fmt: skip
