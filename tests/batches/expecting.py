"""What every test of a command says: refused with a key, exactly one event, or nothing at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from evgmp.compliance.models import Event
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import Command


@contextmanager
def one_event(command: Command) -> Iterator[None]:
    """Exactly one event, of this command."""
    before = Event.objects.count()
    yield
    new = list(Event.objects.order_by("seq")[before:])
    assert [event.verb for event in new] == [command.key]


@contextmanager
def refused(key: str, *words: str) -> Iterator[None]:
    """Refused with this key, with these words in its sentence, and without an event."""
    before = Event.objects.count()
    with pytest.raises(RuleBroken) as broken:
        yield
    sentences = " ".join(blocker.message for blocker in broken.value.blockers if blocker.key == key)
    assert sentences, [blocker.key for blocker in broken.value.blockers]
    for word in words:
        assert word in sentences, sentences
    assert Event.objects.count() == before
