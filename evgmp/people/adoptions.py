"""Reading adoptions: whether what is in force is what QA adopted, and what differs."""

from django.db.models import QuerySet

from evgmp.people.in_force import Difference, InForce, differences, in_force
from evgmp.people.models import Adoption
from evgmp.rules.blocker import Blocker

PAGE = "Roles and formulas"
# So many differences are told in a sentence; the page lists all.
TOLD = 3


def adoptions() -> QuerySet[Adoption]:
    """Every adoption, newest first."""
    return Adoption.objects.order_by("-pk")


def adoption_of(number: str) -> Adoption:
    return adoptions().get(number=number.strip().upper())


def earlier_adoption(adoption: Adoption) -> Adoption | None:
    return adoptions().filter(pk__lt=adoption.pk).first()


def content_of(adoption: Adoption) -> InForce:
    """What was in force when it was adopted."""
    return InForce(adoption.roles_sha256, tuple(adoption.roles), adoption.formulas_sha256, tuple(adoption.formulas))


def not_adopted() -> str:
    """Why what is in force does not count as adopted, in a sentence; empty when it does. One short query when it does."""
    now = in_force()
    last = adoptions().values_list("roles_sha256", "formulas_sha256").first()
    if last == (now.roles_sha256, now.formulas_sha256):
        return ""
    ask = f"A QA reviewer reads and adopts them on the page “{PAGE}” first."
    if last is None:
        return f"Nobody has adopted the roles and formulas of this software yet. {ask}"
    adopted = adoptions()[0]
    changed = [one.told for one in differences(content_of(adopted), now)]
    more = f"; and {len(changed) - TOLD} more" if len(changed) > TOLD else ""
    told = "; ".join(changed[:TOLD]) + more if changed else "remarks in the text of the roles"
    return f"The roles and formulas in force are not those that QA adopted in {adopted.number}. Changed: {told}. {ask}"


def adoption_blockers() -> list[Blocker]:
    """What bars a decision that rests on the roles and formulas in force (MST-07)."""
    sentence = not_adopted()
    return [Blocker("not_adopted", sentence)] if sentence else []


def changes_since(adoption: Adoption | None, now: InForce | None = None) -> list[Difference]:
    """What differs between an adoption and `now`, or what is in force; nothing without an adoption."""
    return differences(content_of(adoption), now or in_force()) if adoption else []
