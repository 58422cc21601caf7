"""Exact numbers in the database."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

# Beyond these no measured quantity of this process lies; plain notation stays readable and both databases hold it.
LARGEST_EXPONENT = 30
SMALLEST_EXPONENT = -30


class ExactDecimalField(models.Field):  # type: ignore[type-arg]
    """A Decimal kept digit for digit: TEXT on SQLite, unconstrained `numeric` on PostgreSQL.

    Django's DecimalField is a binary float of 15 digits on SQLite. This one refuses floats, keeps trailing zeros, and may
    not be ordered or compared in SQL, because SQLite would compare texts.
    """

    description = "Exact decimal number"

    def db_type(self, connection: Any) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, float):
            raise TypeError(f"{self.name}: a float is not exact. Use Decimal.")
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            raise ValueError(f"{self.name}: {value!r} is not a number.") from None
        if not number.is_finite():
            raise ValueError(f"{self.name}: {value!r} is not a finite number.")
        if number and not SMALLEST_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT:
            raise ValueError(f"{self.name}: {value!r} is outside the range a quantity can have.")
        return Decimal(format(number, "f"))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> Decimal | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        number = self.to_python(value)
        if number is None:
            return None
        return number if connection.vendor == "postgresql" else format(number, "f")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("isnull", "exact"):
            raise FieldError(f"{self.name} is exact text on SQLite and cannot be compared in SQL ({lookup_name}).")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> None:
        raise FieldError("Numbers are read by evgmp.rules.reading, not by a model form.")
