"""What waits for whom among donors, vials, exceptions and lots, and how a scanned ID finds its page."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from batches.domain.commands import CLOSE_EXCEPTION, DECIDE_DONOR_ELIGIBILITY, LIFT_HOLD, RELEASE_FOR_PROCESSING, STORE_VIALS, WITHDRAW_VIAL
from batches.selectors.donors import donor_of, line_of, undecided_donors
from batches.selectors.exceptions import exception_of, exceptions, took_part
from batches.selectors.lots import lot_of
from batches.selectors.release import held_lots, lots_to_release
from batches.selectors.samples import sample_of
from batches.selectors.vials import banks_to_store, reserved_vials, vial_of
from batches.views import searching
from evgmp.web.views import FINDERS, WORK

Item = dict[str, Any]


def _item(record: Any, urgency: int, title: str, why: str) -> Item:
    return {"urgency": urgency, "title": title, "why": why, "url": record.get_absolute_url(), "record": record}


def exceptions_to_close(person: Any) -> list[Item]:
    """Open exceptions, for reviewers who took no part in the step."""
    if not person.role_for(CLOSE_EXCEPTION):
        return []
    waiting = [e for e in exceptions().filter(status="open") if person.user_id not in took_part(e)]
    return [_item(e, 0, f"{e.number} waits for your decision", e.sentence) for e in waiting]


def donors_to_decide(person: Any) -> list[Item]:
    if not person.role_for(DECIDE_DONOR_ELIGIBILITY):
        return []
    why = "Nothing from this donor can be released before."
    return [_item(donor, 1, f"Eligibility of {donor} is not decided", why) for donor in undecided_donors()]


def lots_for_processing(person: Any) -> list[Item]:
    """Intermediates in quarantine whose batch record is reviewed."""
    if not person.role_for(RELEASE_FOR_PROCESSING):
        return []
    return [_item(lot, 1, f"{lot} waits for release for processing", "Its batch record is reviewed.") for lot in lots_to_release()]


def lots_on_hold(person: Any) -> list[Item]:
    if not person.role_for(LIFT_HOLD):
        return []
    return [_item(lot, 2, f"{lot} is on hold", why) for lot, why in held_lots()]


def vials_to_withdraw(person: Any) -> list[Item]:
    if not person.role_for(WITHDRAW_VIAL):
        return []
    return [_item(vial, 2, f"Vial {vial} is reserved", f"For {vial.reserved_for}") for vial in reserved_vials()]


def vials_to_store(person: Any) -> list[Item]:
    if not person.role_for(STORE_VIALS):
        return []
    return [_item(bank, 1, f"{left} vials of {bank} have no position yet", "Store them and record where.") for bank, left in banks_to_store()]


def _finder(find: Callable[[str], Any]) -> Callable[[str], str]:
    def url_of(text: str) -> str:
        try:
            return str(find(text).get_absolute_url())
        except (ObjectDoesNotExist, ValueError):
            return ""

    return url_of


WORK += [exceptions_to_close, donors_to_decide, lots_for_processing, lots_on_hold, vials_to_withdraw, vials_to_store]
FINDERS += [_finder(find) for find in (lot_of, vial_of, sample_of, exception_of, donor_of, line_of)]
searching.hang_in()
