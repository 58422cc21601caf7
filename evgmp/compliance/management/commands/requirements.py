"""Requirement x tests, read from the marks on the tests themselves."""

import ast
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


@dataclass(frozen=True)
class Proof:
    """One test that names a requirement; `negative` when it shows what is refused."""

    requirement: str
    test: str
    negative: bool


def proofs(folder: Path) -> Iterator[Proof]:
    """Every `@pytest.mark.req(...)` and `pytestmark = pytest.mark.req(...)` below `folder`."""
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        name = path.relative_to(folder.parent).as_posix()
        for_all = [call for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node) for call in _marks(node.value)]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                own = [call for decorator in node.decorator_list for call in _marks(decorator)]
                for call in [*for_all, *own]:
                    negative = any(k.arg == "negative" and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords)
                    for argument in call.args:
                        if isinstance(argument, ast.Constant):
                            yield Proof(str(argument.value), f"{name}::{node.name}", negative)


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _marks(node: ast.expr) -> Iterator[ast.Call]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "req":
            yield part


def covered_ids(file: Path) -> dict[str, str]:
    """Requirement ids that the project claims, with their short names: `AUD-01  what it is`, one a line."""
    found = {}
    for line in file.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, name = line.strip().partition(" ")
            found[key] = name.strip()
    return found


class Command(BaseCommand):
    help = "Print requirement x tests. --check fails when a claimed requirement lacks a positive or a negative test."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        tests = Path(settings.BASE_DIR) / "tests"
        claimed = covered_ids(tests / "covered.txt")
        found: dict[str, list[Proof]] = defaultdict(list)
        for proof in proofs(tests):
            found[proof.requirement].append(proof)
        lacking = []
        for key, name in claimed.items():
            kinds = {p.negative for p in found.get(key, [])}
            if False not in kinds:
                lacking.append(f"{key} has no test that shows it works.")
            if True not in kinds:
                lacking.append(f"{key} has no test that shows what is refused.")
            if not options["check"]:
                self.stdout.write(f"\n{key}  {name}")
                for proof in found.get(key, []):
                    self.stdout.write(f"  {'-' if proof.negative else '+'} {proof.test}")
        if not options["check"]:
            for key in sorted(set(found) - set(claimed)):
                self.stdout.write(f"\n{key}  (tested, not claimed as covered)")
                for proof in found[key]:
                    self.stdout.write(f"  {'-' if proof.negative else '+'} {proof.test}")
        if lacking:
            raise CommandError("\n".join(lacking), returncode=1)
        self.stdout.write(f"\n{len(claimed)} requirements claimed, each with a positive and a negative test.")
