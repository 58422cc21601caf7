"""The blank record of a master version as an uncontrolled print: numbered, with who printed it and when on every page (PRT-03)."""

from dataclasses import dataclass, fields
from typing import Any

from batches.domain.entry_rules import range_in_words
from batches.domain.equipment import CLASSES
from batches.domain.master_file import MasterFile, ParameterFile, StepFile, read_master
from batches.domain.master_parts import STEP_KINDS
from batches.domain.master_words import in_words, words_of
from batches.domain.materials import need_in_words
from batches.models import MasterStep, MasterVersion
from batches.selectors.masters import contents_of
from evgmp.rules.reading import display_number

KIND, TITLE = "blank_record", "Blank record"
DRAFTS = ("draft", "reviewed")


@dataclass(frozen=True)
class BlankStep:
    """One step, every value still empty. needs: what it says beside its instructions; uses: what is scanned, drawn or attached."""

    position: int
    section: str
    title: str
    kind: str
    instructions: tuple[str, ...]
    signs: str
    needs: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str, str], ...]
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BlankRecord:
    """A master version as printed. is_draft: QA has not approved it."""

    master: str
    status: str
    is_draft: bool
    contents: tuple[tuple[str, str], ...]
    steps: tuple[BlankStep, ...]


def blank_record(version: MasterVersion) -> BlankRecord:
    content = read_master(version.source_text)
    said = {step.key: step for step in content.steps}
    steps = tuple(_step(row, said[row.key]) for row in version.steps.order_by("position"))
    return BlankRecord(version.number, version.status, version.status in DRAFTS, tuple(contents_of(content)), steps)


def _step(row: MasterStep, said: StepFile) -> BlankStep:
    values = tuple((p.label, p.limit_in_words or "–", p.unit) for p in row.parameters.order_by("position"))
    signs = "Decided by QC or QA" if row.kind == "hold_point" else f"Signed by the performer{' and a witness' if row.witness else ''}"
    uses = tuple((name, planned) for name, planned, _ in step_uses(said))
    return BlankStep(
        row.position, row.section, row.title, STEP_KINDS.get(row.kind, row.kind), tuple(row.instructions), signs, tuple(step_needs(said)), values, uses
    )  # fmt: skip


def blank_steps(content: MasterFile) -> list[dict[str, Any]]:
    """Every step of a master or of a draft as the page of its blank record draws it. A draft may hold defects: what it lacks stays empty."""
    return [
        {
            "position": position, "row": step, "kind": STEP_KINDS.get(step.kind, step.kind), "needs": step_needs(step), "uses": step_uses(step),
            "values": [(parameter, accepted_in_words(parameter)) for parameter in step.parameters],
        }
        for position, step in enumerate(content.steps, start=1)
    ]  # fmt: skip


def accepted_in_words(parameter: ParameterFile) -> str:
    """The action limit, or the accepted choices."""
    return " or ".join(parameter.accepted) if parameter.kind == "choice" else range_in_words(parameter.action_low, parameter.action_high)


def step_needs(step: StepFile) -> list[tuple[str, str]]:
    """What a step says beside instructions, values and what it uses, in words."""
    plain = {"key", "section", "title", "instructions", "kind", "parameters", "witness", "critical", "materials", "equipment", "samples", "attachment"}
    found = ((words_of("StepFile", f.name)[0], in_words(getattr(step, f.name))) for f in fields(step) if f.name not in plain)
    return [(label, words) for label, words in found if words not in ("", "no")]


def step_uses(step: StepFile) -> list[tuple[str, str, bool]]:
    """What is scanned, drawn or attached in a step: name, how much, whether it must be."""
    found = [(need.item, need_in_words(need), need.required) for need in step.materials]
    found += [(CLASSES[key].title if (key := need.equipment_class) in CLASSES else key, "", need.required) for need in step.equipment]
    found += [(f"Sample: {need.purpose}", f"{display_number(need.quantity)} {need.unit}", True) for need in step.samples]
    return [*found, *([("File or photo", "", step.attachment == "required")] if step.attachment else [])]
