"""Reading people."""

from django.db.models import QuerySet

from evgmp.people.models import AccessEntry, Person
from evgmp.rules.blocker import Blocker


def people_list() -> QuerySet[Person]:
    return Person.objects.prefetch_related("grants", "trainings").select_related("account")


def person_of(user_id: str) -> Person:
    return people_list().get(user_id=user_id.casefold())


def retired_blockers(person: Person) -> list[Blocker]:
    """Why nothing is done about an account or a role any more; empty for a person who was not retired."""
    if person.retired_at is None:
        return []
    return [Blocker("retired", f"{person.printed_name} is retired, and nobody comes back under an old user ID. Add the person under another one.")]


def access_log() -> QuerySet[AccessEntry]:
    return AccessEntry.objects.all()


def demo_accounts() -> list[tuple[str, str]]:
    """User ID and roles, for the sign-in page of a demo plant."""
    return [(p.user_id, p.role_titles) for p in people_list() if p.retired_at is None]
