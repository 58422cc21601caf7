"""Another release of the software, for a test: changed roles, changed formulas."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evgmp.people import roles as matrix
from evgmp.people.in_force import in_force
from evgmp.rules.calculation import BOOK, Calculation


@contextmanager
def another_release(folder: Path, *, roles: tuple[str, str] = ("", ""), formulas: tuple[Calculation, ...] = ()) -> Iterator[None]:
    """The text of the roles with `roles[1]` in the place of `roles[0]`, and `formulas` in the BOOK, in the place of what has their key
    and version."""
    text = matrix.FILE.read_text("utf-8")
    assert roles[0] in text
    changed = folder / "roles.toml"
    changed.write_text(text.replace(*roles, 1) if roles[0] else text, "utf-8")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(matrix, "FILE", changed)
            for one in formulas:
                patch.setitem(BOOK._pages, (one.key, one.version), one)
            _read_anew()
            yield
    finally:
        _read_anew()


def _read_anew() -> None:
    matrix.text.cache_clear()
    matrix.roles.cache_clear()
    in_force.cache_clear()
