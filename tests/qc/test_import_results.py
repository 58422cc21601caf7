"""An instrument's file becomes results: through the door, with the place of each value, or not at all."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evgmp.compliance import verifying
from evgmp.compliance.files import bytes_of
from evgmp.compliance.models import Attachment
from evgmp.compliance.validity import signatures_of
from evgmp.rules.calculation import BOOK
from qc.domain.commands import DISCARD_FILE, HAND_IN_FILE, IMPORT_RESULTS
from qc.models import FileImport, ImportedValue, Result
from qc.selectors.imports import preview_of
from qc.selectors.sheets import sheet
from qc.services.imports import discard_file, import_results
from tests.builders import act
from tests.qc.builders_imports import approved, endotoxin, handed_in, imported, line_of, of_scene
from tests.qc.builders_lab import one_event, received, refused, result, reviewed, row_of, run_of
from tests.qc.domain.instrument_texts import TEXTS

ENDOTOXIN = "DS-SF-ENDO"


@pytest.mark.req("REC-05", "REC-06", "REC-10", "LAB-04")
def test_a_file_is_handed_in_shown_and_imported_with_the_place_of_its_value(scene: dict[str, Any]) -> None:
    data = line_of(scene).replace(",", ";").replace(".", ",").encode("utf-16")
    with one_event(HAND_IN_FILE):
        found = of_scene(scene, data)
    assert bytes_of(found.file.content) == data
    preview = preview_of(found)
    assert preview.blockers == []
    assert preview.reading is not None
    assert (preview.reading.encoding, preview.reading.delimiter, preview.reading.mark.name) == ("UTF-16, low byte first", "semicolon", "comma")
    (line,) = preview.lines
    assert [(str(value.place), value.as_printed) for value in line.values] == [(f"Line {n}, column 3 (“Result”)", "0,120") for n in (3, 4)]
    assert line.becomes == "0.120 EU/mL; 0.120 EU/mL"
    assert not Result.objects.exists()
    with one_event(IMPORT_RESULTS):
        imported(found)
    kept = Result.objects.get()
    assert (kept.text, kept.amount, kept.unit, kept.verdict, kept.run) == ("0.120", Decimal("0.120"), "EU/mL", "conforms", scene["run"])
    assert (kept.analyst_id, kept.status) == ("a.analyst", "entered")
    assert [one["text"] for one in kept.replicates] == ["0.120", "0.120"]
    place, second = ImportedValue.objects.order_by("pk")
    assert (second.result, second.line) == (kept, 4)
    assert (place.result, place.line, place.column, place.as_printed, place.decimal_mark) == (kept, 3, 3, "0,120", "comma")
    (signature,) = signatures_of(found)
    assert {"qc.result", "qc.importedvalue", "compliance.attachment", "qc.fileimport"} <= {cover["type"] for cover in signature.covered}
    assert Attachment.objects.get(record_type="qc.assayrun").content_id == found.sha256
    reviewed(kept.number)
    assert [s.withdrawn for s in signatures_of(found)] == [False]


@pytest.mark.req("LAB-10")
def test_a_failed_measurement_is_invalid_although_every_control_passed(scene: dict[str, Any]) -> None:
    imported(of_scene(scene, line_of(scene, "Fail,0.080,EU/mL,")))
    kept = Result.objects.get()
    assert (kept.kind, kept.amount, kept.verdict) == ("invalid", None, "no_verdict")
    assert kept.reason == "Line 3, column 2 (“Spike recovery”): “Fail”. The recovery of the spike is outside its window"


@pytest.mark.req("LAB-10", negative=True)
def test_only_the_file_can_call_a_valid_run_invalid(scene: dict[str, Any]) -> None:
    with refused("run_is_valid"):
        result(scene["lot"], ENDOTOXIN, scene["sample"], scene["run"], kind="invalid")


@pytest.mark.req("REC-10", negative=True)
def test_one_flipped_byte_is_seen_before_anything_is_recorded(scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    found = of_scene(scene, line_of(scene))
    monkeypatch.setattr("evgmp.compliance.files.bytes_of", lambda content: bytes(content.data).replace(b"0.120", b"0.020"))
    with refused("file_altered", "SHA-256"):
        imported(found)


@pytest.mark.req("REC-10", negative=True)
def test_one_flipped_byte_in_a_file_beside_it_imports_neither(scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    version, run = approved("nta_zetaview_positions"), run_of(row_of(scene["lot"], "DS-CT-PART"))
    one, two, three = (
        handed_in(run, version, TEXTS["nta_zetaview_positions"].replace("15.9", mean), sample=scene["sample"].number) for mean in ("15.9", "15.8", "16.0")
    )

    def read(content: Any) -> bytes:
        data = bytes(content.data)
        return data.replace(b"16.0", b"26.0") if content.sha256 == three.sha256 else data

    monkeypatch.setattr("evgmp.compliance.files.bytes_of", read)
    with refused("file_altered", f"The stored file of {three} no longer has the SHA-256 it was handed in with."):
        imported(one)
    assert [FileImport.objects.get(pk=file.pk).status for file in (one, two, three)] == ["handed_in"] * 3


@pytest.mark.req("REC-10", "LAB-01", negative=True)
def test_what_the_rules_say_against_a_value_is_told_with_its_place(scene: dict[str, Any]) -> None:
    """A sample drawn after the run was performed can't have been measured in it."""
    late = received(scene["lot"])
    found = of_scene(scene, endotoxin("Negative control,,<0.005,EU/mL,", *[f"{late.number},Pass,0.120,EU/mL,"] * 2))
    with refused("run_before_sample", f"Line 3, column 3 (“Result”): {scene['run']} was performed before {late} was drawn."):
        imported(found)
    assert FileImport.objects.get().status == "handed_in"


