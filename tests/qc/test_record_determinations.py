"""A test of several determinations is recorded by them; the server calculates, and no failure is averaged away (LAB-18)."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.rules.reading import parse_number
from qc.documents.results import groups_of
from qc.models import Result
from qc.selectors.release import release_blockers
from qc.selectors.sheets import open_oos, sheet
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import refused

pytestmark = pytest.mark.django_db

PH, OSMO, DNA = "DS-GN-PH", "DS-GN-OSMO", "DS-PU-HCDNA"


def typed(*texts: str) -> dict[str, Any]:
    return {"replicates": [parse_number(text) for text in texts]}


@pytest.mark.req("LAB-18", "LAB-05", "LAB-06")
def test_the_mean_is_calculated_judged_and_shown_with_its_determinations(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    kept = lab.result(ev_under_test, PH, its_sample, **typed("7.20", "7.35"))
    kept.refresh_from_db()
    assert (kept.kind, kept.text, kept.amount, kept.rounded, kept.verdict) == ("number", "7.275", Decimal("7.275"), "7.28", "conforms")
    assert kept.replicates_shown == "7.20; 7.35 (difference 2.1 %, at most 20 %)"
    long = lab.result(ev_under_test, "DS-PU-PROT", its_sample, **typed("43.68", "44.20", "42.94"))
    assert (long.why, str(long.amount)[:12]) == ("43.6066…, rounded to 43.6, is not more than 500.0.", "43.606666666")
    for address in ("result", "review_result"):
        page = as_person("b.analyst").get(reverse(f"qc:{address}", args=[kept.number])).content.decode()
        for words in ("Determinations, as typed", "7.20; 7.35", "Unrounded mean", "7.275", "Two determinations, mean reported"):
            assert words in page, words
    assert "7.20; 7.35" in as_person("b.analyst").get(reverse("qc:lot_results", args=[ev_under_test.number])).content.decode()
    (line,) = (one for group in groups_of(sheet(ev_under_test), {}) for one in group.lines if one.code == PH)
    assert (line.result, line.note) == ("7.28", "Determinations 7.20; 7.35 (difference 2.1 %, at most 20 %)")


@pytest.mark.req("LAB-18", negative=True)
def test_too_far_apart_is_invalid_neither_passing_nor_failing_and_done_again(ev_under_test: Lot, its_sample: Sample) -> None:
    kept = lab.reviewed(lab.result(ev_under_test, PH, its_sample, **typed("7.2", "9.4")).number)
    assert (kept.kind, kept.amount, kept.verdict, kept.replicates[1]["text"]) == ("invalid", None, "no_verdict", "9.4")
    assert kept.why == "The replicates lie 26.5 % apart, more than 20 %: the determination is invalid. Repeat it."
    assert not open_oos(ev_under_test)
    assert [one.key for one in release_blockers(ev_under_test) if PH in one.message] == ["result_no_verdict"]
    again = lab.correct(kept.number, its_sample, **typed("7.2", "7.3"))
    assert (again.verdict, again.supersedes) == ("conforms", kept)
    assert Result.objects.get(pk=kept.pk).replicates_shown == "7.2; 9.4 (difference 26.5 %, at most 20 %)"


@pytest.mark.req("LAB-18", "LAB-13", negative=True)
def test_nothing_is_left_out_added_typed_as_a_mean_or_averaged_away(ev_under_test: Lot, its_sample: Sample, as_person: Any) -> None:
    with refused("replicates_missing", "1 of 2 determinations"):
        lab.result(ev_under_test, PH, its_sample, **typed("7.2"))
    with refused("replicates_too_many", "3 determinations are written, the method asks for 2"):
        lab.result(ev_under_test, PH, its_sample, **typed("9.4", "7.2", "7.2"))
    with refused("value_calculated"):
        lab.result(ev_under_test, PH, its_sample, value="7.2", **typed("7.2", "7.2"))
    with refused("replicates_not_wanted"):
        lab.result(ev_under_test, "DS-GN-ZETA", its_sample, **typed("-24", "-25"))
    row = lab.row_of(ev_under_test, PH)
    said: dict[str, Any] = {"lot": ev_under_test, "row": row, "sample": its_sample, "kind": "number", "unit": row.unit}
    two = lab.result(ev_under_test, PH, its_sample, **typed("7.2", "7.2")).replicates
    assert Result(**said, amount=Decimal("7.2")).judge().why == "0 of 2 determinations are recorded. Record every one."
    assert Result(**said, amount=Decimal("7.1"), replicates=two).judge().why.startswith("The value is not that of its determinations.")

    # Where each must pass, one failing determination fails.
    run = lab.run_of(lab.row_of(ev_under_test, DNA))
    first = lab.result(ev_under_test, DNA, its_sample, run, **typed("1.10", "1.31", "0.90"))
    # All conform: the one nearest to the limit is reported, whatever the order. A result that reports another of them is judged by that.
    assert (first.text, first.rounded, first.verdict) == ("1.31", "1.31", "conforms")
    of_dna: dict[str, Any] = {**said, "row": first.row, "unit": first.unit, "run": run, "replicates": first.replicates}
    assert Result(**of_dna, text="1.10", amount=Decimal("1.10")).judge().why == "1.10 is not more than 10.00."
    kept = lab.correct(first.number, its_sample, run, **typed("1.10", "12.00", "0.90"))
    assert (kept.text, kept.amount, kept.verdict, kept.spread) == ("12.00", Decimal("12.00"), "does_not_conform", None)
    lab.reviewed(kept.number)
    assert [one.result for one in open_oos(ev_under_test)] == [kept]
    with refused("oos_stands"):
        lab.correct(kept.number, its_sample, run, **typed("1.10", "1.00", "0.90"))

    # The page keeps what was typed and shows no earlier determination.
    client = as_person("a.analyst")
    url = reverse("qc:record_result", args=[ev_under_test.number]) + f"?row={OSMO}"
    asked = client.get(url).content.decode()
    assert asked.count('name="replicate_') == 2
    assert 'name="value"' not in asked
    data = {"row": OSMO, "sample": its_sample.number, "kind": "number", "replicate_1": "301.77", "user_id": "a.analyst"}
    from tests.builders import PASSWORD

    refused_page = client.post(url, {**data, "password": PASSWORD})
    text = refused_page.content.decode()
    assert refused_page.status_code == 422
    assert "301.77" in text
    assert "1 of 2 determinations are written" in text
    kept = lab.result(ev_under_test, OSMO, its_sample, **typed("301.88", "301.99"))
    blind = client.get(reverse("qc:correct_result", args=[kept.number])).content.decode()
    assert "301.99" not in blind
