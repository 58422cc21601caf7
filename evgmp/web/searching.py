"""Finding records by a part of their ID, their name or what stands on a label. Other apps hang what can be found into SEARCHES.

Only who may read records searches (see `evgmp.web.views.Search`), and what is found names records; it never tells a value or a verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

SHORTEST = 2
# Of one kind of record; who sees that there are more types a longer part.
MOST = 8


@dataclass(frozen=True)
class Searchable:
    """One kind of record. records: all of them, newest first. fields: looked at for the text, anywhere, whatever its case.

    told: what stands beside the ID, never a value or a verdict.
    """

    kind: str
    records: Callable[[], "QuerySet[Any]"]
    fields: tuple[str, ...]
    told: Callable[[Any], str]


@dataclass(frozen=True)
class Found:
    """What was found of one kind: pairs of a record and what it is called. more: there are further ones that are not listed."""

    kind: str
    hits: tuple[tuple[Any, str], ...]
    more: bool


SEARCHES: list[Searchable] = []


def found_by(text: str) -> list[Found]:
    """Every kind with a hit, in the order of SEARCHES; nothing for a text that is too short to tell records apart."""
    if len(text) < SHORTEST:
        return []
    return [found for searchable in SEARCHES if (found := _of_kind(searchable, text)).hits]


def _of_kind(searchable: Searchable, text: str) -> Found:
    anywhere = Q()
    for name in searchable.fields:
        anywhere |= Q(**{f"{name}__icontains": text})
    records = list(searchable.records().filter(anywhere).distinct()[: MOST + 1])
    return Found(searchable.kind, tuple((one, searchable.told(one)) for one in records[:MOST]), len(records) > MOST)
