"""The second reader looks for what the first one saw on every page they can open, and finds it on none; the certificate prints both (LAB-11)."""

import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from batches.models import Lot, Sample
from evgmp.compliance.models import Event
from qc.documents import wording
from qc.documents.certificates import certificate_of_analysis
from qc.domain import commands as c
from qc.models import OutOfSpecification
from qc.services.readings import read_result
from qc.services.results import correct_result, record_result
from tests.builders import act
from tests.qc import builders_lab as lab

pytestmark = pytest.mark.django_db

APPEARANCE = "DS-GN-APPEAR"
CLEAR, OPALESCENT, TURBID = "colourless, free of visible particles", "slightly opalescent, free of visible particles", "turbid"
HIDDEN = "Hidden until the second reader has signed"
# What differs from one page to the next without telling anything: tokens, hashes, times of the day.
CHANCE = re.compile(r"[0-9A-Za-z]{64}|[0-9a-f]{8,64}|[0-9]{2}:[0-9]{2}(:[0-9]{2})?|\.[0-9]{6}|data-revision=\"[0-9]+\"")


# Where a result could be told at all: the laboratory, the lot and its sample, work, search and trail.
TELLING = ("qc:", "web:", "batches:lot", "batches:sample", "batches:exceptions")
# Two who may read as the second, and where each looks: the head of the laboratory sees what the approval of QC shows besides.
READERS = {"b.analyst": TELLING, "a.labhead": ("qc:approve_qc", "qc:lot_re", "qc:review", "web:work")}


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, int]]:
    """Every named address with the number of its parts."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, one.namespace or space)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space}:{one.name}" if space else one.name, len(one.pattern.converters)


def reached(name: str, keys: list[str]) -> Iterator[str]:
    """The addresses of this name with each key, as far as its form takes the key."""
    for parts in [[key] for key in keys] or [[]]:
        with suppress(NoReverseMatch):
            yield reverse(name, args=parts)


def pages(client: Any, keys: list[str], where: tuple[str, ...]) -> dict[str, str]:
    """Every page that opens for this person, with every one of these keys, and the trails in all their forms."""
    found: dict[str, str] = {}
    addresses = [one for name, parts in patterns() if parts < 2 and name.startswith(where) for one in reached(name, keys if parts else [])]
    trails = [reverse("web:trail"), *(reverse("batches:lot_trail", args=[key]) for key in keys[:1])] if "web:" in where else []
    entries = [f"{trail}?entry={seq}" for trail in trails for seq in Event.objects.order_by("-seq").values_list("seq", flat=True)[:2]]
    for address in dict.fromkeys([*addresses, *entries, *(f"{trail}?show=changes" for trail in trails)]):
        answer = client.get(address)
        if answer.status_code == 200 and not getattr(answer, "streaming", False):
            found[address] = CHANCE.sub("·", answer.content.decode("utf-8", "replace"))
    return found


def world(lot: Lot, sample: Sample, as_person: Callable[[str], Any], terms: tuple[str, ...], reason: str) -> dict[str, dict[str, str]]:
    """What two possible second readers see when the first one saw these terms, one after the other. Nothing of it stays."""
    mark = transaction.savepoint()
    found = lab.found(sample, kind="term", term=terms[0])
    result = record_result(act(c.RECORD_RESULT, "a.analyst"), lot.number, row=APPEARANCE, **found)
    for term in terms[1:]:
        result = correct_result(act(c.CORRECT_RESULT, "a.analyst", reason=reason), result.number, **lab.found(sample, kind="term", term=term))
    keys = [lot.number, result.number, sample.number]
    seen = {who: pages(as_person(who), keys, where) for who, where in READERS.items()}
    transaction.savepoint_rollback(mark)
    return seen


def differing(one: str, other: str) -> list[str]:
    """The lines in which two pages differ, for the message of a failed attack."""
    words, others = re.split(r"(?<=>)", one), re.split(r"(?<=>)", other)
    return [line[:200] for line in difflib.unified_diff(words, others, n=0, lineterm="") if line[:2] not in ("--", "++", "@@")]


@pytest.mark.req("LAB-11", negative=True)
def test_every_page_reads_alike_whatever_the_first_reader_saw(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    """An attack: the same pages are opened in two worlds that differ in the first reading alone. A page that differs would tell it."""
    one = world(ev_under_test, its_sample, as_person, (CLEAR, OPALESCENT), "Slightly opalescent against the light")
    other = world(ev_under_test, its_sample, as_person, (CLEAR, TURBID), "It is turbid, I looked too fast")
    for who, opened in one.items():
        assert len(opened) > (25 if who == "b.analyst" else 4), "too few pages opened for the attack to mean anything"
        assert opened.keys() == other[who].keys()
        telling = {address: differing(page, other[who][address]) for address, page in opened.items() if page != other[who][address]}
        assert telling == {}, (who, next(iter(telling.items())))
    trail = one["b.analyst"][reverse("batches:lot_trail", args=[ev_under_test.number])]
    assert HIDDEN in trail
    assert "Reason:</span> Hidden" in trail


@pytest.mark.req("LAB-11", "AUD-04")
def test_the_trail_tells_everything_once_the_second_reader_has_signed(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    result = record_result(act(c.RECORD_RESULT, "a.analyst"), ev_under_test.number, row=APPEARANCE, **lab.found(its_sample, kind="term", term=TURBID))
    read_result(act(c.READ_RESULT, "b.analyst"), result.number, term=TURBID)
    trail = as_person("b.analyst").get(reverse("batches:lot_trail", args=[ev_under_test.number])).content.decode()
    assert HIDDEN not in trail
    assert [one for one in (TURBID, "Second reading recorded", "B. Analyst") if one not in trail] == []


def line_of(lot: Lot) -> Any:
    return next(line for group in certificate_of_analysis(lot).groups for line in group.lines if line.code == APPEARANCE)


@pytest.mark.req("LAB-11", "PRT-01")
def test_the_certificate_prints_what_each_reader_saw_with_both_names(ev_under_test: Lot, its_sample: Sample) -> None:
    result = record_result(act(c.RECORD_RESULT, "a.analyst"), ev_under_test.number, row=APPEARANCE, **lab.found(its_sample, kind="term", term=CLEAR))
    assert (line_of(ev_under_test).result, line_of(ev_under_test).note) == (HIDDEN, "")
    read_result(act(c.READ_RESULT, "b.analyst"), result.number, term=CLEAR, remark="Held against black and white.")
    lab.reviewed(result.number)
    line = line_of(ev_under_test)
    assert line.result == wording.capital(CLEAR)
    assert line.note == (
        f"Read by two, each without sight of the other's reading. First reader A. Analyst (a.analyst): {CLEAR}; second reader B. Analyst (b.analyst): "
        f"{CLEAR}. Remark of the second reader: Held against black and white"
    )


@pytest.mark.req("LAB-11", "PRT-01", negative=True)
def test_readers_who_differ_are_printed_both_and_never_as_the_first_alone(ev_under_test: Lot, its_sample: Sample) -> None:
    result = record_result(act(c.RECORD_RESULT, "a.analyst"), ev_under_test.number, row=APPEARANCE, **lab.found(its_sample, kind="term", term=CLEAR))
    read_result(act(c.READ_RESULT, "b.analyst"), result.number, term=TURBID)
    line = line_of(ev_under_test)
    assert (line.outcome, "They differ" in line.note, f"B. Analyst (b.analyst): {TURBID}" in line.note) == ("Cannot conclude", True, True)
    (investigation,) = certificate_of_analysis(ev_under_test).investigations
    assert (OutOfSpecification.objects.count(), f"A. Analyst: {CLEAR}, B. Analyst: {TURBID}" in str(investigation)) == (1, True)
