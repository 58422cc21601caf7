"""The throw-away databases do what the tests above them rely on."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from tests.support.races import together


def test_default_connection_leads_to_the_vendor(any_database):
    assert connection.vendor == any_database


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_starts_with_a_fresh_database(any_database, turn):
    assert not Group.objects.filter(name="left behind").exists()
    Group.objects.create(name="left behind")


def test_commits_are_real_and_seen_by_other_threads(any_database):
    with transaction.atomic(durable=True):
        Group.objects.create(name="written here")
    seen, created = together(
        lambda: Group.objects.filter(name="written here").exists(),
        lambda: Group.objects.create(name="written there").pk,
    )
    assert seen.error is None
    assert seen.result is True
    assert created.error is None
    assert Group.objects.get(name="written there").pk == created.result


def test_on_commit_hooks_run(any_database):
    ran = []
    with transaction.atomic():
        transaction.on_commit(lambda: ran.append("after commit"))
        assert ran == []
    assert ran == ["after commit"]


def test_one_of_two_racing_writers_is_refused_by_the_database(any_database):
    def create() -> None:
        with transaction.atomic():
            Group.objects.create(name="only one")

    errors = [outcome.error for outcome in together(create, create)]
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, IntegrityError) for error in errors) == 1


def test_readers_are_not_held_up_by_a_writer(any_database):
    writing, read = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            Group.objects.create(name="not yet committed")
            writing.set()
            assert read.wait(10)

    def count() -> int:
        assert writing.wait(10)
        number = Group.objects.count()
        read.set()
        return number

    written, counted = together(write, count)
    assert (written.error, counted.error) == (None, None)
    assert counted.result == 0


def test_two_databases_one_after_the_other_in_one_test(throwaway_database):
    for vendor in ("sqlite", "postgresql", "sqlite"):
        with throwaway_database(vendor):
            assert connection.vendor == vendor
            assert Group.objects.count() == 0
            Group.objects.create(name=vendor)
            assert ContentType.objects.get_for_model(Group).pk == ContentType.objects.get(model="group").pk


def test_an_open_transaction_refuses_the_change_of_database(throwaway_database):
    with throwaway_database("sqlite"), transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        throwaway_database("sqlite").__enter__()


@pytest.mark.django_db
def test_marked_tests_use_a_file_and_not_memory():
    assert connection.vendor == "sqlite"
    assert str(connection.settings_dict["NAME"]).endswith(".sqlite3")
    Group.objects.create(name="rolled back")


@pytest.mark.django_db
def test_marked_tests_are_rolled_back():
    assert not Group.objects.filter(name="rolled back").exists()
