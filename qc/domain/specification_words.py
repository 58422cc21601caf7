"""The words of the forms in place of the names of the file: in what the validator says, and in what changed. Knows no Django."""

import re

from qc.domain import specification_fields as asked
from qc.domain.replicates import COMBINED_BY

LABELS: dict[str, str] = {
    **{one.name: one.label for groups in (asked.ROW, asked.HEAD, asked.CONTROL_SET) for one in asked.asked_in(groups)},
    "method_number": "Method number", "method_version": "Method version", "method": "Method name", "controls": "Controls",
}  # fmt: skip
# Only names with an underscore: no sentence means anything else by them.
_NAMES = {name.rpartition("-")[2]: label for name, label in LABELS.items() if "_" in name.rpartition("-")[2]} | {
    "validated_method": LABELS["validated_method-lod"], "applies_when": "Applies when", "vector_carries": "Vector carries",
    "presence_absence": "Present or absent",
}  # fmt: skip
# “combine” is a plain word too: meant is the field where a value is given to it, or where it is to be removed or added.
_COMBINE = re.compile(r"(?<=Write )combine|(?<=Add )combine|(?<=Remove )combine")
_COMBINED = re.compile(rf"“({'|'.join(COMBINED_BY)})”|(?<=combined by )({'|'.join(COMBINED_BY)})\b")
# Behind a field with a list nobody types one of its keys.
_UNKNOWN = re.compile(r"The (?P<what>[a-z ]+) “(?P<value>[^”]*)” is not known\. Use one of: .*")
_CHOSEN = {
    "stage": "stage", "category": "category", "purpose": "purpose", "result type": "result_type", "rounding rule": "rounding", "expected state": "expected",
    "source status": "source_status", "origin of the limit": "limit_origin", "way to combine replicates": "combine", "repeat rule": "repeat",
}  # fmt: skip
# Where a label alone says nothing of what changed in it.
_CHANGED = {
    "lower_inclusive": "equal to the lower limit conforms", "upper_inclusive": "equal to the upper limit conforms", "detection": "sensitivity",
    "validated_method": "LOD that validation found", "applies_when": "applies when", "controls": "controls of its run",
}  # fmt: skip


def in_labels(sentence: str) -> str:
    """A sentence of the validator with the labels of the form in place of the names of the file."""
    if (unknown := _UNKNOWN.fullmatch(sentence)) and unknown["what"] in _CHOSEN:
        label = LABELS[_CHOSEN[unknown["what"]]]
        return f"“{label}” says “{unknown['value']}”, which is not known. Choose one of the list." if unknown["value"] else f"Choose “{label}”."
    plain = _COMBINE.sub(f"“{LABELS['combine']}”", sentence)
    plain = _COMBINED.sub(lambda key: f"“{_first_up(COMBINED_BY[key[1] or key[2]])}”", plain)
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda name: f"“{_NAMES[name.group()]}”" if name.group() in _NAMES else name.group(), plain)


def changed_field(name: str) -> str:
    """What a reviewer calls a field that changed, small at the beginning: “LOD at most” for lod_max stays as it is."""
    if name in _CHANGED:
        return _CHANGED[name]
    label = LABELS.get(name, name.replace("_", " "))
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def changed_value(text: str) -> str:
    """A value that changed, with the names inside it as labels: “LOD at most 10, unit ng/mL”, and keys of a list as its words."""
    if text in COMBINED_BY:
        return COMBINED_BY[text]
    return re.sub(r"\b(lod|loq) max\b", lambda found: f"{found[1].upper()} at most", text)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
