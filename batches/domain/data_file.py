"""Reading master data (masters, specifications, methods) from TOML text. Knows no Django.

What a person wrote is taken exactly or refused with a sentence: an unknown field, a wrong type, a float where a
figure belongs. Whether the content makes sense is judged afterwards, by `defects` of each kind of file.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeGuard

from evgmp.rules.reading import LARGEST_EXPONENT, SMALLEST_EXPONENT

LONGEST_POWER = 4
_AMOUNT = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class DataFileError(ValueError):
    """A master-data file can't be read. The message names the place and what to write instead."""


def document(text: str) -> dict[str, Any]:
    """The TOML document as plain tables. Floats arrive as Decimal, so that `Table.amount` can refuse them."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"The file is not valid TOML: {error}. Correct it and read the file again.") from error


class Table:
    """One TOML table. Each field is taken once by its type; `finish` refuses the fields nobody asked for."""

    def __init__(self, fields: object, where: str) -> None:
        if not isinstance(fields, dict):
            raise DataFileError(f"{where} must be a table of fields.")
        self._fields: dict[str, Any] = dict(fields)
        self.where = where

    def text(self, key: str, default: str | None = None) -> str:
        """Text without surrounding blanks. Without `default` the field must be there."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, "text in quotes")
        return value.strip()

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def whole(self, key: str) -> int | None:
        """A whole number, or None when the field is absent."""
        value = self._fields.pop(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self._wrong(key, "a whole number")
        return value

    def amount(self, key: str) -> Decimal | None:
        """A figure written in quotes, kept digit for digit ("5.00" stays 5.00); None when the field is absent."""
        value = self._fields.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, str) or not is_figure(value):
            raise self._wrong(key, 'a figure in quotes, like "5.00" or "1.0E+10", to be kept exactly as written')
        # The length of the power comes first: a Decimal with a power of many digits can't be built at all.
        power = value.upper().partition("E")[2]
        number = Decimal(value) if len(power) <= LONGEST_POWER else None
        if number is None or (number and not SMALLEST_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT):
            raise DataFileError(
                f"{self.where}: the field “{key}” can't be read. “{value[:40]}” is too large or too small for a measured value. "
                f"Check the power of ten: it lies between {SMALLEST_EXPONENT} and {LARGEST_EXPONENT}."
            )
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the field is absent."""
        value = self._fields.pop(key, [])
        if not is_texts(value):
            raise self._wrong(key, "a list of texts in quotes")
        return tuple(value)

    def table(self, key: str) -> "Table | None":
        """An inner table, or None when the field is absent."""
        value = self._fields.pop(key, None)
        return None if value is None else Table(value, f"{self.where}, {key}")

    def tables(self, key: str) -> list["Table"]:
        """A list of inner tables, empty when the field is absent."""
        value = self._fields.pop(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "a list of tables")
        return [Table(item, f"{self.where}, {key} {number}") for number, item in enumerate(value, start=1)]

    def rest(self) -> Mapping[str, Any]:
        """All fields not yet taken: for tables whose names are data."""
        fields, self._fields = self._fields, {}
        return fields

    def finish(self) -> None:
        """Refuse fields that nobody took: a misspelt name must not silently lose its limit."""
        if self._fields:
            names = ", ".join(sorted(self._fields))
            raise DataFileError(f"{self.where} has fields that are not known: {names}. Correct or remove them.")

    def _take(self, key: str, default: object) -> object:
        value = self._fields.pop(key, default)
        if value is None:
            raise DataFileError(f"{self.where} lacks the field “{key}”. Add it.")
        return value

    def _wrong(self, key: str, wanted: str) -> DataFileError:
        return DataFileError(f"{self.where}: the field “{key}” must be {wanted}.")


def is_figure(text: str) -> bool:
    """Whether a text is a figure as a file holds it, such as 5.00 or 1.0E+10."""
    return bool(_AMOUNT.fullmatch(text))


def is_texts(value: object) -> TypeGuard[list[str]]:
    """Whether `value` is a list that holds nothing but text."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