@pytest.mark.req("REC-10", negative=True)
def test_values_that_fit_no_open_test_are_named_and_none_is_recorded(scene: dict[str, Any]) -> None:
    unknown = of_scene(scene, endotoxin("SMP-UNKNOWN,Pass,0.120,EU/mL,", f"{scene['sample'].number},Pass,0.121,EU/mL,"), measured=2)
    with refused("value_not_usable", "Line 2, column 3 (“Result”): “SMP-UNKNOWN” is no sample of this site"):
        imported(unknown)
    result(scene["lot"], ENDOTOXIN, scene["sample"], scene["run"], value="0.1")
    late = of_scene(scene, line_of(scene))
    with refused("value_not_usable", "has no open test among DS-SF-ENDO"):
        imported(late)


@pytest.mark.req("LAB-05", negative=True)
def test_a_value_that_is_computed_comes_from_no_file(scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    file = handed_in(scene["run"], scene["mapping"], line_of(scene))
    monkeypatch.setattr("qc.selectors.imports.calculation_of", lambda row: BOOK.latest("clearance.per_dose"))
    with refused("value_not_usable", "DS-SF-ENDO is computed from concentration, dose volume. Record those by hand; nobody gives the value itself."):
        imported(file)


@pytest.mark.req("LAB-01", negative=True)
def test_two_samples_of_one_lot_do_not_choose_among_themselves(scene: dict[str, Any]) -> None:
    second = received(scene["lot"])
    run = run_of(row_of(scene["lot"], ENDOTOXIN))
    found = handed_in(run, scene["mapping"], endotoxin(f"{scene['sample'].number},Pass,0.1,EU/mL,", f"{second.number},Pass,0.9,EU/mL,"), measured=2)
    with refused("value_not_usable", "A second value for DS-SF-ENDO"):
        imported(found)


@pytest.mark.req("LAB-04", negative=True)
def test_a_file_is_imported_once_by_its_analyst_or_discarded_with_a_reason(scene: dict[str, Any]) -> None:
    found = of_scene(scene, line_of(scene))
    with refused("other_analyst"):
        imported(found, by="b.analyst")
    imported(found)
    with refused("wrong_status"):
        import_results(act(IMPORT_RESULTS, "a.analyst"), found.number)
    with refused("wrong_status"):
        discard_file(act(DISCARD_FILE, "a.analyst"), found.number)


@pytest.mark.req("LAB-04")
def test_a_test_without_controls_has_no_run_and_its_file_belongs_to_the_lot(scene: dict[str, Any], as_person: Any) -> None:
    version = approved("plate_protein")
    lines = "".join(f"{scene['sample'].number}\t{found}\t2\n" for found in ("21,7", "21,8", "21,9"))
    text = f"Sample\tMean Result\tDilution\nSTD01\t2000\t1\n{lines}"
    with refused("mapping_not_in_force"):
        handed_in(scene["run"], version, text)
    with refused("mapping_not_in_force"):
        handed_in(scene["lot"], scene["mapping"], line_of(scene))
    found = handed_in(scene["lot"], version, text)
    imported(found)
    kept = Result.objects.get()
    # The result leads to the file it came from, on its own page, on the reviewer's and on the sheet of the lot.
    for user_id, address in (("a.analyst", kept.get_absolute_url()), ("a.labhead", f"/review-result/{kept.number}/")):
        page = as_person(user_id).get(address).content.decode()
        assert found.file.name in page and "No file was attached" not in page, address
    assert next(line.files for line in sheet(scene["lot"]).rows if line.result == kept) == 1
    # The page of the file shows one result with its three determinations, and offers nothing that is done.
    page = as_person("a.analyst").get(found.get_absolute_url()).content.decode()
    assert "1 result<" in page and page.count(f'href="{kept.get_absolute_url()}"') == 1 and "3 determinations" in page
    assert f"/import-results/{found.number}/" not in page and f"/discard-file/{found.number}/" not in page
    assert (kept.row.code, kept.text, kept.run, kept.verdict) == ("DS-PU-PROT", "43.6", None, "conforms")
    assert [one["text"] for one in kept.replicates] == ["43.4", "43.6", "43.8"]
    assert [one.factor for one in ImportedValue.objects.order_by("pk")] == [f"2 (Line {n}, column 3 (“Dilution”))" for n in (3, 4, 5)]


def test_pages_of_a_file_show_encoding_mark_place_and_what_is_invalid(scene: dict[str, Any], as_person: Any) -> None:
    found = of_scene(scene, line_of(scene, "Fail,0.080,EU/mL,"))
    client = as_person("a.analyst")
    for address in (f"/qc/file-import/{found.number}/", f"/import-results/{found.number}/"):
        page = client.get(address.replace("/qc", "")).content.decode()
        for words in ("ASCII", "comma", "Line 3, column 3 (“Result”)", "0.080", "Invalid", "outside its window", "1 value"):
            assert words in page, words
    run_page = client.get(scene["run"].get_absolute_url()).content.decode()
    assert found.number in run_page
    imported(found)
    kept = Result.objects.get()
    assert "Imported from a file" in client.get(kept.get_absolute_url()).content.decode()
    assert "Line 3, column 3" in client.get(found.get_absolute_url()).content.decode()


def test_the_chain_verifies_after_an_import(scene: dict[str, Any]) -> None:
    imported(of_scene(scene, line_of(scene)))
    assert [f for f in verifying.findings() if "qc_" in str(f)] == []


def test_the_number_of_queries_grows_by_few_a_value(scene: dict[str, Any]) -> None:
    found = of_scene(scene, line_of(scene))
    with CaptureQueriesContext(connection) as one:
        imported(found)
    assert len(one) < 90


@pytest.mark.req("LAB-18", negative=True)
@pytest.mark.parametrize("count", [1, 3])
def test_a_file_with_too_few_or_too_many_determinations_gives_no_result(scene: dict[str, Any], count: int) -> None:
    found = of_scene(scene, endotoxin(*[f"{scene['sample'].number},Pass,0.120,EU/mL,"] * count))
    with refused("value_not_usable", f"DS-SF-ENDO asks for 2 determinations of a sample; here {'is' if count == 1 else 'are'} {count} of"):
        imported(found)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(("written", "words"), [("-0.120", "nothing in EU/mL does"), ("0.000", "0 is no measured value")])
def test_a_file_with_what_no_value_can_be_gives_no_result(scene: dict[str, Any], written: str, words: str) -> None:
    found = of_scene(scene, endotoxin(*[f"{scene['sample'].number},Pass,{written},EU/mL,"] * 2))
    with refused("value_not_usable", words):
        imported(found)


@pytest.mark.req("LAB-18", negative=True)
def test_determinations_of_a_file_that_lie_too_far_apart_are_invalid(scene: dict[str, Any]) -> None:
    sample = scene["sample"].number
    imported(of_scene(scene, endotoxin(f"{sample},Pass,0.120,EU/mL,", f"{sample},Pass,0.300,EU/mL,")))
    kept = Result.objects.get()
    assert (kept.kind, kept.amount, kept.verdict, len(kept.replicates)) == ("invalid", None, "no_verdict", 2)
    assert kept.why == "The replicates lie 85.7 % apart, more than 20 %: the determination is invalid. Repeat it."


@pytest.mark.req("LAB-10", negative=True)
def test_one_failed_determination_makes_the_result_invalid(scene: dict[str, Any]) -> None:
    sample = scene["sample"].number
    imported(of_scene(scene, endotoxin(f"{sample},Pass,0.120,EU/mL,", f"{sample},Fail,0.121,EU/mL,")))
    kept = Result.objects.get()
    assert (kept.kind, kept.verdict) == ("invalid", "no_verdict")
    assert kept.reason.startswith("Line 3, column 2")
