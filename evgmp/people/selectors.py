"""Reading people."""

from django.db.models import QuerySet

from evgmp.people.models import AccessEntry, Person


def people_list() -> QuerySet[Person]:
    return Person.objects.prefetch_related("grants", "trainings").select_related("account")


def person_of(user_id: str) -> Person:
    return people_list().get(user_id=user_id.casefold())


def access_log() -> QuerySet[AccessEntry]:
    return AccessEntry.objects.all()


def demo_accounts() -> list[tuple[str, str]]:
    """User ID and roles, for the sign-in page of a demo plant."""
    return [(p.user_id, p.role_titles) for p in people_list() if p.retired_at is None]
