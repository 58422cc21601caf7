"""The frozen form of a specification and the words it may use. Knows no Django.

Result terms: `known` lists every term an analyst may choose, `accepted` those among them that conform.
A row applies unless `applies_when` names an attribute that is known to hold none of the listed values: an empty or
unknown attribute never makes a row "not applicable".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

STAGES: dict[str, str] = {
    "ipsc_mcb": "iPSC master cell bank",
    "ipsc_wcb": "iPSC working cell bank",
    "imsc_bank": "iMSC producing-cell bank",
    "imsc_eop": "producing iMSC at end of production",
    "cm_lot": "conditioned-medium lot",
    "ev_ds": "EV drug substance",
    "ev_dp": "EV drug product",
}

CATEGORIES: dict[str, str] = {
    "general": "General",
    "identity": "Identity",
    "content": "Content",
    "purity": "Purity",
    "potency": "Potency",
    "safety": "Safety",
    "reprogramming_factor_absence": "Absence of reprogramming factors",
}

# What each stage must be tested for before its specification can be approved.
REQUIRED_CATEGORIES: dict[str, tuple[str, ...]] = {
    "ipsc_mcb": ("general", "identity", "content", "safety", "reprogramming_factor_absence"),
    "ipsc_wcb": ("general", "identity", "content", "safety", "reprogramming_factor_absence"),
    "imsc_bank": ("general", "identity", "purity", "safety", "reprogramming_factor_absence"),
    "imsc_eop": ("general", "identity", "purity", "safety", "reprogramming_factor_absence"),
    "cm_lot": ("general", "content", "safety"),
    "ev_ds": tuple(CATEGORIES),
    "ev_dp": ("general", "identity", "content", "potency", "safety", "reprogramming_factor_absence"),
}

RESULT_TYPES = ("numeric", "presence_absence", "qualitative", "text")
# release decides; reference is reported and reviewed, its limit does not block; in_process belongs to the batch record.
PURPOSES: dict[str, str] = {"release": "Release", "reference": "Reference", "in_process": "In process"}
# An amount of these says nothing until it is told in how much of what: “2.0 EU” can't be compared with “0.5 EU/mL”.
BARE_UNITS = ("EU", "IU", "CFU", "PFU", "TCID50", "GC", "copies", "particles", "cells", "pg", "ng", "ug", "µg", "mg")

# Rows that no analyst records, because they follow from other records, and what follows.
FACTOR_ROLL_UP = "factor_roll_up"
COMPUTED: dict[str, str] = {FACTOR_ROLL_UP: "The factor rows of every bank, producing culture and EV lot that the lot was made from"}

SOURCE_STATUSES = ("verified", "recalled")
LIMIT_ORIGINS = ("published", "guideline", "illustrative")

# Attributes of a line or lot that a row may depend on.
CONDITIONS = ("reprogramming_method", "vector_carries", "bovine_material_used", "antibiotic_used", "dosage_form")


# Parts of the key of a control that are read as they stand, and those that are written out.
ABBREVIATIONS = {"EV", "FMO", "IC", "NTC", "PTC", "QC", "RNA", "RSD", "RT"}
WRITTEN_OUT = {"EXO": "exogenous", "REF": "reference", "STD": "standard"}


def titled(kind: str) -> str:
    """The key of a control as people read it: `PTC_LOW` is PTC low, `STD_CURVE` is Standard curve."""
    words = [part if part in ABBREVIATIONS or not part.isupper() else WRITTEN_OUT.get(part, part.lower()) for part in kind.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Control:
    """A control that the run must carry, and when it passes."""

    kind: str
    criterion: str

    @property
    def title(self) -> str:
        return titled(self.kind)


@dataclass(frozen=True)
class Detection:
    """The assay is sensitive enough when its own LOD (or LOQ) in this matrix is at most this."""

    lod_max: Decimal | None
    loq_max: Decimal | None
    unit: str


@dataclass(frozen=True)
class ValidatedMethod:
    """An absence method without a required LOD: it has been validated, and this is the LOD found then."""

    lod: Decimal | None
    unit: str
    reference: str


@dataclass(frozen=True)
class RowFile:
    """One test with its acceptance criterion. `rounding` is the row's own rule or, failing that, the specification's.

    decimals: digits after the point of the reportable value; of the mantissa when the limit is written as 1.0E+10.
    expected: "absent" or "present" for presence rows. covers: vector items whose absence this row proves.
    computed: from which other records the row follows, one of COMPUTED; empty for a test.
    second_reading: a second person judges what is to be seen too, without knowing what the first one saw.
    replicate_rule says in words what combine, cv_max, difference_max (percent) and repeat say to `qc.domain.replicates`.
    """

    code: str
    category: str
    name: str
    method: str
    method_number: str
    method_version: str
    sample_type: str
    result_type: str
    unit: str
    decimals: int | None
    rounding: str
    lower: Decimal | None
    upper: Decimal | None
    lower_inclusive: bool
    upper_inclusive: bool
    expected: str
    accepted: tuple[str, ...]
    known: tuple[str, ...]
    detection: Detection | None
    validated_method: ValidatedMethod | None
    controls: tuple[Control, ...]
    replicates: int | None
    replicate_rule: str
    combine: str
    cv_max: Decimal | None
    difference_max: Decimal | None
    repeat: str
    mandatory: bool
    purpose: str
    applies_when: Mapping[str, tuple[str | bool, ...]]
    covers: tuple[str, ...]
    compendial: str
    source: str
    source_status: str
    limit_origin: str
    notes: str
    computed: str = ""
    second_reading: bool = False

    @property
    def decides_release(self) -> bool:
        """Whether the row can block release. Only such a row proves that what it covers is absent."""
        return self.mandatory and self.purpose == "release"


@dataclass(frozen=True)
class SpecificationFile:
    """The rows of one stage, with the rounding rule that holds unless a row names its own.

    units_for_tests: of a finished product, how many units one set of all its tests takes, sterility and pyrogens left out; twice as many are
    kept as reserve (21 CFR 211.170(b)(1)). reserve_exempt: why its lots keep none. A finished product has one of the two.
    """

    code: str
    title: str
    stage: str
    rounding: str
    product: str
    note: str
    rows: tuple[RowFile, ...]
    units_for_tests: Decimal | None = None
    reserve_exempt: str = ""
