"""Both certificates, drawn from hand-made data: everything the content lists ask for is on the paper, and stays there."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdf
import pytest

from evgmp.compliance.canonical import sha256
from evgmp.compliance.issuing import Mark, check_code
from tests.documents.samples import batch_certificate_data, coa_data, drawn

COPY = Mark(3, "A. Reviewer (a.reviewer)", "2026-11-23T14:05:00+01:00", "Lot EV-2026-006: Quarantine")
PAPERS = {"certificate_of_analysis": coa_data, "batch_certificate": batch_certificate_data}

# Item of the content list of a certificate of analysis -> what proves it on the paper.
COA_ITEMS = {
    1: ["Certificate of analysis", "COA-2026-006", "version 1, supersedes none", "Page 1 of 2", "Page 2 of 2"],
    2: [
        "Sample Manufacturing Site", "1 Sample Street, 00000 Sample Town", "+00 00 000000, quality@site.example",
        "Authorisation SAMPLE-MIA-0001", "Contract laboratories", "None. Every test was done at this site.",
    ],
    3: [
        "iMSC-EV concentrate", "IMEV-01, EV lot", "Strength 2.0 × 10¹¹ particles/mL", "Fill 1.0 mL",
        "2 mL cyclo-olefin vial, stopper and cap",
    ],
    4: [
        "EV-2026-006", "Lot size 104 vials", "TFF-2026-016", "CM-2026-017, CM-2026-018", "IMSC-03-P5", "IPSC-MCB-001", "DONOR-0007",
    ],
    5: ["Made 2026-10-01 18:22 UTC+2 (end of filling)", "2028-04-01", "−80 °C ± 10 °C"],
    6: ["SPEC-EV-DS version 4, release", "EU, investigational product"],
    7: ["SMP-2026-412", "drawn 2026-10-01, received 2026-10-01", "2026-10-02 to 2026-11-09"],
    8: [
        "Identity", "Content", "Potency", "Safety", "Absence of reprogramming factors", "CD9-positive vesicles", "Nano-flow, TM-024 v5",
        "Ph. Eur. 2.6.1, TM-050 v2", "Not less than 40 %", "66 %", "1.98 × 10¹¹ particles/mL", "Not detected (LOD 10 copies/mL)",
        "< 0.050 EU/mL", "Below LOQ 0.050 EU/mL", "Pass", "Reported",
    ],
    9: ["Reference standard REF-EV-003, assigned 100 %", "95 % confidence interval 81 to 96 %"],
    10: ["Tests not done None. No result is pending."],
    11: ["Tests taken from parent material", "Karyotype", "Parent certificate: COA-2026-001 version 2"],
    12: ["OOS-2026-003", "All results: 61 %, 88 %", "Laboratory cause found; the first run is invalid."],
    13: [
        "Rounded once, half up, to the decimals of the limit (USP General Notices 7.20).", "1 of 31 values", "7.29 µg/mL 7.92 µg/mL",
        "Digits swapped when typed. A. Analyst, 2026-10-09 10:15 UTC+2",
    ],
    14: ["The lot complies with SPEC-EV-DS version 4."],
    15: [
        "I reviewed this: 8 results", "B. Analyst, QC analyst, b.analyst", "Signed 2026-11-12 11:30 UTC+1",
        "I approve this: this certificate", "A. Labhead, Head of Quality Control, a.labhead", "Signed 2026-11-13 16:47 UTC+1",
    ],
    16: [
        "evgmp 0.1.0", "Printed 2026-11-13 16:47 UTC+1 by A. Labhead (a.labhead)", "Check code", "sha-256 of the data",
        "It is not a release for sale or for clinical use.",
    ],
}  # fmt: skip

BATCH_CERTIFICATE_ITEMS = {
    1: ["iMSC-EV concentrate (IMEV-01), 2.0 × 10¹¹ particles/mL, Concentrate, frozen, vial of 1.0 mL"],
    2: ["EV-2026-006, 104 vials"],
    3: ["Destination Clinical trial sites in the European Union"],
    4: ["Certification statement", "Placeholder statement", "word for word", "No statement is loaded."],
    5: ["Qualified Person Q. Person (q.person)"],
    6: ["I certify this: EV-2026-006", "Q. Person, Qualified Person, q.person"],
    7: ["Date of signature 2026-11-16 15:20 UTC+1"],
}


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    """Both certificates and a copy of one, each drawn once for this file."""
    found = {kind: drawn(kind, data()) for kind, data in PAPERS.items()}
    return {**found, "copy": drawn("certificate_of_analysis", coa_data(), COPY)}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without blanks, because a line may end anywhere."""
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def says(text: str, words: str) -> bool:
    return "".join(words.split()) in text


