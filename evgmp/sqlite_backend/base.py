"""Django's SQLite backend with the turnstile in front of every write transaction, and a check that names the mode."""

from typing import IO, Any

from . import library  # isort: skip  (before Django imports sqlite3)

from django.core import checks
from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from .turnstile import TurnNotReached, give_back, take_turn


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the turnstile before BEGIN IMMEDIATE; gives it back on commit, rollback and close."""

    _turn: IO[bytes] | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # Django's stubs leave it out
        except BaseException:
            self._give_turn_back()
            raise

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]  # Django's stubs leave it out
        # Not in a finally: after a failed commit the transaction is still open, and Django rolls it back next.
        self._give_turn_back()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # Django's stubs leave it out
        finally:
            self._give_turn_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # Django's stubs leave it out
        finally:
            self._give_turn_back()

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._turn is not None or self.is_in_memory_db():
            return
        try:
            self._turn = take_turn(f"{name}.lock", timeout=float(self.settings_dict["OPTIONS"].get("timeout", 30)))
        except TurnNotReached as error:
            raise OperationalError(str(error)) from error

    def _give_turn_back(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            give_back(turn)


@checks.register(checks.Tags.database)
def sqlite_journal_mode(**_: Any) -> list[checks.CheckMessage]:
    """Says when the embedded database runs in its slow mode, and why."""
    if library.WAL_IS_SAFE:
        return []
    return [
        checks.Info(
            f"SQLite {library.VERSION} can corrupt a file in WAL mode, so the database runs with journal_mode=DELETE: "
            "readers wait for the writer.",
            hint="Install the package pysqlite3 (or SQLite 3.51.3 and newer) to run in WAL mode.",
            id="evgmp.sqlite.journal_mode",
        )
    ]
