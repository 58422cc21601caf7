"""Every command has one page, one service, one URL, one role and one test: the register is walked, so none is forgotten."""

import ast
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse

from evgmp.people.roles import roles
from evgmp.rules.command import REGISTER, Command
from evgmp.web.command_view import VIEWS

ROOT = Path(__file__).resolve().parents[2]

get_resolver().url_patterns  # noqa: B018  loading the addresses fills both registers
DONE_BY_PEOPLE = [c for c in REGISTER if not c.automatic]


def named(command: Command) -> str:
    return command.key


@pytest.mark.parametrize("command", DONE_BY_PEOPLE, ids=named)
def test_a_command_has_view_service_url_and_role(command: Command) -> None:
    view = VIEWS[command.key]
    assert view.command is command
    assert view.service.__name__ == command.name
    assert view.service.__module__.startswith((f"{command.app}.services", f"evgmp.{command.app}.services"))
    assert reverse(f"{command.app}:{command.name}", args=["X"] if view.takes_target else [])
    assert any(command.key in role.commands for role in roles().values())


@pytest.mark.parametrize("command", DONE_BY_PEOPLE, ids=named)
def test_a_command_has_a_test_of_its_own(command: Command) -> None:
    named_file = ROOT / "tests" / command.app / f"test_{command.name}.py"
    calls = {
        node.func.attr
        for path in ([named_file] if named_file.exists() else sorted((ROOT / "tests" / command.app).glob("test_*.py")))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    } | {
        node.func.id
        for path in ([named_file] if named_file.exists() else [])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert named_file.exists() or command.name in calls, f"No test names {command.key}."


def test_no_view_without_a_command_and_no_key_twice() -> None:
    assert set(VIEWS) == {c.key for c in DONE_BY_PEOPLE}
    assert len({c.key for c in REGISTER}) == len(REGISTER)


@pytest.mark.parametrize("command", list(REGISTER), ids=named)
def test_a_command_speaks_in_verb_noun_and_sentences(command: Command) -> None:
    assert "_" in command.name
    assert command.sentence[0].isupper()
    assert not command.sentence.endswith(".")
    assert command.label[0].isupper()