@pytest.mark.req("PRT-04", "PRT-05", "LAB-10", "SIG-01")
@pytest.mark.parametrize("item", COA_ITEMS)
def test_certificate_of_analysis_carries_every_item(papers: dict[str, bytes], item: int) -> None:
    text = text_of(papers["certificate_of_analysis"])
    for words in COA_ITEMS[item]:
        assert says(text, words), f"item {item}: “{words}” is not on the paper"


@pytest.mark.req("REL-07", "SIG-01")
@pytest.mark.parametrize("item", BATCH_CERTIFICATE_ITEMS)
def test_batch_certificate_carries_every_item(papers: dict[str, bytes], item: int) -> None:
    text = text_of(papers["batch_certificate"])
    for words in BATCH_CERTIFICATE_ITEMS[item]:
        assert says(text, words), f"item {item}: “{words}” is not on the paper"


@pytest.mark.req("PRT-04")
@pytest.mark.parametrize("kind", PAPERS)
def test_every_page_says_which_paper_it_is(papers: dict[str, bytes], kind: str) -> None:
    data = PAPERS[kind]()
    paper, digest = json.loads(data), sha256(data)
    pages = pages_of(papers[kind])
    grouped = " ".join(digest[i : i + 8] for i in range(0, 64, 8))
    for number, page in enumerate(pages, 1):
        for words in (
            paper["title"], paper["number"], paper["record"], grouped, f"Check code {check_code(paper['number'], 1, digest)}",
            "Printed 2026-11-13 16:47 UTC+1 by A. Labhead (a.labhead)", f"Page {number} of {len(pages)}",
            "Demo plant: nothing here is a medicine.",
        ):  # fmt: skip
            assert says(page, words), f"page {number} of {kind} lacks “{words}”"


@pytest.mark.req("PRT-04", negative=True)
def test_a_real_plant_prints_no_demo_words() -> None:
    data = json.loads(coa_data())
    data["plant"]["is_demo"] = False
    text = text_of(drawn("certificate_of_analysis", json.dumps(data)))
    assert not says(text, "Demo plant") and not says(text, "Training") and not says(text, "copy 0")


@pytest.mark.req("PRT-03")
def test_a_copy_says_on_every_page_that_it_is_one(papers: dict[str, bytes]) -> None:
    for page in pages_of(papers["copy"]):
        assert says(page, "Copy 3 taken by A. Reviewer (a.reviewer) at 2026-11-23 14:05 UTC+1 Lot EV-2026-006: Quarantine")
        assert says(page, "Copy 3, taken by A. Reviewer (a.reviewer), 2026-11-23 14:05 UTC+1.")
        assert says(page, "Training copy")
    assert not says(text_of(papers["certificate_of_analysis"]), "taken by")


@pytest.mark.req("PRT-03")
@pytest.mark.parametrize("kind", ["certificate_of_analysis", "batch_certificate"])
def test_an_original_of_a_plant_for_training_says_so_with_person_time_and_copy_number(papers: dict[str, bytes], kind: str) -> None:
    issued = json.loads(PAPERS[kind]())
    for page in pages_of(papers[kind]):
        assert says(page, f"Training printed by {issued['issued_by']['name']} ({issued['issued_by']['user_id']}) at 20")
        assert says(page, "Original, copy 0")


