"""Only services open the door: no other module may even name `recording(...)`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = "evgmp.compliance.recording"
MAY_OPEN = ("batches/services/", "qc/services/", "evgmp/people/services", "evgmp/compliance/")


def openers() -> list[str]:
    """Every module outside the record room that imports the function `recording`, or the whole module of the door."""
    found = []
    for package in ("evgmp", "batches", "qc"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(MAY_OPEN) and opens_the_door(path.read_text()):
                found.append(name)
    return found


def opens_the_door(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(alias.name == DOOR for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module == DOOR and names & {"recording", "*"}:
                return True
            if node.module == "evgmp.compliance" and names & {"recording", "*"}:
                return True
    return False


def test_only_services_open_the_door():
    assert openers() == []


@pytest.mark.parametrize(
    ("source", "opens"),
    [
        ("from evgmp.compliance.recording import recording", True),
        ("from evgmp.compliance.recording import Act, recording as door", True),
        ("from evgmp.compliance import recording", True),
        ("import evgmp.compliance.recording", True),
        ("from evgmp.compliance.recording import Act", False),
        ("from evgmp.compliance import clock", False),
    ],
)
def test_every_way_of_naming_the_door_is_seen(source, opens):
    assert opens_the_door(source) is opens
