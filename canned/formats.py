"""Dates, money and plurals in the buyer's language. Babel is imported when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_PLURALS = ("zero", "one", "two", "few", "many")
"""CLDR's categories in the order in which the forms of `plural` are written; "other" is last."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code: compared by that, written out by its name."""

    code: str
    """Two letters, upper case."""

    def __str__(self) -> str:
        """Return the code."""
        return self.code


Value = str | bool | int | Decimal | date | datetime | Money | Country
"""What a variable can hold; a text is inserted as it is, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How values look to one buyer: their language (`de`, `pt-BR`), the seller's time zone."""

    language: str = "en"
    timezone: tzinfo = UTC

    def date(self, value: Value) -> str:
        """Return the day in words; a text that is no ISO date comes back as it is."""
        day = _as_date(value, self.timezone)
        if day is None:
            return self.text(value)
        from babel.dates import format_date

        return str(format_date(day, format="long", locale=self._locale()))

    def money(self, value: Value, currency: str = "") -> str:
        """Return the amount with its currency; a text that is no number comes back as it is.

        So does a number typed as text where no currency is known: it is what
        the seller wants to read.
        """
        if isinstance(value, Money):
            return self.money(value.amount, value.currency)
        amount = _as_number(value)
        if amount is None or (isinstance(value, str) and not currency):
            return self.text(value)
        from babel.numbers import format_currency, format_decimal

        if not currency:
            return str(format_decimal(amount, locale=self._locale()))
        return str(format_currency(amount, currency, locale=self._locale()))

    def plural(self, value: Value, forms: tuple[str, ...]) -> str:
        """Return the form that goes with the number, by the rules of the language.

        The forms stand in CLDR's order: one, other in English; one, few, many
        in Polish and Russian. The last form serves everything not written.
        """
        number = _as_number(value)
        if number is None:
            return forms[-1]
        rule = self._locale().plural_form
        known = [name for name in _PLURALS if name in rule.tags]
        category = rule(abs(number))
        place = known.index(category) if category in known else len(forms) - 1
        return forms[min(place, len(forms) - 1)]

    def text(self, value: Value) -> str:
        """Return the value as words; a text comes back unchanged."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            return self._moment(value)
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, Money | Country):
            return self._named(value)
        return str(value) if isinstance(value, int) else f"{value:f}"

    def _named(self, value: Money | Country) -> str:
        """Return an amount with its currency, a country by its name."""
        if isinstance(value, Money):
            return self.money(value)
        return str(self._locale().territories.get(value.code, value.code))

    def _moment(self, value: datetime) -> str:
        from babel.dates import format_datetime

        local = value.astimezone(self.timezone) if value.tzinfo else value
        return str(format_datetime(local, format="short", locale=self._locale()))

    def _locale(self) -> Locale:
        """Return Babel's locale of the language, its main language's, or English."""
        from babel import Locale, UnknownLocaleError

        wanted = self.language.replace("_", "-")
        for name in (wanted, wanted.partition("-")[0]):
            try:
                return Locale.parse(name, sep="-")
            except (UnknownLocaleError, ValueError, TypeError):
                continue
        return Locale.parse("en")


def _as_date(value: Value, zone: tzinfo) -> date | None:
    """Return the day of a date, an instant or an ISO text; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).date()
    return value if isinstance(value, date) else None


def _as_number(value: Value) -> Decimal | None:
    """Return a finite number, also from a text that is one; None for anything else."""
    if isinstance(value, bool | date | Money | Country):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
