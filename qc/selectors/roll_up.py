"""Absence of reprogramming factors in everything a lot was made from: its banks, its producing cultures, the EV cargo (G7).

An EV lot answers for its producing cultures and its own cargo, its bank was released on its own. A drug product answers for
every bank, every producing culture and every EV lot among its ancestors; its row is computed here and recorded by nobody.
"""

from collections.abc import Mapping, Sequence

from batches.models import Lot
from batches.selectors.genealogy import ancestors, producing_cultures
from evgmp.rules.blocker import Blocker
from qc.domain.applicability import FACTOR_ABSENCE
from qc.domain.roll_up import Ancestor, FactorRow, in_words, outcome, roll_up
from qc.domain.specification_rows import FACTOR_ROLL_UP
from qc.models import SpecRow
from qc.selectors.sheets import COMPUTED_ROWS, SheetRow, sheet
from qc.selectors.specifications import stage_for


def factor_blockers(lot: Lot) -> list[Blocker]:
    """Why a lot is not shown to be free of reprogramming factors, each ancestor named. Empty is the only pass."""
    return roll_up(lot.number, factor_sources(lot))


def factor_sources(lot: Lot) -> Mapping[str, Sequence[Ancestor]]:
    """The lots whose factor rows count for this one, by kind."""
    cultures = [_ancestor(culture, f"Culture {culture}", "imsc_eop") for culture in producing_cultures(lot)]
    if lot.stage != "drug_product":
        # Without a culture the cargo is no EV cargo of a known origin: one sentence says that.
        return {"culture": cultures, "cargo": [_ancestor(lot, f"EV cargo of {lot}", "ev_ds")]} if cultures else {"culture": []}
    older = ancestors(lot)
    banks = [_ancestor(bank, f"Bank {bank}", stage_for(bank)) for bank in older if bank.stage == "cell_bank"]
    cargo = [_ancestor(one, f"EV cargo of {one}", "ev_ds") for one in older if one.stage == "ev_lot"]
    return {"bank": banks, "culture": cultures, "cargo": cargo}


def _ancestor(lot: Lot, name: str, stage: str) -> Ancestor:
    """What its specification says of one lot. A specification of another stage is none."""
    tested = sheet(lot)
    if tested.version is None or not stage or tested.version.spec.stage != stage:
        return Ancestor(name, lot.number, "", (), ())
    rows = tuple(
        FactorRow(
            line.row.code, line.row.name, line.verdict, line.why, line.passes, line.decides_release, line.has_answer, tuple(line.row.covers)
        )
        for line in tested.applying
        if line.row.category == FACTOR_ABSENCE
    )
    return Ancestor(name, lot.number, str(tested.version), tuple(tested.attributes["vector_carries"]), rows)


def factor_row(lot: Lot, row: SpecRow) -> SheetRow:
    """The computed row of a drug product: the term it comes to, and every reason why it does not conform."""
    sources = factor_sources(lot)
    reasons = tuple(roll_up(lot.number, sources))
    if not reasons:
        return SheetRow(row, True, None, "pass", f"{in_words(sources)}.", True, found=row.accepted[0])
    failed = next((term for term in row.known if term not in row.accepted), "an ancestor row does not conform")
    return SheetRow(row, True, None, outcome(reasons), " ".join(r.message for r in reasons), False, found=failed, reasons=reasons)


COMPUTED_ROWS[FACTOR_ROLL_UP] = factor_row