@pytest.mark.req("PRT-01")
def test_an_unchanged_lot_says_so() -> None:
    text = text_of(drawn("certificate_of_analysis", coa_data(corrections=())))
    assert says(text, "No value was changed after first entry (31 values compared).")


@pytest.mark.req("PRT-02")
def test_a_new_version_says_what_it_supersedes() -> None:
    data = json.dumps({**json.loads(coa_data()), "version": 2, "supersedes": "version 1 of 2026-11-13"})
    text = text_of(drawn("certificate_of_analysis", data))
    assert says(text, "version 2, supersedes version 1 of 2026-11-13")
    assert says(text, "COA-2026-006 v2")


@pytest.mark.req("PRT-02")
@pytest.mark.parametrize("kind", PAPERS)
def test_the_same_data_give_the_same_bytes(papers: dict[str, bytes], kind: str) -> None:
    assert drawn(kind, PAPERS[kind]()) == papers[kind]


@pytest.mark.req("PRT-02")
def test_another_process_draws_the_same_bytes(papers: dict[str, bytes]) -> None:
    """Other process, other hash seed: nothing of the machine's moment gets in."""
    program = (
        "import django; django.setup(); import hashlib; from tests.documents.samples import *; "
        "print(hashlib.sha256(drawn('certificate_of_analysis', coa_data())).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    for seed in ("1", "20261123"):
        env = {
            "DJANGO_SETTINGS_MODULE": "evgmp.settings.test", "PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PATH": "/usr/bin:/bin",
        }  # fmt: skip
        printed = subprocess.run([sys.executable, "-c", program], env=env, cwd=root, capture_output=True, text=True, check=True)
        assert printed.stdout.split()[-1] == sha256(papers["certificate_of_analysis"])


@pytest.mark.req("PRT-02", negative=True)
def test_other_data_or_another_copy_give_other_bytes(papers: dict[str, bytes]) -> None:
    assert drawn("certificate_of_analysis", coa_data(quantity="105 vials")) != papers["certificate_of_analysis"]
    assert papers["copy"] != papers["certificate_of_analysis"]


@pytest.mark.req("REC-08", "PRT-02")
@pytest.mark.parametrize("kind", [*PAPERS, "copy"])
def test_the_file_is_an_archive_file(papers: dict[str, bytes], kind: str) -> None:
    """PDF/A-3a as far as it can be told without a validator: declared, identified, coloured, tagged, fonts within."""
    with pikepdf.open(io.BytesIO(papers[kind])) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["dc:title"]
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert len(pdf.trailer.ID) == 2
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        for font in fonts:
            assert str(font.FontName).split("+")[-1].startswith(("Source-Sans-3", "Source-Code-Pro"))
            assert "/FontFile2" in font or "/FontFile3" in font
        assert not pdf.check_pdf_syntax()


@pytest.mark.req("REC-08", "LAB-05")
def test_the_data_are_attached_word_for_word(papers: dict[str, bytes]) -> None:
    data = coa_data()
    with pikepdf.open(io.BytesIO(papers["certificate_of_analysis"])) as pdf:
        (name,) = pdf.attachments
        attached = pdf.attachments[name]
        assert name == "COA-2026-006-v1.json"
        assert attached.get_file().read_bytes().decode() == data
        assert attached.obj.AFRelationship == "/Data"
        assert pdf.Root.AF[0].objgen == attached.obj.objgen
        assert attached.get_file().creation_date == attached.get_file().mod_date
    line = json.loads(data)["content"]["groups"][1]["lines"][0]
    assert (line["result"], line["amount"]) == ("1.98 × 10¹¹ particles/mL", "198000000000")


@pytest.mark.req("PRT-05", negative=True)
def test_text_from_a_record_can_not_become_markup() -> None:
    hostile = 'EV <img src="https://example.org/x.png"><b>bold</b> {{ paper }} & "quotes"'
    assert says(text_of(drawn("certificate_of_analysis", coa_data(container=hostile))), hostile)
