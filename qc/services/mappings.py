"""Mappings of instrument files: authored from a text, approved by QA. What is approved is what decides (LAB-02, REC-10)."""

from batches.services.versions import put_into_force
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from qc.domain.commands import APPROVE_MAPPING, AUTHOR_MAPPING
from qc.models import MappingVersion
from qc.selectors.imports import mapping_blockers, mapping_read, mapping_version_of


def author_mapping(act: Act, *, text: str) -> MappingVersion:
    """A draft version from the text of a mapping. Refused with every defect found; the reason says what changed and why."""
    with recording(AUTHOR_MAPPING, act) as rec:
        mapping, defects = mapping_read(text)
        if mapping is None or defects:
            raise RuleBroken(*(Blocker("mapping_defect", sentence, "file") for sentence in defects))
        if len(mapping.code) > 40 or len(mapping.title) > 120 or not mapping.code.replace("-", "").isalnum():
            raise refuse("mapping_defect", "The code has at most 40 letters, digits and hyphens, the title at most 120 characters.", "file")
        latest = MappingVersion.objects.select_for_update().filter(code=mapping.code).order_by("-version").first()
        if latest is not None and latest.source_text == text:
            raise refuse("nothing_changed", f"This text is {latest.number} already, letter for letter. Change it, then author it.", "file")
        version = MappingVersion(
            code=mapping.code, version=latest.version + 1 if latest else 1, title=mapping.title, methods=list(mapping.methods), source_text=text,
            change_reason=act.reason.strip(),
        )  # fmt: skip
        version.save()
        rec.about(version)
    return version


def approve_mapping(act: Act, on: str) -> MappingVersion:
    """QA's approval: this version becomes effective and the one before it superseded, in one recording. Never by its author."""
    with recording(APPROVE_MAPPING, act) as rec:
        found = mapping_version_of(on)
        # The oldest version is the lock of all: two approved at once can't both be effective.
        MappingVersion.locked(code=found.code, version=1)
        version = MappingVersion.locked(pk=found.pk)
        fresh(version, act)
        if blockers := mapping_blockers(version):
            raise RuleBroken(*blockers)
        former = put_into_force(version, MappingVersion.objects.filter(code=version.code), rec.at)
        rec.about(version, supersedes=former)
    return version
