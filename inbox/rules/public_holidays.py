"""Public holidays by country and region. The library is loaded when a date is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from inbox.core.calendar import Holidays

CODE = re.compile(r"[A-Z]{2}(?:-[A-Za-z0-9]{1,12})?")
"""A country, or with a region: `DE`, `DE-BE`."""


class UnknownPlace(LookupError):
    """There are no holidays by that country or region."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def holidays_of(code: str) -> Holidays:
    """Return what knows the holidays of that country and region; raises UnknownPlace when asked."""
    return partial(_of_year, code)


def check(code: str) -> None:
    """Raise UnknownPlace if there are no holidays by that code. Loads the library."""
    _of_year(code, 2026)


def edition() -> str:
    """Return which holidays are known, as text that changes with the library; loads nothing."""
    found = find_spec("holidays")
    if found is None or found.origin is None:
        return ""
    installed = Path(found.origin).parent.parent.glob("holidays-*.dist-info")
    return " ".join(sorted(each.name for each in installed))


@cache
def _of_year(code: str, year: int) -> Mapping[date, str]:
    """Return the holidays of one year by date, their names as the country has them."""
    from holidays import country_holidays  # half a tenth of a second, for few

    country, _dash, region = code.partition("-")
    try:
        return dict(country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError as unknown:
        raise UnknownPlace(code) from unknown
