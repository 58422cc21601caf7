"""What a label has to say and show under the regulatory profile of the plant (LBL-05): data of `masterdata/label_profiles.toml`.
Knows no Django."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from batches.domain.label_file import LabelFile

FILE = Path(__file__).resolve().parents[1] / "masterdata" / "label_profiles.toml"
OPEN = "…"


@dataclass(frozen=True)
class Profile:
    """By kind of label: phrases that the statements hold, and elements shown beside those of every label of the kind."""

    says: Mapping[str, list[str]]
    shows: Mapping[str, list[str]]


@cache
def profiles() -> dict[str, Profile]:
    """The rules of each profile by its name."""
    with FILE.open("rb") as file:
        return {row["profile"]: Profile(row["says"], row.get("shows", {})) for row in tomllib.load(file)["rule"]}


def profile_defects(label: LabelFile, profile: str) -> list[str]:
    """Why this template does not suit the plant's regulatory profile, as sentences; empty when it does.

    A phrase of another profile is a defect too: a vial for a trial in one region is not labelled for another.
    """
    rules = profiles()
    if profile not in rules:
        return [f"No label rules are written for the regulatory profile “{profile}”. QA has them added before labels are approved."]
    said = " ".join(label.statements)
    needed = rules[profile].says.get(label.kind, [])
    found = [f"Under the profile “{profile}” this label must say: {phrase}" for phrase in needed if not _says(said, phrase)]
    found += [
        f"Under the profile “{profile}” a label of the kind {label.kind} must show: {element}."
        for element in rules[profile].shows.get(label.kind, []) if element not in label.elements
    ]  # fmt: skip
    others = {phrase for name, rule in rules.items() if name != profile for phrase in rule.says.get(label.kind, []) if OPEN not in phrase}
    foreign = sorted(phrase for phrase in others.difference(needed) if _says(said, phrase))
    return found + [f"“{phrase}” belongs to another regulatory profile than “{profile}”. Take it out." for phrase in foreign]


def _says(said: str, phrase: str) -> bool:
    """Whether the statements hold the phrase, and behind an open one words of their own."""
    if not phrase.endswith(OPEN):
        return phrase.casefold() in said.casefold()
    return re.search(re.escape(phrase.removesuffix(OPEN).strip()) + r"\s*[^\W_]", said, re.IGNORECASE) is not None
