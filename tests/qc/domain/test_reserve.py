"""The reserve of a finished lot: kept one year beyond its expiry, or the lot is not released (21 CFR 211.170(b))."""

from datetime import date
from decimal import Decimal

import pytest

from qc.domain.custody import Kept, keeps_until, reserve_defects

EXPIRY = date(2027, 11, 27)
GOOD = Kept("SMP-2", Decimal(10), date(2028, 11, 27))


@pytest.mark.parametrize(("expiry", "until"), [(EXPIRY, date(2028, 11, 27)), (date(2028, 2, 29), date(2029, 2, 28))])
def test_kept_one_year_beyond_the_expiry(expiry: date, until: date) -> None:
    assert keeps_until(expiry) == until


@pytest.mark.req("LAB-27")
def test_a_stored_reserve_lets_the_lot_pass() -> None:
    assert reserve_defects("DP-1", expires_on=EXPIRY, kept=[GOOD]) == []


@pytest.mark.req("LAB-27", negative=True)
@pytest.mark.parametrize(
    ("expires_on", "kept", "said"),
    [
        (EXPIRY, [], "No unit is stored for retention"),
        (EXPIRY, [Kept("SMP-2", Decimal(10), date(2028, 11, 26))], "SMP-2 is kept until 2028-11-26, which is too short"),
        (EXPIRY, [Kept("SMP-2", Decimal(10), date(2028, 11, 27), destroyed=True)], "No unit is stored"),
        (EXPIRY, [Kept("SMP-2", Decimal(0), date(2028, 11, 27))], "No unit is stored"),
        (None, [GOOD], "has no expiry"),
    ],
    ids=["none", "too short", "destroyed", "not a unit", "no expiry"],
)
def test_without_a_reserve_the_lot_is_stopped(expires_on: date | None, kept: list[Kept], said: str) -> None:
    (blocker,) = reserve_defects("DP-1", expires_on=expires_on, kept=kept)
    assert blocker.key == "reserve_missing"
    assert said in blocker.message
    assert blocker.message.startswith("DP-1 has no ")
