"""Everything that bars a master from approval, the names of this site included: one sentence a defect, none when it can be approved."""

from collections import defaultdict
from collections.abc import Iterable

from batches.domain.commands import RECORD_ENTRY, SIGN_STEP
from batches.domain.master_defects import defects
from batches.domain.master_editing import Path, doubled_keys
from batches.domain.master_parts import MasterFile
from evgmp.people.commands import TOPICS
from evgmp.people.roles import Role, roles

# Names that the page of a command uses itself. A parameter of this key could not be recorded.
RESERVED = {"reason", "user_id", "password", "witness_user_id", "witness_password", "seen", "once", "on", "act", "happened_at"}


def all_defects(content: MasterFile) -> list[str]:
    """The defects of the master itself, then those of its use at this site."""
    return [*defects(content), *doubled_keys(content), *_defects_of_use(content)]


def _defects_of_use(content: MasterFile) -> list[str]:
    """What a batch could not carry out: no quantity made, a key that the record pages use themselves, training of a step."""
    found = [
        f"{step.key}.{parameter.key}: The key “{parameter.key}” is used by the page itself. Choose another."
        for step in content.steps
        for parameter in step.parameters
        if parameter.key in RESERVED
    ]
    found += [
        f"Step {step.key}: The training “{step.training}” is not known. Use one of: {', '.join(TOPICS)}."
        for step in content.steps
        if step.training and step.training not in TOPICS
    ]
    found += [
        f"Step {step.key}: The performer “{step.performer}” is not a role. Use one of: {', '.join(roles())}."
        for step in content.steps
        if step.performer and step.performer not in roles()
    ]
    doing = [role.key for role in roles_that_do()]
    found += [
        f"Step {step.key}: The role “{roles()[step.performer].title}” may not record and sign steps, so nobody could do this one. "
        f"Use one of: {', '.join(doing)}."
        for step in content.steps
        if step.performer in roles() and step.performer not in doing
    ]
    if not any(parameter.fills == "lot.quantity_made" for step in content.steps for parameter in step.parameters):
        found.append("No parameter fills lot.quantity_made, so a lot could never be made. Let the step that measures it fill it.")
    found += [
        f"Step {step.key}: It measures the quantity made, but may be passed over, so a lot might never be made. Let it always be done."
        for step in content.steps
        if (step.may_skip or step.condition is not None) and any(p.fills == "lot.quantity_made" for p in step.parameters)
    ]
    return found


def roles_that_do() -> list[Role]:
    """Roles that may record and sign a step: who can be its performer."""
    return [role for role in roles().values() if {RECORD_ENTRY.key, SIGN_STEP.key} <= set(role.commands)]


def defects_by_part(content: MasterFile, sentences: Iterable[str]) -> dict[Path, list[str]]:
    """The sentences beside the part each one names: a parameter, a step, or the master as a whole under ()."""
    places: dict[str, Path] = {}
    for step in content.steps:
        places[f"Step {step.key}: "] = (step.key,)
        places |= {f"{step.key}.{parameter.key}: ": (step.key, parameter.key) for parameter in step.parameters}
    found: dict[Path, list[str]] = defaultdict(list)
    for sentence in sentences:
        prefix = next((p for p in places if sentence.startswith(p)), "")
        found[places.get(prefix, ())].append(sentence.removeprefix(prefix))
    return dict(found)
