"""Handing in an instrument's file: kept byte for byte, or refused with line and column, or because it was used before."""

from datetime import date, timedelta
from typing import Any

import pytest

from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from qc.domain.commands import HAND_IN_FILE
from qc.models import FileImport, MappingVersion, Result
from qc.services.files import RawFile
from qc.services.imports import hand_in_file
from tests.builders import act
from tests.qc.builders_imports import approved, discarded, endotoxin, handed_in, imported, line_of, of_scene
from tests.qc.builders_lab import refused, row_of, run_of

ENDOTOXIN = "DS-SF-ENDO"


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Pass,,EU/mL,", "Line 3, column 3 (“Result”): This cell is empty. Empty is not zero"),
        ("Pass,0.120,EU/L,", "Line 3, column 4 (“Unit”)"),
        ("Pass,1.234,EU/mL,", "can be read in two ways"),
        ("Pass,0.120,EU/mL,,more", "Line 3, column 6: This line has more cells"),
        (",0.120,EU/mL,", "does not say whether the measurement failed"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_kept(scene: dict[str, Any], line: str, words: str) -> None:
    raw = RawFile("export.csv", "text/csv", line_of(scene, line).encode())
    with refused("file_unreadable", words):
        hand_in_file(act(HAND_IN_FILE, "a.analyst"), scene["run"].number, mapping=scene["mapping"].number, raw_file=raw, measured=1)
    assert not FileImport.objects.exists()


@pytest.mark.req("REC-10", negative=True)
def test_a_file_used_before_is_refused(scene: dict[str, Any]) -> None:
    data = line_of(scene)
    found = of_scene(scene, data)
    with refused("file_used", f"as {found.number}"):
        of_scene(scene, data)
    other = run_of(row_of(scene["lot"], ENDOTOXIN))
    with refused("file_used"):
        handed_in(other, scene["mapping"], data)
    discarded(found)
    with refused("file_used", f"with {scene['run'].number}"):
        handed_in(other, scene["mapping"], data)
    assert of_scene(scene, data).number != found.number


@pytest.mark.req("LAB-02", negative=True)
def test_only_a_mapping_in_force_for_the_method_reads_a_file(scene: dict[str, Any]) -> None:
    other = approved("plate_protein")
    with refused("mapping_not_in_force", "is not in force for a test of RUN-"):
        handed_in(scene["run"], other, line_of(scene))
    found = of_scene(scene, line_of(scene))
    approved(text=scene["mapping"].source_text + "# newer\n")
    with refused("mapping_not_in_force", "Discard the file"):
        imported(found)
    with refused("mapping_not_in_force"):
        of_scene(scene, line_of(scene, "Pass,0.130,EU/mL,"))


@pytest.mark.req("LAB-02", negative=True)
def test_a_mapping_that_is_not_there_reads_no_file(scene: dict[str, Any]) -> None:
    raw = RawFile("export.csv", "text/csv", line_of(scene).encode())
    for number in ("MAP-NONE-V1", "MAP-NONE", "MAP-NONE-Vx", ""):
        with refused("unknown_mapping", f"{number} is no mapping. Choose one of the list."):
            hand_in_file(act(HAND_IN_FILE, "a.analyst"), scene["run"].number, mapping=number, raw_file=raw, measured=1)
    assert not FileImport.objects.exists()


@pytest.mark.req("REC-03", negative=True)
def test_the_day_of_a_test_without_a_run_is_claimed_and_never_lies_in_the_future(scene: dict[str, Any]) -> None:
    version = approved("plate_protein")
    lines = "".join(f"{scene['sample'].number}\t{found}\t2\n" for found in ("21,7", "21,8", "21,9"))
    raw = RawFile("plate.txt", "text/plain", f"Sample\tMean Result\tDilution\nSTD01\t2000\t1\n{lines}".encode())
    today = site_day(clock.now())

    def handed_in_for(day: date) -> FileImport:
        return hand_in_file(act(HAND_IN_FILE, "a.analyst"), scene["lot"].number, mapping=version.number, raw_file=raw, measured=1, tested_on=day)

    with refused("in_the_future", "Enter the day of the test."):
        handed_in_for(today + timedelta(days=1))
    assert not FileImport.objects.exists()
    assert handed_in_for(today - timedelta(days=1)).tested_on == today - timedelta(days=1)


def test_a_file_without_sample_names_asks_for_the_sample(scene: dict[str, Any], as_person: Any) -> None:
    from tests.qc.domain.instrument_texts import TEXTS

    version: MappingVersion = approved("nta_zetaview_positions")
    run = run_of(row_of(scene["lot"], "DS-CT-PART"))
    text = TEXTS["nta_zetaview_positions"]
    with refused("sample_missing"):
        handed_in(run, version, text)
    with refused("sample_not_wanted"):
        of_scene(scene, line_of(scene), sample=scene["sample"].number)
    changed = handed_in(run, version, text.replace("9.4E+10", "2.6E+10"), sample=scene["sample"].number)
    with refused("file_unreadable", "The kept positions give a mean of 9.45E+10, the file prints 2.6E+10."):
        imported(changed)
    discarded(changed)
    good = handed_in(run, version, text, sample=scene["sample"].number)
    with refused("value_not_usable", "DS-CT-PART asks for 3 determinations of a sample; here is 1 of"):
        imported(good)
    others = [handed_in(run, version, text.replace("15.9", mean), sample=scene["sample"].number) for mean in ("15.8", "16.0")]
    page = as_person("a.analyst").get(good.get_absolute_url()).content.decode()
    assert "2 of 3 kept" in page
    assert "Removed: drift too high" in page
    imported(good)
    for other in others:
        other.refresh_from_db()
        assert other.status == "imported"
        assert other.values.count() == 2
    assert [(r.row.code, r.text, r.verdict) for r in Result.objects.order_by("pk")] == [
        ("DS-CT-PART", "9.4E+10", "conforms"), ("DS-ID-SIZEMODE", "93.6", "conforms"),
    ]  # fmt: skip


@pytest.mark.req("REC-10", negative=True)
def test_the_same_raw_file_for_two_runs_is_refused_when_recorded_by_hand(scene: dict[str, Any]) -> None:
    from qc.domain.commands import RECORD_RESULT
    from qc.services.results import record_result
    from tests.qc.builders_lab import found, twice

    raw = RawFile("a.csv", "", b"one export")
    run, other = scene["run"], run_of(row_of(scene["lot"], "DS-PU-HSA"))
    record_result(act(RECORD_RESULT, "a.analyst"), scene["lot"].number, row=ENDOTOXIN, raw_file=raw, **found(scene["sample"], run, **twice("0.1")))
    with refused("file_used", "A file belongs to one run"):
        record_result(act(RECORD_RESULT, "a.analyst"), scene["lot"].number, row="DS-PU-HSA", raw_file=raw, **found(scene["sample"], other, value="44"))


@pytest.mark.req("REC-10", negative=True)
def test_a_file_with_a_line_less_or_more_than_was_measured_is_refused(scene: dict[str, Any]) -> None:
    lines = [f"{scene['sample'].number},Pass,0.120,EU/mL,", "SMP-2099-0001,Pass,0.120,EU/mL,"]
    with refused("count_differs", f"You measured 2; the file holds values of 1 ({scene['sample'].number}). A line is missing"):
        of_scene(scene, endotoxin(lines[0]), measured=2)
    with refused("count_differs", "You measured 1; the file holds values of 2"):
        of_scene(scene, endotoxin(*lines))


@pytest.mark.req("REC-03", negative=True)
def test_bad_input_on_the_pages_of_files_is_a_sentence(scene: dict[str, Any], as_person: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.house.test_bad_input import BAD

    client = as_person("a.analyst")
    found = of_scene(scene, line_of(scene))
    for address in (f"/hand-in-file/{scene['run'].number}/", f"/hand-in-file/{scene['lot'].number}/"):
        for value in BAD.values():
            good_file = SimpleUploadedFile("a.csv", line_of(scene, "Pass,0.3,EU/mL,").encode())
            answer = client.post(address, {"mapping": value, "sample": value, "measured": value, "tested_on": value, "raw_file": good_file})
            assert answer.status_code == 422
            assert "Problem" in answer.content.decode()
    for data in (b"", b"\x00", b"\xff" * 300, b"PK\x03\x04"):
        bad_file = SimpleUploadedFile("a.csv", data)
        answer = client.post(f"/hand-in-file/{scene['run'].number}/", {"mapping": scene["mapping"].number, "measured": "1", "raw_file": bad_file})
        assert answer.status_code == 422
    signed = {"user_id": "a.analyst", "password": "wrong", "seen": str(found.revision), "once": "x"}
    assert client.post(f"/import-results/{found.number}/", signed).status_code == 422
    assert client.post(f"/discard-file/{found.number}/", {**signed, "reason": "n/a"}).status_code == 422
    assert FileImport.objects.get().status == "handed_in"
