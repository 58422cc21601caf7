"""A lot and everything it was made from."""

from dataclasses import dataclass
from functools import cached_property

from batches.domain.genealogy import SPLIT
from batches.models import STAGES, BatchRecord, CellLine, Lot
from batches.selectors.dispositions import dispositions_of
from batches.selectors.genealogy import Family, family

UPSTREAM = ("ev_lot", "isolation_run", "conditioned_media", "passage", "cell_bank")


@dataclass
class Chain:
    """A lot with its ancestors. Each part is read once, so a page and its rules share the reading."""

    lot: Lot

    @cached_property
    def family(self) -> Family:
        return family(self.lot)

    @cached_property
    def ancestors(self) -> list[Lot]:
        """Every lot that this one was made from, the nearest generation first."""
        return [lot for lot in reversed(self.family.lots) if lot.pk != self.lot.pk]

    @property
    def lots(self) -> list[Lot]:
        return [self.lot, *self.ancestors]

    def of_stage(self, stage: str) -> list[Lot]:
        return sorted((lot for lot in self.ancestors if lot.stage == stage), key=lambda lot: lot.number)

    @cached_property
    def batches(self) -> dict[int, BatchRecord]:
        """Batch record by key of its lot."""
        found = BatchRecord.objects.filter(lot__in=self.lots).select_related("lot", "version__master")
        return {batch.lot_id: batch for batch in found}

    @cached_property
    def sub_lots(self) -> set[int]:
        """Keys of lots that are a part of another lot of this chain and share its batch record."""
        stages = {lot.pk: lot.stage for lot in self.family.lots}
        return {e.child_id for e in self.family.edges if e.purpose == SPLIT and e.container_id is None and stages[e.parent_id] == stages[e.child_id]}

    @cached_property
    def dispositions(self) -> dict[int, str]:
        return dispositions_of(self.lots)

    @cached_property
    def lines(self) -> list[CellLine]:
        banks = [lot.cellbank for lot in self.family.lots if lot.stage == "cell_bank"]
        found = {line.pk: line for bank in banks if (line := bank.line) is not None}
        return sorted(found.values(), key=lambda line: line.code)

    def vials_of(self, bank: Lot) -> list[str]:
        """Codes of the vials taken from a bank for this chain."""
        return [edge.container.code for edge in self.family.edges if edge.parent_id == bank.pk and edge.container is not None]

    def in_words(self) -> list[tuple[str, str]]:
        """Stage and numbers of the parents, nearest first, donor last and by code only (REC-12)."""
        words = []
        for stage in UPSTREAM:
            lots = self.of_stage(stage)
            if lots:
                named = [lot.number + (f" vial {', '.join(vials)}" if (vials := self.vials_of(lot)) else "") for lot in lots]
                words.append((STAGES[stage], ", ".join(named)))
        if self.lines:
            words.append(("Cell line", ", ".join(line.code for line in self.lines)))
            words.append(("Donor", ", ".join(sorted({line.donor.code for line in self.lines}))))
        return words
