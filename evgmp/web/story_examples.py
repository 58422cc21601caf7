"""How the stories that come with evgmp use each command: the examples in `manage.py commands`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps

from evgmp.web.stories import load

LONGEST = 120


@dataclass(frozen=True)
class Example:
    """One act of a story file."""

    place: str
    act: Mapping[str, Any]

    @property
    def keys(self) -> frozenset[str]:
        """Which data it gives: two acts with the same ones show the same."""
        each = self.act.get("each") or [{}]
        return frozenset({*self.act.get("data", {}), *(key for more in each for key in more), *self.act.get("files", {}), self.act.get("expect", "")})


def examples() -> dict[str, list[Example]]:
    """Acts of the shipped stories by command, those that give different data only, in the order told; an expected refusal last."""
    found: dict[str, list[Example]] = defaultdict(list)
    for path in story_files():
        for act in load(path):
            example = Example(f"{path.name}, line {act['line']}", act)
            if example.keys not in [one.keys for one in found[act["command"]]]:
                found[act["command"]].append(example)
    return {key: sorted(acts, key=lambda one: "expect" in one.act) for key, acts in found.items()}


def story_files() -> list[Path]:
    """The stories that the apps ship."""
    return sorted(path for app in apps.get_app_configs() for path in (Path(app.path) / "masterdata" / "stories").glob("*.toml"))


def as_toml(act: Mapping[str, Any]) -> list[str]:
    """The act as lines of a story, long texts and long lists cut short."""
    lines = [f"{key} = {_value(value)}" for key, value in act.items() if key not in ("line", "each")]
    if each := act.get("each"):
        lines.append(f"each = [{_value(each[0])}{', …' if len(each) > 1 else ''}]")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        shown = [_value(inner) for inner in value[:3]]
        return f"[{', '.join(shown)}{', …' if len(value) > 3 else ''}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = " ".join(str(value).split()) if len(str(value)) > LONGEST else str(value)
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return '"' + cut.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
