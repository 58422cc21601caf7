"""Results: the lots under test, the QC sheet of a lot, one result, and what may be done to it."""

from collections import Counter
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from batches.selectors.headers import lot_header
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.components import value_text
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import CORRECT_RESULT, RECEIVE_SAMPLE, RECORD_RESULT, REPEAT_EXTRACTION, REVIEW_RESULT
from qc.domain.lifecycle import CORRECTED_AFTER_READING, HIDDEN_UNTIL_READ, RESULT, SAMPLE_RECEIPT
from qc.forms.results import CorrectResultForm, RecordResultForm, RepeatExtractionForm
from qc.forms.specifications import ReceiveSampleForm
from qc.selectors import results as selectors
from qc.selectors.imports import places_of
from qc.selectors.methods import entry_barred
from qc.selectors.oos import next_of
from qc.selectors.potency import potencies_of_result
from qc.selectors.runs import gaps_before
from qc.selectors.specifications import newer_effective
from qc.selectors.standards import distrusted, distrusted_result
from qc.services import results as services
from qc.services import samples
from qc.views.readings import ReadResult

SHOWN = {
    "": "All",
    "awaiting_review": "Awaiting review",
    "oos": "OOS",
    "cannot_conclude": "Cannot conclude",
    "pending": "Pending",
    "skipped": "Not applicable",
}


class ReceiveSample(CommandView):
    command = RECEIVE_SAMPLE
    service = staticmethod(samples.receive_sample)
    form_class = ReceiveSampleForm

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.sample_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return SAMPLE_RECEIPT.blockers(RECEIVE_SAMPLE, status=target.status)

    def success_url(self, record: Any) -> str:
        """Its chain of custody: there the laboratory goes on with it."""
        return reverse("qc:custody", args=[record.number])

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Sample", target), ("Lot", target.lot), ("For", target.purpose), ("Quantity", value_text(target.quantity, target.unit)),
            ("Container", target.container), ("Storage", target.storage), ("Drawn", target.drawn_at), ("By", target.drawn_by),
        ]  # fmt: skip


class RecordResult(CommandView):
    """The test is chosen first; then the form asks for what this test can show. No limit, no earlier and no expected value."""

    command = RECORD_RESULT
    service = staticmethod(services.record_result)
    form_class = RecordResultForm
    template_name = "qc/record_result.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.lot_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        if selectors.pinned_version(target) is None:
            return [Blocker("no_specification", f"{target} has no specification yet: the laboratory receives a sample of it first.")]
        if not selectors.open_rows(target):
            return [Blocker("nothing_open", f"Every test of {target} has a result. To change one, open it and correct it.")]
        return []

    def initial(self, target: Any) -> dict[str, Any]:
        return {"row": self.request.GET.get("row", "")}

    def blockers_now(self, target: Any) -> list[Blocker]:
        """Of a test that was chosen, also what bars its method now."""
        code = self.request.GET.get("row", "")
        chosen = selectors.open_rows(target, code) if code else []
        return super().blockers_now(target) + [blocker for row in chosen for blocker in entry_barred(row)]

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Lot", target), ("Product", target.product)]


class ResultCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.result_of(on)


