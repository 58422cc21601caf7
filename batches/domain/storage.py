"""How lots are stored and for how long: data of `masterdata/storage.toml`. Knows no Django.

The expiry date is computed from the day of manufacture and the shelf life; nobody types it.
"""

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "masterdata"


@dataclass(frozen=True)
class Storage:
    """Condition as printed, and the shelf life in whole months."""

    condition: str
    months: int

    def expiry(self, made: date) -> date:
        """The same day `months` later; the month's last day where that day doesn't exist."""
        month = made.month - 1 + self.months
        year, month = made.year + month // 12, month % 12 + 1
        return date(year, month, min(made.day, monthrange(year, month)[1]))


def storage_of(stage: str, form: str = "") -> Storage | None:
    """Storage of a stage, or None for stages that are used up within their hold times. form: the dosage form, where it has a
    condition of its own."""
    row = _rows().get(f"{stage}_{form}") or _rows().get(stage, {})
    return Storage(row["condition"], row["months"]) if "months" in row else None


def condition_of(stage: str, form: str = "") -> str:
    """How lots of a stage are kept, as printed on their labels before they are made. Empty for a stage that the file does not name,
    and while the dosage form is not recorded that decides about it."""
    rows = _rows()
    if not form and any(key.startswith(f"{stage}_") for key in rows):
        return ""
    return str((rows.get(f"{stage}_{form}") or rows.get(stage, {})).get("condition", ""))


def class_of(stage: str, form: str = "") -> str:
    """Temperature class that lots of a stage are kept in; empty for a stage that the file does not name."""
    rows = _rows()
    return str((rows.get(f"{stage}_{form}") or rows.get(stage, {})).get("class", ""))


def temperature_classes() -> dict[str, str]:
    """Every temperature class of a place: key -> title."""
    return {key: row["title"] for key, row in _read("temperature_classes.toml").items()}


def _rows() -> dict[str, dict[str, Any]]:
    return _read("storage.toml")


@cache
def _read(name: str) -> dict[str, dict[str, Any]]:
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)
