"""Assay runs: every control is judged, and a failed run stays on record."""

import datetime
from typing import Any

import pytest

from batches.domain.commands import STOP_EQUIPMENT
from batches.services.equipment import stop_equipment
from evgmp.compliance.files import is_intact
from evgmp.compliance.models import Attachment, Event
from evgmp.rules.reading import parse_number
from qc.domain.commands import RECORD_RUN
from qc.domain.specification_rows import titled
from qc.domain.tracking_run import COMPUTED
from qc.models import AssayRun
from qc.selectors.methods import method_in_force
from qc.selectors.runs import methods_in_use
from qc.services.files import RawFile
from qc.services.runs import record_run
from tests.builders import act, cast
from tests.qc.builders_lab import TRACKED, effective, instrument, methods, one_event, reagents_of, refused, restated

pytestmark = pytest.mark.django_db

METHOD = "TM-025 v1.0"
# The lot of the standard that `standards()` of the builders registers second.
CITED = "STD-2025-0002"
WITH = {"sample_measure": "100 µL", "reagents": f"Kinetic LAL; 24K118; 2099-03-31\n{CITED}"}


@pytest.fixture(autouse=True)
def specification() -> None:
    cast()
    effective()
    instrument("EQ-MPR-01")


def controls(**outcomes: str) -> list[dict[str, str]]:
    return [
        {"kind": c["kind"], "observed": "0.992", "outcome": outcomes.get(c["kind"], "pass")} for c in methods_in_use()[METHOD].controls
    ]


def recorded(**said: Any) -> AssayRun:
    fields: dict[str, Any] = {
        "method": METHOD, "instrument": "EQ-MPR-01", "performed_at": None, "controls": controls(), "sample_measure": "100 µL",
        "reagents": reagents_of("TM-025"), **said,
    }  # fmt: skip
    return record_run(act(RECORD_RUN, "a.analyst"), **fields)


@pytest.mark.req("LAB-04", "LAB-11")
def test_a_run_with_every_control_passed_is_valid() -> None:
    with one_event(RECORD_RUN):
        run = recorded()
    assert run.number.startswith("RUN-")
    assert run.valid
    assert run.why_not_valid == ""
    assert (run.method_number, run.method_version, run.analyst) == ("TM-025", "1.0", "A. Analyst")
    assert run.controls[0] == {
        "kind": "STD_CURVE", "criterion": "|r| at least 0.980", "observed": "0.992", "outcome": "pass",
    }  # fmt: skip


@pytest.mark.req("LAB-04")
@pytest.mark.parametrize(("outcome", "words"), [("fail", "Spike recovery failed."), ("missing", "Spike recovery not run.")])
def test_a_run_with_a_failed_or_absent_control_is_recorded_and_not_valid(outcome: str, words: str) -> None:
    run = recorded(controls=controls(SPIKE_RECOVERY=outcome))
    assert not run.valid
    assert run.why_not_valid == words


@pytest.mark.req("LAB-04", negative=True)
def test_a_run_without_a_control_is_not_valid() -> None:
    assert not AssayRun(controls=[]).valid


@pytest.mark.req("LAB-04", negative=True)
def test_no_control_may_be_left_out_or_invented() -> None:
    with refused("control_not_judged", "Dilution"):
        recorded(controls=controls()[:-1])
    with refused("unknown_control", "INVENTED"):
        recorded(controls=[*controls(), {"kind": "INVENTED", "observed": "1", "outcome": "pass"}])
    with refused("nothing_observed", "Standard curve"):
        recorded(controls=[{**c, "observed": " "} for c in controls()])
    with refused("control_not_judged", "Standard curve"):
        recorded(controls=[{**c, "outcome": "maybe"} for c in controls()])


@pytest.mark.req("LAB-02", "LAB-04", negative=True)
def test_no_run_is_recorded_without_a_control_that_its_method_fixes() -> None:
    method = method_in_force("TM-025", "1.0")
    assert method is not None
    fixed = {(one.kind, one.criterion) for one in method.controls}
    assert len(fixed) == 4
    assert fixed <= {(one["kind"], one["criterion"]) for one in methods_in_use()[METHOD].controls}
    for kind, _ in fixed:
        with refused("control_not_judged", titled(kind)):
            recorded(controls=[one for one in controls() if one["kind"] != kind])


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize("method", ["TM-999 v1.0", "TM-025 v9", "", "TM-025"])
def test_a_method_that_no_approved_specification_names_is_refused(method: str) -> None:
    with refused("unknown_method"):
        recorded(method=method)


