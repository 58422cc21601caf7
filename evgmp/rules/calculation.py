"""Calculations: named, versioned, pure functions over exact numbers, and the BOOK that holds them.

Data may name a calculation; it can never contain one. A version rises when a result could change, and old versions stay
callable, so that a recorded value can always be computed again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, FloatOperation, InvalidOperation, Overflow, localcontext
from types import MappingProxyType
from typing import TypeVar

from evgmp.rules.reading import LARGEST_EXPONENT, SMALLEST_EXPONENT

LIST_OF = "list of "
# The unit of a calculation that works for any unit: the result carries the unit of its inputs.
ANY_UNIT = "any"
# The digits of decimal128. Fixed here, so that a result never depends on the surrounding context. A float that meets a Decimal
# inside a formula raises at once.
_EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, FloatOperation, InvalidOperation, Overflow])

F = TypeVar("F", bound=Callable[..., Decimal])


class CalculationRefused(ValueError):
    """These inputs give no result. The message is a sentence for the person who recorded them."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnknownCalculation(LookupError):
    """The BOOK holds no such calculation."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Calculation:
    """One version of one calculation. `inputs` maps each input to its unit; “list of bar” takes one or more values."""

    key: str
    version: int
    title: str
    unit: str
    inputs: Mapping[str, str]
    source: str
    formula: Callable[..., Decimal]

    @property
    def explanation(self) -> str:
        """Formula, symbols, valid range: the words beside the number."""
        return (self.formula.__doc__ or "").strip()

    def takes_list(self, name: str) -> bool:
        return self.inputs[name].startswith(LIST_OF)

    def compute(self, **inputs: object) -> Decimal:
        """The unrounded result. Raises CalculationRefused for a missing, unknown, inexact or impossible input."""
        unknown = sorted(set(inputs) - set(self.inputs))
        if unknown:
            raise CalculationRefused(
                f"{self.title} does not use {', '.join(unknown)}. It uses {', '.join(self.inputs)}."
            )
        missing = [f"{_words(name)} ({unit})" for name, unit in self.inputs.items() if inputs.get(name) is None]
        if missing:
            raise CalculationRefused(f"{self.title} needs {', '.join(missing)}. Record it first.")
        values = {name: self._value(name, inputs[name]) for name in self.inputs}
        try:
            with localcontext(_EXACT):
                result = self.formula(**values)
        except (DivisionByZero, InvalidOperation, Overflow) as error:
            raise CalculationRefused(f"{self.title} has no result for these values. Check them.") from error
        if not isinstance(result, Decimal):
            raise TypeError(f"The formula of {self.key} must return a Decimal, not {type(result).__name__}.")
        if result and not SMALLEST_EXPONENT <= result.adjusted() <= LARGEST_EXPONENT:
            raise CalculationRefused(f"{self.title} gives {result:.2E}, which no quantity reaches. Check the values.")
        return result

    def _value(self, name: str, given: object) -> Decimal | tuple[Decimal, ...]:
        if not self.takes_list(name):
            return self._number(name, given)
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise CalculationRefused(f"{self.title}: {_words(name)} must be a list of values.")
        if not given:
            raise CalculationRefused(f"{self.title} needs at least one value of {_words(name)}. Record it first.")
        return tuple(self._number(f"{name} {place}", value) for place, value in enumerate(given, start=1))

    def _number(self, name: str, given: object) -> Decimal:
        if given is None:
            raise CalculationRefused(f"{self.title} needs {_words(name)}. Record it first.")
        if not isinstance(given, Decimal) or not given.is_finite():
            raise CalculationRefused(f"{self.title}: {_words(name)} must be an exact decimal number.")
        return given


class Book:
    """Every calculation by key and version."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int], Calculation] = {}

    def add(self, calculation: Calculation) -> None:
        page = (calculation.key, calculation.version)
        if page in self._pages:
            raise ValueError(
                f"The book holds {calculation.key} version {calculation.version} already. Raise the version."
            )
        self._pages[page] = calculation

    def get(self, key: str, version: int) -> Calculation:
        if (key, version) not in self._pages:
            raise UnknownCalculation(f"The book holds no version {version} of the calculation “{key}”.")
        return self._pages[key, version]

    def latest(self, key: str) -> Calculation:
        versions = [version for known, version in self._pages if known == key]
        if not versions:
            raise UnknownCalculation(f"The book holds no calculation “{key}”. Use one of: {', '.join(self.keys())}.")
        return self._pages[key, max(versions)]

    def keys(self) -> list[str]:
        return sorted({key for key, _ in self._pages})

    def __contains__(self, key: object) -> bool:
        return any(known == key for known, _ in self._pages)

    def __iter__(self) -> Iterator[Calculation]:
        return iter(self._pages.values())

    def __len__(self) -> int:
        return len(self._pages)


BOOK = Book()


def calculation(
    key: str, *, version: int = 1, title: str, unit: str, inputs: Mapping[str, str], source: str, book: Book = BOOK
) -> Callable[[F], F]:
    """Enter the decorated pure function in the book. It takes its inputs by keyword, under the names declared here."""

    def enter(formula: F) -> F:
        code = formula.__code__
        keywords = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if set(keywords) != set(inputs) or code.co_argcount:
            raise TypeError(f"The formula of {key} must take exactly these keywords: {', '.join(inputs)}.")
        book.add(Calculation(key, version, title, unit, MappingProxyType(dict(inputs)), source, formula))
        return formula

    return enter


def above_zero(amount: Decimal, what: str) -> None:
    """For formulas: refuse an amount that is zero or less."""
    if amount <= 0:
        raise CalculationRefused(f"The {what} must be above zero. Check the value.")


def not_negative(amount: Decimal, what: str) -> None:
    """For formulas: refuse an amount below zero."""
    if amount < 0:
        raise CalculationRefused(f"The {what} can't be negative. Check the value.")


def _words(name: str) -> str:
    return name.replace("_", " ")
