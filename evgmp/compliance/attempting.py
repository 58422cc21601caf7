"""What was tried and refused: written outside the door, so that it stays although the refused act leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from evgmp.compliance import clock
from evgmp.compliance.models import Attempt
from evgmp.compliance.recording import Act
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import Command


@contextmanager
def refusals_kept(command: Command, act: Act, what: str, *, kind: str) -> Iterator[None]:
    """Around a recording: when it is refused, leave one Attempt that says who tried `what`, when, and the first sentence.

    A repeated request is no attempt: its act is recorded.
    """
    try:
        yield
    except RuleBroken as broken:
        first = broken.blockers[0]
        if first.key != "already_recorded":
            Attempt(
                at=clock.now(), kind=kind, user_id=act.by.user_id, terminal_user_id=act.by.user_id, command=command.key,
                why=f"{what[:60]}: {first.message}"[:200],
            ).save()  # fmt: skip
        raise
