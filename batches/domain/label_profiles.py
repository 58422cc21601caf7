"""What a label has to say under the regulatory profile of the plant (LBL-05): data of `masterdata/label_profiles.toml`. Knows no Django."""

import tomllib
from functools import cache
from pathlib import Path

from batches.domain.label_file import LabelFile

FILE = Path(__file__).resolve().parents[1] / "masterdata" / "label_profiles.toml"


@cache
def _profiles() -> dict[str, dict[str, list[str]]]:
    """Profile -> kind of label -> phrases that its statements must hold."""
    with FILE.open("rb") as file:
        return {row["profile"]: row["says"] for row in tomllib.load(file)["rule"]}


def profile_defects(label: LabelFile, profile: str) -> list[str]:
    """Why this template does not suit the plant's regulatory profile, as sentences; empty when it does.

    A phrase of another profile is a defect too: a vial for a trial in one region is not labelled for another.
    """
    rules = _profiles()
    if profile not in rules:
        return [f"No label rules are written for the regulatory profile “{profile}”. QA has them added before labels are approved."]
    said = " ".join(label.statements).casefold()
    needed = rules[profile].get(label.kind, [])
    found = [f"Under the profile “{profile}” this label must say: {phrase}" for phrase in needed if phrase.casefold() not in said]
    foreign = {phrase for name, says in rules.items() if name != profile for phrase in says.get(label.kind, []) if phrase not in needed}
    found += [f"“{phrase}” belongs to another regulatory profile than “{profile}”. Take it out." for phrase in sorted(foreign) if phrase.casefold() in said]
    return found