@pytest.mark.req("LAB-11")
def test_the_time_is_claimed_and_the_servers_time_stands_beside_it() -> None:
    claimed = datetime.datetime(2026, 1, 5, 9, 30, tzinfo=datetime.UTC)
    run = recorded(performed_at=claimed)
    assert run.performed_at == claimed
    assert run.recorded_at > claimed


@pytest.mark.req("LAB-11", negative=True)
def test_a_time_in_the_future_is_refused() -> None:
    with refused("in_the_future"):
        recorded(performed_at=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))


@pytest.mark.req("REC-06")
def test_the_raw_file_is_kept_byte_for_byte() -> None:
    data = bytes(range(256)) * 40 + b"\r\n\x00end"
    run = recorded(raw_file=RawFile("reader export.csv", "text/csv", data), raw_data_location="Archive A, box 3")
    kept = Attachment.objects.get(record_type="qc.assayrun", record_key=str(run.pk))
    assert bytes(kept.content.data) == data
    assert is_intact(kept.content)
    assert (kept.name, kept.is_static_copy, kept.raw_data_location) == ("reader export.csv", True, "Archive A, box 3")


@pytest.mark.req("REC-06", negative=True)
def test_an_empty_file_is_refused() -> None:
    with refused("empty_file"):
        recorded(raw_file=RawFile("empty.csv", "text/csv", b""))
    assert not AssayRun.objects.exists()


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.labhead", "a.reviewer", "m.author", "i.inspector"])
def test_other_roles_are_refused(by: str) -> None:
    with refused("not_permitted"):
        record_run(act(RECORD_RUN, by), method=METHOD, instrument="EQ-MPR-01", performed_at=None, controls=controls(), **WITH)


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_leaves_one_run() -> None:
    record_run(act(RECORD_RUN, "a.analyst", once="press"), method=METHOD, instrument="EQ-MPR-01", performed_at=None, controls=controls(), **WITH)
    with refused("already_recorded"):
        record_run(act(RECORD_RUN, "a.analyst", once="press"), method=METHOD, instrument="EQ-MPR-01", performed_at=None, controls=controls(), **WITH)
    assert AssayRun.objects.count() == 1


@pytest.mark.req("LAB-03", "LAB-21")
def test_reagents_and_reference_standards_are_kept_with_the_run() -> None:
    run = recorded(reagents=f"Kinetic LAL; 24K118; 2099-03-31\n{CITED.lower()}")
    assert [(one["lot"], one["assigned_value"], one.get("register", "")) for one in run.reagents] == [("24K118", "", ""), ("RS-1", "100 %", CITED)]


@pytest.mark.req("LAB-03", "LAB-21", negative=True)
def test_a_run_with_an_expired_reagent_is_refused() -> None:
    with refused("reagent_expired", "expired on 2020-01-01"):
        recorded(reagents=f"Kinetic LAL; 24K118; 2020-01-01\n{CITED}")
    assert not AssayRun.objects.exists()


@pytest.mark.req("LAB-02", "LAB-03", "LAB-21", negative=True)
def test_what_must_be_true_before_a_run_is_asked_when_it_is_recorded() -> None:
    """Each rule by itself: tests/qc/domain/test_run_checks.py."""
    with refused("reagent_missing", "the reference standard “Standard endotoxin” by its number"):
        recorded(reagents="Kinetic LAL; 24K118; 2099-03-31")
    with refused("standard_uncited", "are kept in the register of standards. Cite the number of the lot"):
        recorded(reagents="Kinetic LAL; 24K118; 2099-03-31\nStandard endotoxin; RS-02; 2099-12-31; 10 EU/mL")
    with refused("measure_missing"):
        recorded(sample_measure="")
    with refused("modification_unexplained", "say why the method was modified"):
        recorded(modification="Diluted 1:20", modification_data="VR-025, annex 2")
    said = {"modification": "Diluted 1:20 instead of 1:10.", "modification_why": "Inhibition seen.", "modification_data": "VR-025, annex 2"}
    run = recorded(**said)
    assert (run.modification, run.modification_data, run.sample_measure) == (said["modification"], said["modification_data"], "100 µL")
    methods(restated("TM-025", "expired"))
    with refused("method_unfit", "can't test for release"):
        recorded()


