"""What somebody who owns the database can do to one row of the laboratory, past door and wall."""

from typing import Any

from django.db import connection

from evgmp.compliance.models import GmpModel
from tests.compliance.test_verify import laws_dropped


def tampered(record: GmpModel, **values: Any) -> None:
    """These fields of the live row changed in place, without a recording; the laws are put back afterwards."""
    meta = record._meta
    with laws_dropped() as cursor:
        for name, value in values.items():
            field: Any = meta.get_field(name)
            stored = field.get_db_prep_save(value, connection)
            cursor.execute(f'UPDATE "{meta.db_table}" SET "{field.column}" = %s WHERE "{meta.pk.column}" = %s', [stored, record.pk])
