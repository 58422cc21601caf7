"""Reading master records, and the master files shipped with the software."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Prefetch, QuerySet

from batches.domain.master_defects_contents import content_defects
from batches.domain.master_differences import Difference, differences
from batches.domain.master_file import MasterFile, read_master
from batches.domain.master_words import groups_of, in_words, words_of
from batches.models import MasterDraft, MasterParameter, MasterRecord, MasterStep, MasterVersion
from evgmp.compliance.models import Event
from evgmp.people.adoptions import not_adopted

SHIPPED = Path(__file__).resolve().parent.parent / "masterdata" / "masters"
_NUMBER = re.compile(r"(?P<code>.+)-V(?P<version>[1-9][0-9]{0,5})")


def lookup_of(number: str) -> dict[str, Any]:
    """`MBR-TFF-V1` as a lookup of its version. Raises MasterVersion.DoesNotExist for anything else."""
    match = _NUMBER.fullmatch(number.strip().upper())
    if match is None:
        raise MasterVersion.DoesNotExist(f"There is no master version {number}.")
    return {"master__code": match["code"], "version": int(match["version"])}


def version_of(number: str) -> MasterVersion:
    """A master version with its steps and parameters."""
    return with_content(MasterVersion.objects.select_related("master")).get(**lookup_of(number))


def with_content(versions: "QuerySet[MasterVersion]") -> "QuerySet[MasterVersion]":
    steps = MasterStep.objects.prefetch_related(Prefetch("parameters", MasterParameter.objects.order_by("position"))).order_by("position")
    return versions.prefetch_related(Prefetch("steps", steps))


def master_list() -> "QuerySet[MasterRecord]":
    """Every master record with its versions, newest first."""
    versions = MasterVersion.objects.select_related("master").order_by("-version")
    return MasterRecord.objects.prefetch_related(Prefetch("versions", versions))


def versions_waiting(*statuses: str) -> "QuerySet[MasterVersion]":
    return MasterVersion.objects.filter(status__in=statuses).select_related("master").order_by("pk")


def effective_versions(stage: str = "") -> "QuerySet[MasterVersion]":
    found = MasterVersion.objects.filter(status="effective").select_related("master").order_by("master__code")
    return found.filter(master__stage=stage) if stage else found


def master_facts(version: MasterVersion) -> dict[str, Any]:
    """What the rules of MASTER ask about."""
    newer = version.master.versions.filter(version__gt=version.version, status__in=("effective", "superseded")).first()
    return {
        "overtaken_by": newer.number if newer else "",
        "change_record_missing": version.change_record_missing,
        "written_by": writers_of(version),
        # Asked at approval only: what was approved before these elements were asked for goes on.
        "absent": content_defects(read_master(version.source_text)) if version.status == "reviewed" else [],
        "not_adopted": not_adopted() if version.status == "reviewed" else "",
    }


def contents_of(content: MasterFile) -> list[tuple[str, str]]:
    """Beside the steps, what a master holds, in the words of its form; what it lacks is said to be absent."""
    shown = [name for _, names in groups_of(MasterFile, ("code", "title", "stage", "steps", "components")) for name in names]
    lines = [(words_of("MasterFile", name)[0], in_words(getattr(content, name)) or "Not stated") for name in shown]
    components = [f"{c.item} {in_words(c.quantity)} {c.unit} ± {in_words(c.tolerance_pct)} %" for c in content.components]
    return [*lines, (words_of("MasterFile", "components")[0], "; ".join(components) or "Not stated")]


def writers_of(version: MasterVersion) -> set[str]:
    """User IDs of everybody who edited the draft this version was. Its author is known by the signature."""
    draft = MasterDraft.objects.filter(version=version).first()
    events = Event.objects.filter(record_type=draft._meta.label_lower, record_key=str(draft.pk)) if draft else Event.objects.none()
    return set(events.values_list("actor_id", flat=True))


def previous_version(version: MasterVersion) -> MasterVersion | None:
    return version.master.versions.filter(version__lt=version.version).order_by("-version").first()


def changes_since(version: MasterVersion) -> list[Difference]:
    """What changed since the version before; empty for the first one."""
    earlier = previous_version(version)
    return differences(read_master(earlier.source_text), read_master(version.source_text)) if earlier else []


def quantity_parameter(version: MasterVersion) -> MasterParameter | None:
    """The parameter that says how much was made; its unit is the unit of the lot."""
    return MasterParameter.objects.filter(step__version=version, fills="lot.quantity_made").first()


@cache
def shipped_masters() -> dict[str, str]:
    """Name and title of each master file shipped with the software."""
    return {path.stem: f"{path.stem} ({read_master(path.read_text('utf-8')).title})" for path in sorted(SHIPPED.glob("*.toml"))}


def shipped_text(name: str) -> str:
    """The text of a shipped master file. Raises KeyError for a name that is not shipped."""
    shipped_masters()[name]
    return (SHIPPED / f"{name}.toml").read_text("utf-8")
