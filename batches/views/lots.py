"""Lots: a list a stage, the overview of one lot, its audit trail."""

from typing import Any, ClassVar

from django.core.paginator import Paginator

from batches.domain.genealogy import SPLITTABLE
from batches.selectors.affected import FALLEN, origins_of, touched_by
from batches.selectors.bank_map import next_free, stock_of
from batches.selectors.dispositions import dispositions_of, signed_decisions
from batches.selectors.exceptions import exceptions_of
from batches.selectors.genealogy import inherited, inputs_of, outputs_of, wholes_of
from batches.selectors.headers import lot_header
from batches.selectors.holds import holds_of
from batches.selectors.lot_facts import filtration_table, inherited_facts, listed_facts, typed_facts
from batches.selectors.lot_trail import events_of_lot, records_of_lot
from batches.selectors.lots import lot_of, lots_of_stage
from batches.selectors.samples import samples_of
from batches.selectors.storage import storage_course
from batches.selectors.vials import movements_of, not_stored
from batches.views.dispositions import HoldLot, LiftHold, ReleaseForProcessing, SplitLot
from batches.views.exceptions import ReportException
from batches.views.labels import PrintLabels
from batches.views.samples import DrawSample
from batches.views.storage import MoveLot, RecordExcursion
from batches.views.vials import ReserveVial, StoreVials, WithdrawVial
from evgmp.compliance.trail import rows_of
from evgmp.web.command_view import offered
from evgmp.web.record_view import RecordDetail, RecordList
from evgmp.web.trail_rows import shortened

INTERMEDIATES = ("passage", "conditioned_media", "isolation_run")


class Lots(RecordList):
    """All lots of one stage, newest first, each with what may be done with it."""

    template_name = "batches/lots.html"
    stage: ClassVar[str]
    lead: ClassVar[str]

    def rows(self) -> Any:
        return lots_of_stage(self.stage)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = list(context["page"])
        standings, holds, wholes = dispositions_of(page), holds_of(page), wholes_of(page)
        lines = [
            {"lot": lot, "standing": standings[lot.pk], "holds": holds.get(lot.pk, ()), "facts": listed_facts(lot, wholes[lot.pk])} for lot in page
        ]
        return {**context, "lines": lines, "lead": self.lead}


class Banks(Lots):
    title, stage = "Banks", "cell_bank"
    lead = "Master and working banks, the start of every chain."


class Passages(Lots):
    title, stage = "Passages", "passage"
    lead = "Cultures from the vial to the producing cells."


class MediaLots(Lots):
    title, stage = "Media lots", "conditioned_media"
    lead = "Conditioned medium as it was collected."


class Runs(Lots):
    title, stage = "TFF runs", "isolation_run"
    lead = "Isolation runs: clarification, ultrafiltration, diafiltration, sterile filtration."


class EvLots(Lots):
    title, stage = "EV lots", "ev_lot"
    lead = "Filled lots of extracellular vesicles."


class DrugProducts(Lots):
    title, stage = "Drug products", "drug_product"
    lead = "Vials filled from released EV lots, frozen or lyophilised."


class LotPage(RecordDetail):
    """The overview: what was made, from what, for what, and what may be done with it."""

    def record(self, key: str) -> Any:
        self.lot = lot_of(key)
        return self.lot

    def get_template_names(self) -> list[str]:
        return ["batches/bank.html" if self.lot.stage == "cell_bank" else "batches/lot.html"]

    def header(self, record: Any) -> dict[str, Any]:
        return lot_header(record, "overview")

    def details(self, record: Any) -> dict[str, Any]:
        more = self._bank(record) if record.stage == "cell_bank" else {"filtrations": filtration_table(record)}
        return {
            "actions": self._actions(record),
            "typed": typed_facts(record),
            "origin": inherited_facts(record, inherited(record)),
            "inputs": inputs_of(record),
            "outputs": outputs_of(record),
            "samples": samples_of(record),
            "exceptions": exceptions_of(record),
            "decisions": signed_decisions(record),
            "storage": storage_course(record),
            **(self._others(record) if record.disposition in FALLEN else {}),
            **more,
        }

    def _others(self, record: Any) -> dict[str, Any]:
        return {"touched": touched_by(record), "origins": origins_of(record)}

    def _bank(self, record: Any) -> dict[str, Any]:
        movements = movements_of(record)
        page = Paginator(movements.exclude(kind="stored"), 12).get_page(self.request.GET.get("page"))
        return {"stock": stock_of(record), "page": page}

    def _actions(self, record: Any) -> list[dict[str, Any]]:
        """The commands that fit the stage and the standing of the lot; the rest would only be grey."""
        views: list[tuple[Any, Any]] = [(DrawSample, record), (RecordExcursion, record), (PrintLabels, record), (ReportException, record)]
        if record.making_status == "made":
            views.insert(1, (MoveLot, record))
        if record.stage in INTERMEDIATES and record.disposition != "released_for_processing":
            views.append((ReleaseForProcessing, record))
        if record.stage in SPLITTABLE and record.making_status == "made" and record.disposition in ("quarantine", "released_for_processing"):
            views.append((SplitLot, record))
        views.append((LiftHold if record.disposition == "hold" else HoldLot, record))
        if record.stage == "cell_bank" and not_stored(record) != 0:
            views.append((StoreVials, record))
        found = [a for view, target in views if (a := offered(self.actor, view, target))]
        return found + (self._vial_actions(record) if record.stage == "cell_bank" else [])

    def _vial_actions(self, record: Any) -> list[dict[str, Any]]:
        """The vial that is next, by its number; any other is chosen on the map."""
        vial = next_free(record)
        if vial is None:
            return []
        views = [(ReserveVial, "Reserve")] if vial.state == "stored" else []
        actions = [(offered(self.actor, view, vial), verb) for view, verb in [*views, (WithdrawVial, "Withdraw")]]
        return [{**action, "label": f"{verb} vial {vial.sequence:03d}"} for action, verb in actions if action]


class LotTrail(RecordDetail):
    """Everything that was done to a lot and to what belongs to it."""

    template_name = "batches/lot_trail.html"

    def record(self, key: str) -> Any:
        return lot_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return lot_header(record, "trail")

    def details(self, record: Any) -> dict[str, Any]:
        changes_only = self.request.GET.get("show") == "changes"
        events = events_of_lot(record)
        if (asked := self.request.GET.get("entry", "")).isdecimal():
            events = events.filter(seq=int(asked[:15]))
        only = records_of_lot(record)
        entries: Any = [row for row in rows_of(events, only) if row.is_critical] if changes_only else events
        page = Paginator(entries, 40).get_page(self.request.GET.get("page"))
        rows = list(page.object_list) if changes_only else rows_of(page.object_list, only)
        if not asked:
            rows = shortened(rows)
        segments = [
            {"label": "All entries", "url": "?", "active": not changes_only and not asked},
            {"label": "Changed values only", "url": "?show=changes", "active": changes_only},
        ]
        return {"page": page, "rows": rows, "segments": segments}