class CorrectResult(ResultCommand):
    command = CORRECT_RESULT
    service = staticmethod(services.correct_result)
    form_class = CorrectResultForm
    template_name = "qc/correct_result.html"

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return RESULT.blockers(CORRECT_RESULT, status=target.status, facts=selectors.result_facts(target))

    def blockers_now(self, target: Any) -> list[Blocker]:
        return [CORRECTED_AFTER_READING] if hidden_from(self.actor, target) else super().blockers_now(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Result", target), ("Lot", target.lot), ("Test", target.row.name), ("As recorded", _recorded(self.actor, target))]


def _recorded(actor: Any, result: Any) -> str:
    """What was found, unless a second reader has still to judge without it; whoever wrote it knows it."""
    return HIDDEN_UNTIL_READ if hidden_from(actor, result) else f"{result.text} {result.unit}".strip()


def hidden_from(actor: Any, result: Any) -> bool:
    return bool(result.is_blind and actor.user_id != result.analyst_id)



class RepeatExtraction(CorrectResult):
    """The one repeat extraction after one positive well. The form is empty, as for every result."""

    command = REPEAT_EXTRACTION
    form_class = RepeatExtractionForm
    template_name = "qc/repeat_extraction.html"
    service = staticmethod(services.repeat_extraction)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return RESULT.blockers(REPEAT_EXTRACTION, status=target.status, facts=selectors.result_facts(target))


class ReviewResult(ResultCommand):
    """Value, limit, controls, raw file, audit trail and the judgement made again, on one page (LAB-09, LAB-12)."""

    command = REVIEW_RESULT
    service = staticmethod(services.review_result)
    template_name = "qc/review_result.html"

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return RESULT.blockers(REVIEW_RESULT, status=target.status, facts=selectors.result_facts(target)) or [
            *distrusted_result(target), *gaps_before(target.run),
        ]  # fmt: skip

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Result", target), ("Lot", target.lot), ("Test", target.row.name)]

    def success_url(self, record: Any) -> str:
        return reverse("qc:lot_results", args=[record.lot.number])

    def extra_context(self, target: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"result": target, "files": selectors.files_of(target), "chain": selectors.chain_of(target)}
        context["run_files"] = selectors.files_of(target.run) if target.run else []
        traced = [*context["chain"], *([target.run] if target.run else [])]
        context["trail"] = rows_of(events_about(traced), only=traced)
        context["again"] = target.judge()
        context["not_trusted"] = distrusted(target.run)
        context["same_run"] = selectors.others_of_run(target)
        context["imported"] = places_of(target)
        context["evaluations"] = potencies_of_result(target)
        context["blind"] = target.is_blind
        if own := own_blockers(self.actor, target):
            context["blockers"] = own
        return context


def own_blockers(actor: Any, result: Any) -> list[Blocker]:
    """What bars the review by this person in particular."""
    facts = {**selectors.result_facts(result), "reviewer": actor.user_id}
    found = RESULT.blockers(REVIEW_RESULT, status=result.status, facts=facts)
    return [blocker for blocker in found if blocker.key == "self_review"]


class Results(RecordList):
    title = "Lots under test"
    template_name = "qc/results.html"
    page_size = 30

    def rows(self) -> Any:
        return selectors.lots_under_test()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        pinned = list(context["rows"])
        counts = selectors.tests_that_apply(pinned)
        listed = [(one, *counts[one.lot_id]) for one in pinned]
        return {**context, "listed": listed, "samples": selectors.samples_to_receive(), "may_receive": bool(self.actor.role_for(RECEIVE_SAMPLE))}


class LotResults(RecordDetail):
    """The QC sheet of a lot: every test of its pinned specification, grouped, with what was found and what it means."""

    template_name = "qc/lot_results.html"
    commands = (RecordResult,)

    def record(self, key: str) -> Any:
        return selectors.lot_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        header = lot_header(record, "results")
        return {**header, "facts": [*header["facts"], ("Specification", selectors.pinned_version(record))]}

    def details(self, record: Any) -> dict[str, Any]:
        sheet = selectors.sheet(record)
        asked = self.request.GET.get("show", "")
        asked = asked if asked in SHOWN else ""
        return {
            "sheet": sheet,
            "groups": _groups(sheet, asked),
            "chips": _chips(self.request, sheet, asked),
            "open_oos": [(oos, f"{oos.result.row.name}. {next_of(oos).sentence}") for oos in selectors.open_oos(record)],
            "samples": list(selectors.samples_of(record)),
            "tally": _tally(sheet),
            "newer": newer_effective(sheet.version),
            "waits": _waits(selectors.release_blockers(record, sheet)),
            "may_record": bool(self.actor.role_for(RECORD_RESULT)),
        }


def _groups(sheet: Any, asked: str) -> list[dict[str, Any]]:
    found = []
    for _, title, lines in sheet.groups:
        applying = [line for line in lines if line.applies]
        shown = [line for line in lines if (line.verdict == asked if asked else line.applies)]
        if shown:
            found.append({"title": title, "lines": shown, "passed": sum(line.passes for line in applying), "total": len(applying)})
    return found


TALLY = (
    ("pass", "pass", "check-circle"),
    ("reported", "reported", "dash-circle"),
    ("awaiting_review", "awaiting review", "eyeglasses"),
    ("pending", "pending", "hourglass"),
    ("cannot_conclude", "cannot conclude", "question-diamond"),
    ("oos", "OOS", "x-octagon-fill"),
)
WAITS = {
    "result_missing": "without a result",
    "result_unreviewed": "for the review by a second person",
    "result_no_verdict": "without a verdict: repeat the test or measure more finely",
    "result_oos": "out of limit",
    "reference_unreviewed": "for the review of a reference or optional test",
    "oos_open": "open OOS",
    "no_release_test": "release test that applies",
}


def _tally(sheet: Any) -> list[dict[str, Any]]:
    return [
        {"word": word, "icon": icon, "count": sheet.count(key), "stop": key == "oos"}
        for key, word, icon in TALLY
        if sheet.count(key) or key == "pass"
    ]


def _waits(blockers: list[Blocker]) -> list[dict[str, Any]]:
    counts = Counter(blocker.key for blocker in blockers)
    return [{"count": counts[key], "words": words} for key, words in WAITS.items() if counts[key]]


def _chips(request: HttpRequest, sheet: Any, asked: str) -> list[dict[str, Any]]:
    counts = {key: sheet.count(key) if key else len(sheet.applying) for key in SHOWN}
    return [
        {"label": f"{word} {counts[key]}", "url": f"{request.path}?show={key}" if key else request.path, "active": key == asked}
        for key, word in SHOWN.items()
        if counts[key] or key in ("", asked)
    ]


class ResultDetail(RecordDetail):
    template_name = "qc/result.html"

    def record(self, key: str) -> Any:
        return selectors.result_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        word, _ = selectors.word_of(record.row, record)
        badges = [{"state": word, "word": "", "url": ""}]
        if not record.is_current:
            on = selectors.oos_on(record)
            is_invalidated = on is not None and on.status == "invalidated"
            badges = [{"state": "invalidated" if is_invalidated else "superseded", "word": "", "url": ""}]
        return {
            "record_id": record.number,
            "kind": record.row.name,
            "badges": badges,
            "facts": [
                ("Lot", record.lot), ("Sample", record.sample), ("Tested on", record.tested_on), ("Analyst", record.analyst),
                ("Specification", record.row.version),
            ],
        }  # fmt: skip

    def details(self, record: Any) -> dict[str, Any]:
        chain = selectors.chain_of(record)
        read = [one.second_reading for one in chain if one.second_reading is not None]
        is_other = record.is_current and not record.is_blind and record.judge().verdict != record.verdict
        places = places_of(record)
        views = (*((ReadResult,) if record.asks_two_readers else ()), ReviewResult, CorrectResult, *((RepeatExtraction,) if record.row.repeat else ()))
        if hidden_from(self.actor, record):
            # What bars a correction would tell what was seen.
            views = (ReadResult, ReviewResult)
        actions = [a for view in views if (a := offered(self.actor, view, record))]
        for action in actions:
            if action["key"] == REVIEW_RESULT.key:
                action["barred"] += [blocker.message for blocker in own_blockers(self.actor, record)]
        return {
            "actions": actions,
            "blind": hidden_from(self.actor, record),
            "chain": chain,
            "files": selectors.files_of(record),
            "run_files": selectors.files_of(record.run) if record.run else [],
            "oos": selectors.oos_on(record),
            "imported": places,
            "evaluations": potencies_of_result(record),
            "not_trusted": distrusted(record.run),
            "another_outcome": selectors.word_of(record.row, record)[1] if is_other else "",
            "signatures": [*(signatures_of(places[0].file_import) if places else []), *signatures_of(record),
                           *(signatures_of(record.second_reading) if record.second_reading else [])],
            "trail": rows_of(events_about([*chain, *read]), only=[*chain, *read]),
        }