@pytest.mark.req("LAB-03", "EXE-13", "EXE-15", negative=True)
def test_an_instrument_must_be_registered_in_date_and_in_service() -> None:
    with refused("unknown_instrument", "EQ-NONE is no registered equipment"):
        recorded(instrument="EQ-NONE")
    instrument("ROOM-9", equipment_class="room_grade_c")
    with refused("not_an_instrument", "ROOM-9 is a room, grade c, no instrument"):
        recorded(instrument="ROOM-9")
    instrument("EQ-OLD", until=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    with refused("calibration_overdue", "The calibration of EQ-OLD ended on 2026-01-01"):
        recorded(instrument="EQ-OLD")
    while_in_date = datetime.datetime(2025, 12, 1, tzinfo=datetime.UTC)
    # In date when it was performed, and no longer when it is recorded: the analyst says when the measurement was over.
    with refused("instrument_lapsed", "The calibration of EQ-OLD ended on 2026-01-01"):
        recorded(instrument="eq-old", performed_at=while_in_date)
    said = "Measured and printed on 2025-12-01, recorded late"
    run = recorded(instrument="eq-old", performed_at=while_in_date, remark=said)
    assert (run.instrument, run.remark) == ("EQ-OLD", said)
    assert "before its record" in Event.objects.order_by("-seq")[0].payload
    with refused("calibration_overdue", "No calibration of EQ-OLD is recorded"):
        recorded(instrument="EQ-OLD", performed_at=datetime.datetime(2024, 12, 1, tzinfo=datetime.UTC))
    stop_equipment(act(STOP_EQUIPMENT, "a.operator", reason="The lamp flickers"), "EQ-MPR-01")
    with refused("out_of_service", "EQ-MPR-01 is out of service: The lamp flickers"):
        recorded()


@pytest.mark.req("LAB-05", "LAB-04")
def test_blank_and_dilutions_of_a_tracking_run_are_computed_shown_and_nobody_types_their_controls(as_person: Any) -> None:
    method, asked = "TM-043 v1.0", [c for c in methods_in_use()["TM-043 v1.0"].controls if c["kind"] not in COMPUTED]
    said: dict[str, Any] = {
        "method": method, "controls": [{"kind": c["kind"], "observed": "as required", "outcome": "pass"} for c in asked], "reagents": reagents_of("TM-043"),
    }  # fmt: skip
    with refused("blank_missing"):
        recorded(**said)
    with refused("control_computed", "DILUENT_BLANK is computed"):
        recorded(**{**said, "controls": [*said["controls"], {"kind": "DILUENT_BLANK", "observed": "low", "outcome": "pass"}]}, **TRACKED)
    with refused("tracking_not_wanted"):
        recorded(**TRACKED)
    good = recorded(**said, **TRACKED)
    assert (good.valid, good.computed_differs) == (True, False)
    assert good.controls[-1]["observed"] == "1.4 % apart after correction"
    page = as_person("b.analyst").get(good.get_absolute_url()).content.decode()
    for words in ("Blank and dilutions", "1:1000", "2.6 × 10¹⁰", "at most 25 % apart", "In order"):
        assert words.replace(" ", "") in page.replace("\u00a0", "").replace(" ", ""), words
    apart = recorded(**said, blank=parse_number("5E+5"), dilutions="500; 5.24E+7\n1000; 1.7E+7")
    assert apart.why_not_valid == "Dilution agreement failed."
    assert "apart after correction, more than 25 %" in as_person("b.analyst").get(apart.get_absolute_url()).content.decode()
    # What is judged is what was typed: an outcome that the numbers do not bear out is seen.
    apart.controls[-1]["outcome"] = "pass"
    assert apart.computed_differs
