"""The executed batch record on paper: everything its content list names, archive structure, and text that stays text."""

import io
import json
import re
import subprocess
from itertools import combinations
from pathlib import Path

import pikepdf
import pypdf
import pytest

from batches.documents import record_parts as parts
from evgmp.compliance.canonical import sha256
from evgmp.compliance.issuing import Mark, check_code
from evgmp.compliance.typesetting import printable_text
from tests.documents.record_samples import RECORD, SETUP, hostile_data, record_data, replace
from tests.documents.samples import drawn
from tests.documents.test_certificates import pages_of, says, text_of

KIND = "executed_record"

# Item of the content list of a batch record (21 CFR 211.188, EU GMP Ch. 4.20) -> what proves it on the paper.
ITEMS = {
    "product and lot": ["Product iMSC-EV bulk", "Lot TFF-2026-018"],
    "dates of start, stages, completion": ["First entry 2026-10-22 17:52:48 UTC+2", "Completed 2026-10-22 17:52:48 UTC+2", "from 2026-10-22 17:52:48"],
    "reproduction of the master": ["Master record MBR-TFF-V3, Isolation by TFF", "Flush the membrane with 2 L of buffer.", "0.100 to 0.200 m2"],
    "master effective, batch size": ["Master effective from 2026-10-22", "8 L conditioned medium"],
    "equipment of the run": ["100 kDa, 0.115 m²", "pass / pass"],
    "components with identity and quantity": ["CM-2026-021", "CM-2026-021-B01", "3900.0 mL", "BR-CM-2026-021"],
    "in-process values with limits": ["Membrane area 0.115 m2", "In limit", "0.20 to 0.40 bar", "ABOVE LIMIT", "EXC-2026-011"],
    "who did each step, who checked": ["I performed this A. Operator, Operator", "I watched this and checked the values B. Operator"],
    "yields": ["Quantity made 156.0 mL", "Mass balance of particles 74.6 %", "81.1 %"],
    "donor and passage": ["DONOR-0007", "Donor eligibility Eligible", "Passage number 3"],
    "corrections": ["0.87 bar 0.78 bar c1", "Step 2, row 1, Feed pressure", "Digits swapped when read.", "I performed this: C. Operator"],
    "computed statement": ["1 value was changed after first entry (4 values compared)."],
    "withdrawn signatures": ["Withdrawn: A. Operator: Entry corrected"],
    "exceptions with decision": ["EXC-2026-011", "No impact. The filter was not harmed.", "EXC-2026-012", "Not decided"],
    "sampling": ["SMP-2026-412", "in process"],
    "decisions": ["On hold", "Waits for the integrity report"],
    "review": ["I reviewed this: Batch record reviewed by production", "A. Supervisor"],
    "late entries": ["L1 Step 2, row 2 Feed pressure 0.55 bar", "recorded 2026-10-22 17:52:48 UTC+2", "The terminal was in use", "0.55 barL1", "LATE ENTRY"],
    "long gaps in a log": ["2 · B. Operator 2026-10-22 17:52:48 UTC+2 36 h 5 min after the row before"],
    "late entries signed twice": ["I performed this: B. Operator", "I watched this and checked the values: A. Operator"],
    "steps left out": ["Step 3, Wash the membrane Single-use membrane, discarded I performed this: A. Operator", "Not applicable in this batch. Reason:"],
    "hold points": ["The batch goes on Counts as expected I approve this: A. Analyst", "QA looks at the film NOT DECIDED N/A Not signed"],
    "interruptions": ["Batch handed over from A. Operator to B. Operator, at step 2 End of the shift, pump runs"],
    "alarms": [
        "EXC-2026-011, since 2026-10-22 17:52:48 UTC+2 Pump slowed, supervisor told I performed this: A. Operator",
        "Alert limit, no exception", "NOT ACKNOWLEDGED",
    ],
    "environment": ["EM-2026-0003 Settle plates ROOM-C2, P3", "51 CFU/4 h OUTSIDE LIMIT at most 50 CFU/4 h", "Reviewed: A. Labhead", "NOT MONITORED"],
    "excursions": ["EQ-LN2-01", "−138.5 °C", "−61 °C ABOVE LIMIT", "TM-115: door left open"],
    "limited times": ["Hold of the medium at most 24 h", "25 h 10 min PASSED", "at least 10 min, at most 8 h", "Not stopped"],
    "materials": ["Culture medium MAT-0077 · origin: None ML-2026-0001-C01 Sample Media, lot M-2291 100 mL 2098-05-31"],
    "rooms and line clearance": ["Culture room", "Line clearance. Previous lot: TFF-2026-017. Cleared by A. Operator, checked by B. Operator"],
    "equipment with its validities": ["TFF skid 1", "EQ-TFF-01 2026-10-22 17:52 2026-10-22 17:52 2026-10-22 17:52 1, 2"],
    "labels issued and accounted for": ["LBL-2026-0001", "4, No. 1 to 4 2 1 0 0 0", "1 UNACCOUNTED FOR", "NOT RECONCILED"],
    "labels printed again": ["Print 2 of LBL-2026-0001: The first was torn"],
    "specimen of each label": ["Specimen of LBL-2026-0001, LBL-BAG-V2", "QUARANTINE", "(10)TFF-2026-018(21)0001K", "For further manufacture."],
    "deviations": ["MINOR DEVIATION"],
    "signature table": ["Printed name", "Initials", "User ID", "AO a.operator Operator performed 2"],
    "unused places": ["Remark N/A"],
    "what is kept elsewhere": ["Environmental monitoring of the rooms: N/A here"],
}  # fmt: skip

