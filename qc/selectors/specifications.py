"""Reading specifications: shipped files, versions, the stage and the version that a lot is tested against."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet

from batches.domain.data_file import DataFileError, document
from batches.domain.master_differences import Difference
from batches.models import CellLine, Lot
from batches.selectors.genealogy import inherited
from evgmp.compliance.trail import events_about
from evgmp.people.adoptions import not_adopted
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import display_number
from qc.domain.applicability import FACTOR_ABSENCE, Covering, LineContents, not_covered
from qc.domain.commands import APPROVE_SPECIFICATION
from qc.domain.criterion_words import criterion_words
from qc.domain.lifecycle import SPECIFICATION
from qc.domain.method_file import NO_LIST
from qc.domain.method_floor import method_defects
from qc.domain.specification_differences import differences
from qc.domain.specification_file import SpecificationFile, defects, read_document
from qc.domain.specification_rows import PURPOSES, RowFile
from qc.domain.specification_words import changed_field, changed_value
from qc.models import SpecificationDraft, SpecificationVersion, SpecRow
from qc.selectors.methods import methods_in_force

MASTERDATA = Path(__file__).resolve().parent.parent / "masterdata"

# The level of a bank decides its stage.
BANK_STAGES = {"mcb": "ipsc_mcb", "wcb": "ipsc_wcb", "imsc_bank": "imsc_bank"}
STAGES = {"ev_lot": "ev_ds", "conditioned_media": "cm_lot", "drug_product": "ev_dp"}
# What a row may ask for. A form that is written otherwise counts as unknown, so the row applies.
DOSAGE_FORMS = ("liquid", "lyophilised")


def shipped_files() -> list[str]:
    """Names of the specifications that come with the software, without the ending of their files."""
    return sorted(path.stem for path in (MASTERDATA / "specifications").glob("*.toml"))


@cache
def shipped_titles() -> dict[str, str]:
    """Name of each shipped file, and code and title of the specification in it."""
    heads = {name: tomllib.loads(shipped_text(name))["specification"] for name in shipped_files()}
    return {name: f"{head['code']} {head['title']}" for name, head in heads.items()}


def shipped_text(name: str) -> str:
    """Text of a shipped specification. Only names of the list are opened."""
    if name not in shipped_files():
        raise FileNotFoundError(name)
    return (MASTERDATA / "specifications" / f"{name}.toml").read_text("utf-8")


@lru_cache(maxsize=32)
def tables_of(text: str) -> dict[str, Any]:
    """The tables of a text, read once for each text. Nobody changes them: every edit makes new ones. Raises DataFileError."""
    return document(text)


@lru_cache(maxsize=32)
def file_of(text: str) -> SpecificationFile:
    """The specification in a text, read once for each text. Raises DataFileError."""
    return read_document(tables_of(text))


@dataclass(frozen=True)
class Read:
    """A specification text as read: the file form, or nothing, and every defect."""

    file: SpecificationFile | None
    defects: tuple[str, ...]


def read_text(text: str) -> Read:
    """Read and check a specification text, and its methods by the lists in force (LAB-02, LAB-23)."""
    try:
        file = file_of(text)
    except DataFileError as error:
        return Read(None, (str(error),))
    return Read(file, tuple(defects_of_file(file)))


def defects_of_file(file: SpecificationFile) -> list[str]:
    """Every defect of a specification, those by the method lists in force among them."""
    named = {(row.method_number, row.method_version) for row in file.rows}
    in_force = methods_in_force()
    methods = [method for method in in_force if (method.number, method.version) in named]
    return [*defects(file), *([] if in_force else [NO_LIST]), *method_defects(methods, [file])]


def version_list() -> QuerySet[SpecificationVersion]:
    return SpecificationVersion.objects.select_related("spec").annotate(row_count=Count("rows")).order_by("spec__code", "-version")


def version_of(number: str) -> SpecificationVersion:
    """From `SPEC-EV-DS-V1`. Raises DoesNotExist or ValueError."""
    code, _, version = number.rpartition("-V")
    return SpecificationVersion.objects.select_related("spec").get(spec__code=code, version=int(version))


def versions_of(version: SpecificationVersion) -> list[SpecificationVersion]:
    """Every version of the same specification, newest first."""
    return list(version.spec.versions.select_related("spec").order_by("-version"))


def earlier_version(version: SpecificationVersion) -> SpecificationVersion | None:
    """The version before this one, whatever its status."""
    return version.spec.versions.select_related("spec").filter(version__lt=version.version).order_by("-version").first()


def newer_effective(version: SpecificationVersion | None) -> SpecificationVersion | None:
    """A newer version in force than the one a lot is tested against: the lot keeps its own, and its page says so (MST-10)."""
    if version is None:
        return None
    return version.spec.versions.select_related("spec").filter(status="effective", version__gt=version.version).first()


def changes_since(earlier: SpecificationVersion | None, version: SpecificationVersion) -> list[Difference]:
    """What changed between two versions, from their texts; nothing without an earlier one."""
    return changes_between(file_of(earlier.source_text), file_of(version.source_text)) if earlier else []


def changes_between(old: SpecificationFile, new: SpecificationFile) -> list[Difference]:
    """What changed between two specifications, each test with its name."""
    rows = {row.code: row for row in (*old.rows, *new.rows)}
    return [_in_words(one, rows.get(one.where)) for one in differences(old, new)]


LIMIT_WORDS = {"lower": "lower limit", "upper": "upper limit"}


def _in_words(one: Difference, row: Any) -> Difference:
    """With the name of the test beside its code, and the unit beside a limit: a reviewer reads no bare 7.50."""
    if row is None:
        return one
    limit = LIMIT_WORDS.get(one.field)
    field = f"{limit}, {row.unit}".removesuffix(", ") if limit else changed_field(one.field.replace(" ", "_"))
    if one.field == "test":
        return replace(one, old=one.old and _test_in_words(row), new=one.new and _test_in_words(row))
    return replace(one, where=f"{one.where} {row.name}", field=field, old=changed_value(one.old), new=changed_value(one.new))


def _test_in_words(row: RowFile) -> str:
    """A test that came or went, with what it decides: “Osmolality: 270–330 mOsm/kg, TM-042 v1.0, release”."""
    criterion = criterion_words(row.lower, row.upper, row.lower_inclusive, row.upper_inclusive, row.accepted, row.expected) or "no limit"
    unit = row.unit if row.lower is not None or row.upper is not None else ""
    what = " ".join(filter(None, (criterion, unit)))
    method = " ".join(filter(None, (row.method_number, row.method_version and f"v{row.method_version}")))
    purpose = "optional" if row.purpose == "release" and not row.mandatory else PURPOSES.get(row.purpose, row.purpose).lower()
    lod = row.detection.lod_max if row.detection else row.validated_method.lod if row.validated_method else None
    sensitivity = f"LOD {'at most ' if row.detection else ''}{display_number(lod)} {row.unit}".strip() if lod is not None else ""
    applies = [f"{name.replace('_', ' ')} = {' or '.join(map(str, values))}" for name, values in row.applies_when.items()]
    covers = f"proves the absence of {' and '.join(row.covers)}" if row.covers else ""
    controls = f"{len(row.controls)} control{'' if len(row.controls) == 1 else 's'}" if row.controls else ""
    only = f"only where {' and '.join(applies)}" if applies else ""
    return f"{row.name}: {', '.join(filter(None, (what, sensitivity, method, controls, purpose, covers, only)))}"


def rows_of_version(version: SpecificationVersion) -> list[SpecRow]:
    return list(version.rows.order_by("position"))


def effective_version(stage: str) -> SpecificationVersion | None:
    """The version in force for a stage, if any."""
    return SpecificationVersion.objects.select_related("spec").filter(spec__stage=stage, status="effective").first()


def stage_for(lot: Lot) -> str:
    """The stage of the specification that `lot` is tested against; empty when it is not tested for release."""
    if lot.stage == "cell_bank":
        return BANK_STAGES.get(lot.typed.level, "")  # type: ignore[attr-defined]
    if lot.stage == "passage":
        # Sampled at harvest, before anybody knows whether it will condition medium: every culture past the commitment.
        return "" if lot.typed.is_commitment else "imsc_eop"  # type: ignore[attr-defined]
    return STAGES.get(lot.stage, "")


def attributes_of(lot: Lot) -> dict[str, Any]:
    """What rows may depend on, inherited along the genealogy. What is not recorded is absent, so the row applies."""
    origin = inherited(lot)
    known: dict[str, Any] = {"reprogramming_method": list(origin.reprogramming_methods), "vector_carries": list(origin.vector_contents)}
    if lot.stage == "drug_product" and (form := lot.typed.dosage_form) in DOSAGE_FORMS:  # type: ignore[attr-defined]
        known["dosage_form"] = form
    return known


def specification_facts(version: SpecificationVersion) -> dict[str, Any]:
    """What the rules of SPECIFICATION ask about."""
    effective = SpecificationVersion.objects.filter(spec=version.spec, status="effective").first()
    return {
        "version": version.version, "effective_version": effective.version if effective else None,
        "change_record_missing": version.change_record_missing, "not_adopted": not_adopted() if version.status == "reviewed" else "",
        "written_by": writers_of(version),
    }  # fmt: skip


def writers_of(version: SpecificationVersion) -> set[str]:
    """User IDs of everybody who edited the draft this version was. Its author is known by the signature."""
    draft = SpecificationDraft.objects.filter(version=version).first()
    return set(events_about([draft]).values_list("actor_id", flat=True)) if draft else set()


def approval_blockers(version: SpecificationVersion, by: str = "") -> list[Blocker]:
    """Everything that bars the approval: status, change record, defects found on reading again, uncovered vector items. by: a user ID, if known."""
    found = SPECIFICATION.blockers(APPROVE_SPECIFICATION, status=version.status, facts={**specification_facts(version), "by": by})
    found += [Blocker("defect", sentence) for sentence in read_text(version.source_text).defects]
    return found + coverage_blockers(version)


def coverage_blockers(version: SpecificationVersion) -> list[Blocker]:
    """For a specification with factor rows: each item of each registered line's vectors without a row that proves its absence."""
    rows = rows_of_version(version)
    if not any(row.category == FACTOR_ABSENCE or row.covers for row in rows):
        return []
    covering = [Covering(row.code, row.decides_release, row.applies_when, row.covers) for row in rows]
    lines = CellLine.objects.order_by("code")
    return [
        blocker
        for line in lines
        for blocker in not_covered(covering, LineContents(line.code, line.reprogramming_method, line.vector_contents))
    ]


def lots_pinned(version: SpecificationVersion) -> list[Lot]:
    """Lots tested against this version, newest first."""
    return list(Lot.objects.filter(specification__version=version).order_by("-pk"))
