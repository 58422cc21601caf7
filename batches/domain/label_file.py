"""A label template as data: what a label shows, on which paper. Knows no Django.

Texts of the record are named as elements and filled in when the label is printed; nobody types them. The only text of the
template's own are its statements (“For clinical trial use only”), which QA approves with it (LBL-01).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from batches.domain.data_file import DataFileError, Table, document
from batches.domain.master_differences import Difference
from batches.domain.master_words import in_words

# Element -> what it is called on a label. All come from the record of the lot, the sample or the plant.
ELEMENTS = {
    "product": "", "stage": "", "lot": "Lot", "serial": "No.", "of": "", "strength": "", "volume": "Content", "quantity": "Quantity",
    "purpose": "For", "drawn": "Drawn", "expiry": "Expiry", "storage": "Storage", "status": "", "manufacturer": "", "licence": "Licence",
    "supplier": "Supplier", "supplier_lot": "Supplier's lot",
}  # fmt: skip
# What a label of each kind must show; a vial carries no status, because its status changes and the vial stays.
KINDS = {
    "vial": "Vial of a finished lot", "bank": "Vial of a cell bank", "bag": "Bag or bottle of an intermediate", "sample": "Sample",
    "status": "Status of a lot", "material": "Status of a received material",
}  # fmt: skip
MANDATORY: Mapping[str, tuple[str, ...]] = {
    "vial": ("product", "strength", "volume", "lot", "serial", "expiry", "storage", "manufacturer"),
    "bank": ("product", "volume", "lot", "serial", "storage", "manufacturer", "stage"),
    "bag": ("product", "stage", "lot", "serial", "of", "quantity", "storage", "status", "manufacturer"),
    "sample": ("product", "stage", "lot", "serial", "quantity", "drawn", "storage", "purpose", "status"),
    "status": ("product", "stage", "lot", "status", "storage"),
    "material": ("product", "stage", "lot", "status", "storage", "supplier", "supplier_lot"),
}
# Stages of product lots that a label of the kind belongs to; a received material has no stage.
STAGES: Mapping[str, tuple[str, ...]] = {
    "vial": ("ev_lot", "drug_product"), "bank": ("cell_bank",), "bag": ("passage", "conditioned_media", "isolation_run", "ev_lot"),
    "sample": ("cell_bank", "passage", "conditioned_media", "isolation_run", "ev_lot", "drug_product"),
    "status": ("cell_bank", "passage", "conditioned_media", "isolation_run", "ev_lot", "drug_product"),
    "material": (),
}  # fmt: skip
PAPERS = {"sheet": "A4 sheet of labels", "roll": "Label printer, one label a page"}
A4_MM = (210, 297)
SMALLEST_MM = (30, 15)
HIGHEST_LIMIT = 10


@dataclass(frozen=True)
class LabelFile:
    """One template. Sizes in mm; `columns` and `rows` of a sheet, `margin` its upper and left margin. `limit`: how many labels of
    an issue may be unaccounted for without an investigation (21 CFR 211.125(c)); none unless QA approves a number."""

    code: str
    title: str
    kind: str
    paper: str
    width: int
    height: int
    columns: int
    rows: int
    margin: int
    gtin: str
    elements: tuple[str, ...]
    statements: tuple[str, ...]
    limit: int = 0


def label_file(text: str) -> LabelFile:
    """Read a template. Raises DataFileError naming the place."""
    root = Table(document(text), "The file")
    table = root.table("label")
    if table is None:
        raise DataFileError("The file lacks the table [label]. Add it.")
    root.finish()
    found = LabelFile(
        code=table.text("code"),
        title=table.text("title"),
        kind=table.text("kind"),
        paper=table.text("paper"),
        width=table.whole("width") or 0,
        height=table.whole("height") or 0,
        columns=table.whole("columns") or 1,
        rows=table.whole("rows") or 1,
        margin=table.whole("margin") or 0,
        gtin=table.text("gtin"),
        elements=table.texts("elements"),
        statements=table.texts("statements"),
        limit=table.whole("limit") or 0,
    )
    table.finish()
    if not found.code or len(found.code) > 40 or len(found.title) > 120:
        raise DataFileError("[label] needs a code of 1 to 40 letters and a title of at most 120.")
    return found


def defects(label: LabelFile) -> list[str]:
    """Why this template can't be approved, as sentences; empty when it can (LBL-05)."""
    if label.kind not in KINDS:
        return [f"“{label.kind}” is no kind of label. Take one of: {', '.join(KINDS)}."]
    found = [
        f"“{e}” is nothing that the record knows. Take elements from: {', '.join(ELEMENTS)}." for e in label.elements if e not in ELEMENTS
    ]
    found += [f"A label of the kind {label.kind} must show: {e}." for e in MANDATORY[label.kind] if e not in label.elements]
    if len(set(label.elements)) != len(label.elements):
        found.append("An element stands twice on the label.")
    if label.kind == "vial" and "status" in label.elements:
        found.append("A vial carries no status: it changes while the vial stays as it is. Take the element out.")
    if label.kind == "vial" and not label.statements:
        found.append("A vial needs a statement of its intended use, such as “For clinical trial use only”.")
    if not gtin_is_valid(label.gtin):
        found.append("The GTIN must have 14 digits, of which the last one checks the others.")
    if not 0 <= label.limit <= HIGHEST_LIMIT:
        found.append(f"The limit of a reconciliation is 0 to {HIGHEST_LIMIT} labels.")
    return found + _size_defects(label)


def _size_defects(label: LabelFile) -> list[str]:
    if label.paper not in PAPERS:
        return [f"“{label.paper}” is no paper. Take one of: {', '.join(PAPERS)}."]
    if label.width < SMALLEST_MM[0] or label.height < SMALLEST_MM[1]:
        return [f"A label smaller than {SMALLEST_MM[0]} × {SMALLEST_MM[1]} mm can't be read."]
    across, down = label.margin + label.columns * label.width, label.margin + label.rows * label.height
    if label.columns < 1 or label.rows < 1 or across > A4_MM[0] or down > A4_MM[1]:
        return [f"{label.columns} × {label.rows} labels of {label.width} × {label.height} mm do not fit on an A4 sheet."]
    return []


def gtin_is_valid(gtin: str) -> bool:
    """Fourteen digits with a right check digit (GS1 General Specifications 7.9: weights 3 and 1 from the right)."""
    if len(gtin) != 14 or not (gtin.isascii() and gtin.isdigit()):
        return False
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(gtin[:13]))
    return (10 - total % 10) % 10 == int(gtin[13])


def differences(old: LabelFile, new: LabelFile) -> list[Difference]:
    """Every field of the template that changed, in the order of the file (MST-06)."""
    pairs = ((field.name, getattr(old, field.name), getattr(new, field.name)) for field in fields(old))
    return [Difference("Label", name, in_words(was), in_words(now)) for name, was, now in pairs if was != now]