ATTACKS = [
    '#panic("x")', "#set page(width: 10pt)", "#import \"/etc/passwd\": *", "#read(\"/etc/passwd\")", "#eval(\"1+1\")", "$ sum_(i=0)^n x $",
    "*bold* _slanted_ `raw` ~ -- --- ...", "= Heading", "- item", "+ item", "/ term: text", "@label <label>", "<script>alert(1)</script>",
    "\"quoted\" 'single'", "back\\slash \\u{41} \\", "[content] {code} #[x]", "// comment /* more */", "https://example.org/x", "{{ paper }} {% x %}",
    '","content":{"product":"x"}', "a\u202egnirts\u202c", "😀 \u200b\u0007", "#" * 60, "W" * 80, "one\ntwo\n\nthree",
]  # fmt: skip


@pytest.fixture(scope="module")
def paper() -> bytes:
    return drawn(KIND, record_data())


@pytest.mark.req("PRT-01")
@pytest.mark.parametrize("item", ITEMS)
def test_the_record_carries_every_item(paper: bytes, item: str) -> None:
    text = text_of(paper)
    for words in ITEMS[item]:
        assert says(text, words), f"{item}: “{words}” is not on the paper"


def test_exceptions_come_before_the_steps(paper: bytes) -> None:
    text = text_of(paper)
    assert text.index("Exceptions") < text.index("EXC-2026-011") < text.index("Steps") < text.index("Corrections")


@pytest.mark.req("PRT-01", negative=True)
def test_an_unchanged_record_says_so() -> None:
    unchanged = replace(RECORD, corrections=(), values_changed=0, changes="No value was changed after first entry (4 values compared).")
    text = text_of(drawn(KIND, record_data(unchanged)))
    assert says(text, "None. No value was changed after first entry (4 values compared).")


def test_every_page_says_which_record_and_which_page_it_is() -> None:
    many = replace(RECORD, steps=tuple(replace(step, number=n) for n in range(12) for step in RECORD.steps))
    data = record_data(many)
    pages, digest = pages_of(drawn(KIND, data)), sha256(data)
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        for words in (
            "Executed batch record · Reviewed by production", "EBR-TFF-2026-018 v1 · TFF-2026-018 · MBR-TFF-V3",
            " ".join(digest[i : i + 8] for i in range(0, 64, 8)), f"Check code {check_code('EBR-TFF-2026-018', 1, digest)}",
            "by A. Labhead (a.labhead)", f"Page {number} of {len(pages)}", "Demo plant: nothing here is a medicine.",
        ):  # fmt: skip
            assert says(page, words), f"page {number} lacks “{words}”"


def test_a_row_of_a_table_stays_on_one_page() -> None:
    """Labels of six lines, numbered at their begin and end: they come to lie across the end of every page."""
    lines = tuple(parts.ValueLine(f"Alpha{n:02} " + "what is measured here in words " * 6 + f"omega{n:02}", "", parts.Cell("1"), "", "") for n in range(36))
    pages = pages_of(drawn(KIND, record_data(replace(RECORD, steps=(replace(SETUP, lines=lines),), specimens=(), codes=()))))
    for n in range(len(lines)):
        assert [says(page, f"Alpha{n:02}") for page in pages] == [says(page, f"omega{n:02}") for page in pages], f"row {n} lies on two pages"


def test_a_record_without_review_and_a_copy_are_marked_on_every_page() -> None:
    early = replace(RECORD, is_finished=False, status="Completed")
    pages = pages_of(drawn(KIND, record_data(early)))
    issued = json.loads(record_data())["issued_by"]
    for page in pages:
        assert says(page, "NOT REVIEWED") and says(page, f"printed by {issued['name']} ({issued['user_id']})") and says(page, "Original, copy 0")
    assert all(says(page, "TRAINING") and not says(page, "NOT REVIEWED") for page in pages_of(drawn(KIND, record_data())))
    assert says(pages[-1], "Production review Not signed")
    mark = Mark(3, "A. Reviewer (a.reviewer)", "2026-11-23T14:05:00+01:00", "Lot TFF-2026-018: Quarantine")
    for page in pages_of(drawn(KIND, record_data(), mark)):
        assert says(page, "Copy 3, taken by A. Reviewer (a.reviewer), 2026-11-23 14:05:00 UTC+1.")
    assert all(says(page, "NOT REVIEWED") and says(page, "Copy 3") for page in pages_of(drawn(KIND, record_data(early), mark)))


