"""A fair queue in front of SQLite's single write lock.

SQLite lets a waiting writer poll with growing pauses, so under load the unlucky one waits for seconds while others
pass. A file lock wakes waiters in turn. It is taken before BEGIN IMMEDIATE and given back after the transaction.
"""

import fcntl
import threading
from typing import IO


class TurnNotReached(Exception):
    """Another transaction held the database longer than this one was allowed to wait."""


def take_turn(path: str, *, timeout: float) -> IO[bytes]:
    """Wait for the lock on `path` and return the open file that holds it, until `give_back`.

    `timeout` is in seconds. Raises TurnNotReached when it passes.
    """
    turn = open(path, "ab")  # noqa: SIM115  (held open: that is the lock)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _wait(turn, timeout)
    return turn


def give_back(turn: IO[bytes]) -> None:
    """Let the next writer in. Unlocks by name, because a forked child may still hold a copy of the descriptor."""
    with turn:
        fcntl.flock(turn, fcntl.LOCK_UN)


def _wait(turn: IO[bytes], timeout: float) -> None:
    """flock has no timeout of its own, so a helper thread blocks in it while the caller watches the clock."""
    decided = threading.Lock()
    granted = threading.Event()
    outcome = {"abandoned": False, "granted": False}

    def block() -> None:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with decided:
            outcome["granted"] = not outcome["abandoned"]
        if outcome["granted"]:
            granted.set()
        else:
            give_back(turn)

    threading.Thread(target=block, name="evgmp-turnstile", daemon=True).start()
    granted.wait(timeout)
    with decided:
        if outcome["granted"]:
            return
        outcome["abandoned"] = True
    raise TurnNotReached(
        f"Another transaction has held the database for more than {timeout:g} seconds. Try again."
    )
