"""Limits of passage, doublings and bank age: at the limit and one digit to each side of it, and where a value is not known (EXE-11)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from batches.domain.age_limits import Origin, age_blockers
from batches.domain.master_defects_contents import content_defects
from batches.domain.master_file import read_master
from batches.domain.master_parts import MasterFile
from batches.domain.master_text import write_master
from batches.selectors.masters import shipped_text

LIMITED = MasterFile(
    code="MBR-P", title="", stage="passage", product="", batch_size="", note="", steps=(), highest_passage=8, highest_pdl=Decimal("25"),
    oldest_bank_days=3650,
)  # fmt: skip
CULTURE = Origin("IMSC-P-2026-007", "passage", "passage", False, 7, Decimal("24.9"), False, None)
BANK = Origin("IPSC-MCB-001", "cell_bank", "passage", True, 18, Decimal("52.4"), True, 3650)


def keys(origin: Origin, master: MasterFile = LIMITED) -> list[str]:
    return [blocker.key for blocker in age_blockers(master, origin)]


@pytest.mark.req("EXE-11")
@pytest.mark.parametrize("origin", [
    CULTURE, replace(CULTURE, passage=0, pdl=Decimal(0)), replace(CULTURE, into="conditioned_media", passage=8, pdl=Decimal("25")), BANK,
    replace(BANK, bank_days=0),
])  # fmt: skip
def test_inside_the_limits_a_lot_begins(origin: Origin) -> None:
    assert keys(origin) == []


@pytest.mark.req("EXE-11", negative=True)
@pytest.mark.parametrize(("origin", "key", "words"), [
    (replace(CULTURE, passage=8), "passage_over_limit", "would be passage 9; MBR-P allows at most 8"),
    (replace(CULTURE, into="conditioned_media", passage=9), "passage_over_limit", "is of passage 9"),
    (replace(CULTURE, pdl=Decimal("25")), "pdl_over_limit", "has 25.00 cumulative population doublings; MBR-P allows 25"),
    (replace(CULTURE, into="conditioned_media", pdl=Decimal("25.01")), "pdl_over_limit", "25.01"),
    (replace(CULTURE, passage=None), "passage_unknown", "Finish that record first"),
    (replace(CULTURE, pdl=None), "pdl_unknown", "can't be compared with the limit of 25 doublings"),
    (replace(BANK, bank_days=3651), "bank_too_old", "is 3651 days old; MBR-P allows 3650"),
    (replace(BANK, bank_days=None), "bank_age_unknown", "When IPSC-MCB-001 was made"),
])  # fmt: skip
def test_over_a_limit_or_without_the_value_nothing_begins(origin: Origin, key: str, words: str) -> None:
    (blocker,) = age_blockers(LIMITED, origin)
    assert blocker.key == key
    assert words in blocker.message


@pytest.mark.req("EXE-11", "MST-03")
def test_the_limits_are_data_of_the_master() -> None:
    master = read_master(shipped_text("mbr_pas"))
    assert (master.highest_passage, master.highest_pdl) == (8, Decimal("25"))
    assert read_master(write_master(master)) == master
    assert keys(replace(CULTURE, passage=99, pdl=Decimal(99)), replace(LIMITED, highest_passage=None, highest_pdl=None)) == []
    wrong = replace(master, highest_passage=0, highest_pdl=Decimal(0), oldest_bank_days=0)
    assert len(content_defects(wrong)) == len(content_defects(master)) + 3