@pytest.mark.req("PRT-02", "PRT-03")
def test_data_frozen_before_a_part_of_the_paper_existed_are_drawn_without_it() -> None:
    """A copy of an old paper is drawn from its own data, which know nothing of what was added since."""
    data = json.loads(record_data())
    content = data["content"]
    for later in (
        "late", "left_out", "hold_points", "interruptions", "clocks", "excursions", "materials", "units", "labels", "specimens", "codes", "alarms",
        "environment",
    ):  # fmt: skip
        del content[later]
    for step in content["steps"]:
        del step["remark"], step["unsigned"]
    for exception in content["exceptions"]:
        del exception["classification"]
    for row in content["steps"][1]["logs"][0]["rows"]:
        del row["after"]
    older = {"value": "0.30", "outcome": "In limit", "is_outside": False, "old": [], "marks": [], "exception": ""}
    content["steps"][1]["logs"][0]["rows"][1]["cells"] = [older, older]
    text = text_of(drawn(KIND, json.dumps(data)))
    assert says(text, "Pressure log") and says(text, "No impact. The filter was not harmed.")


def test_a_real_plant_prints_no_demo_words() -> None:
    data = json.loads(record_data())
    data["plant"]["is_demo"] = False
    text = text_of(drawn(KIND, json.dumps(data)))
    assert not says(text, "Demo plant") and not says(text, "Training") and not says(text, "copy 0")


@pytest.mark.req("REC-08", "PRT-02")
def test_the_file_is_an_archive_file_with_its_data(paper: bytes) -> None:
    """PDF/A-3a and PDF/UA-1 as far as it can be told without a validator, and the data word for word."""
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
            assert metadata["dc:title"]
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert len(pdf.trailer.ID) == 2
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
        assert "/Outlines" in pdf.Root
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        for font in fonts:
            assert str(font.FontName).split("+")[-1].startswith(("SourceSans3", "SourceCodePro"))
            assert "/FontFile2" in font or "/FontFile3" in font
        assert not pdf.check_pdf_syntax()
        (name,) = pdf.attachments
        assert name == "EBR-TFF-2026-018-v1.json"
        assert pdf.attachments[name].get_file().read_bytes().decode() == record_data()
        assert pdf.attachments[name].obj.AFRelationship == "/Data"
    assert paper.endswith(b"%%EOF\n")


@pytest.mark.req("PRT-02")
def test_the_same_data_give_the_same_bytes(paper: bytes) -> None:
    assert drawn(KIND, record_data()) == paper
    assert drawn(KIND, record_data(replace(RECORD, product="iMSC-EV bulk 2"))) != paper


@pytest.mark.req("PRT-05", negative=True)
@pytest.mark.parametrize("text", ATTACKS)
def test_what_people_wrote_is_laid_out_as_text(text: str) -> None:
    """In every place of the paper at once: nothing runs, nothing is lost, the page keeps its size."""
    reader = pypdf.PdfReader(io.BytesIO(drawn(KIND, hostile_data(text))))
    shown = "".join("".join(page.extract_text().split()) for page in reader.pages).replace("\u200b", "")
    assert shown.count("".join(printable_text(text).split()).replace("\u200b", "")) > 30
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]


@pytest.mark.parametrize("text", ["W" * 60, "MMMMMMMMMMMM", "#panic(1) $x$ *b* " * 4])
def test_no_text_runs_into_its_neighbour(text: str, tmp_path: Path) -> None:
    """Where words stand is asked of another program (poppler): none leaves the page, no two lie on each other. Without the mark of
    a plant for training, which lies behind the text on purpose."""
    data = json.loads(hostile_data(text))
    data["plant"]["is_demo"] = False
    file = tmp_path / "record.pdf"
    file.write_bytes(drawn(KIND, json.dumps(data)))
    told = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    for page in told.split("<page ")[1:]:
        boxes = [tuple(map(float, found)) for found in re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', page)]
        assert max(box[2] for box in boxes) < 595 - 12 * 2.83
        on_each_other = [
            (one, other)
            for one, other in combinations(boxes, 2)
            if min(one[2], other[2]) - max(one[0], other[0]) > 3 and min(one[3], other[3]) - max(one[1], other[1]) > 5
        ]
        assert not on_each_other


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("plain text", "plain text"),
        ("10⁻⁶ ≤ µm × 37 °C", "10⁻⁶ ≤ µm × 37 °C"),
        ("bell\u0007", "bell[U+0007]"),
        ("\u202eevil", "[U+202E]evil"),
        ("smile 😀", "smile [U+1F600]"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_has_no_glyph_is_shown_by_its_code(typed: str, printed: str) -> None:
    assert printable_text(typed) == printed


def test_a_long_word_may_break() -> None:
    assert printable_text("W" * 70).replace("\u200b", "") == "W" * 70
    assert "\u200b" in printable_text("W" * 70)
