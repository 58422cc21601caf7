"""A sample at the laboratory's door pins the specification of its lot."""

from decimal import Decimal

import pytest

from batches.models import Lot
from qc.domain.commands import RECEIVE_SAMPLE
from qc.models import LotSpecification
from qc.selectors.results import pinned_version
from qc.selectors.specifications import shipped_text, stage_for
from qc.services.samples import receive_sample
from tests.builders import act, cast
from tests.qc.builders_lab import EOP_SPEC, EV_SPEC, MCB_SPEC, bank, chain, drawn, effective, line, lot, one_event, received, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ev() -> Lot:
    cast()
    return chain(line())[0]


@pytest.mark.req("LAB-01", "MST-10")
def test_the_first_sample_pins_the_version_in_force(ev: Lot) -> None:
    version = effective()
    sample = drawn(ev)
    with one_event(RECEIVE_SAMPLE):
        sample = receive_sample(act(RECEIVE_SAMPLE, "a.analyst"), sample.number, condition="Frozen, seal intact")
    assert (sample.status, sample.condition, sample.received_by) == ("received", "Frozen, seal intact", "A. Analyst")
    assert sample.received_at is not None
    assert pinned_version(ev) == version


@pytest.mark.req("MST-10")
def test_a_later_version_does_not_touch_a_pinned_lot(ev: Lot) -> None:
    first = effective()
    received(ev)
    effective(text=shipped_text(EV_SPEC) + "\n")
    received(ev)
    assert pinned_version(ev) == first
    assert LotSpecification.objects.filter(lot=ev).count() == 1


@pytest.mark.req("MST-10")
def test_without_a_version_in_force_the_next_sample_pins() -> None:
    cast()
    _, (culture,) = chain(line())
    received(culture)
    assert pinned_version(culture) is None
    version = effective(EOP_SPEC)
    received(culture)
    assert pinned_version(culture) == version


@pytest.mark.req("MST-10")
def test_the_stage_follows_the_kind_of_lot() -> None:
    cast()
    cell_line = line()
    ev_lot, (culture,) = chain(cell_line)
    assert [stage_for(bank(cell_line, f"BANK-{level}", level)) for level in ("mcb", "wcb", "imsc_bank")] == ["ipsc_mcb", "ipsc_wcb", "imsc_bank"]
    assert stage_for(culture) == "imsc_eop"
    # A culture is sampled at harvest, before its medium is collected; the commitment itself is no producing culture.
    assert stage_for(lot("IMSC-P-2026-900", "passage", parents=(culture,))) == "imsc_eop"
    assert stage_for(lot("IMSC-P-2026-901", "passage", is_commitment=True)) == ""
    assert stage_for(lot("CM-2026-900", "conditioned_media", parents=(culture,))) == "cm_lot"
    assert stage_for(lot("TFF-2026-900", "isolation_run", parents=(culture,))) == ""
    assert stage_for(ev_lot) == "ev_ds"
    versions = {stage_for(made): effective(name) for made, name in ((ev_lot, EV_SPEC), (culture, EOP_SPEC))}
    received(ev_lot)
    received(culture)
    assert pinned_version(ev_lot) == versions["ev_ds"]
    assert pinned_version(culture) == versions["imsc_eop"]
    assert effective(MCB_SPEC).spec.stage == "ipsc_mcb"


@pytest.mark.req("LAB-01", negative=True)
def test_a_sample_is_received_once(ev: Lot) -> None:
    sample = received(ev)
    with refused("wrong_status", "drawn"):
        receive_sample(act(RECEIVE_SAMPLE, "a.analyst"), sample.number, condition="Frozen again")


@pytest.mark.req("AUD-08", negative=True)
def test_a_stale_page_and_a_double_post_are_refused(ev: Lot) -> None:
    sample = drawn(ev)
    seen = str(sample.revision)
    receive_sample(act(RECEIVE_SAMPLE, "a.analyst", seen=seen, once="press-1"), sample.number, condition="Frozen")
    with refused("stale_page"):
        receive_sample(act(RECEIVE_SAMPLE, "b.analyst", seen=seen), sample.number, condition="Frozen")
    with refused("already_recorded"):
        receive_sample(act(RECEIVE_SAMPLE, "a.analyst", seen=seen, once="press-1"), sample.number, condition="Frozen")


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.labhead", "a.reviewer", "m.author"])
def test_other_roles_are_refused(ev: Lot, by: str) -> None:
    sample = drawn(ev)
    with refused("not_permitted"):
        receive_sample(act(RECEIVE_SAMPLE, by), sample.number, condition="Frozen")


@pytest.mark.req("LAB-01")
def test_the_sample_keeps_quantity_and_dates(ev: Lot) -> None:
    sample = received(ev)
    assert sample.quantity == Decimal(1)
    assert sample.drawn_at <= sample.received_at  # type: ignore[operator]
    assert sample.container
    assert sample.storage
