"""The working days of a platform's storefront: 00:00-24:00, Monday to Friday, without holidays.

"48 h on working days" and "2 business days" both are 48 hours of such time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo

from inbox.core.calendar import Calendar, Hours
from inbox.rules.public_holidays import holidays_of

ZONES: Mapping[str, str] = {
    "ae": "Asia/Dubai",
    "at": "Europe/Vienna",
    "au": "Australia/Sydney",
    "be": "Europe/Brussels",
    "br": "America/Sao_Paulo",
    "ca": "America/Toronto",
    "ch": "Europe/Zurich",
    "cz": "Europe/Prague",
    "de": "Europe/Berlin",
    "eg": "Africa/Cairo",
    "es": "Europe/Madrid",
    "fr": "Europe/Paris",
    "gb": "Europe/London",
    "hk": "Asia/Hong_Kong",
    "hu": "Europe/Budapest",
    "ie": "Europe/Dublin",
    "in": "Asia/Kolkata",
    "it": "Europe/Rome",
    "jp": "Asia/Tokyo",
    "mx": "America/Mexico_City",
    "my": "Asia/Kuala_Lumpur",
    "nl": "Europe/Amsterdam",
    "ph": "Asia/Manila",
    "pl": "Europe/Warsaw",
    "sa": "Asia/Riyadh",
    "se": "Europe/Stockholm",
    "sg": "Asia/Singapore",
    "sk": "Europe/Bratislava",
    "tr": "Europe/Istanbul",
    "us": "America/New_York",
}
"""A storefront's zone by its country; of several zones the easternmost, where a day ends first."""

WORKDAYS = ((Hours(0, 1440),),) * 5 + ((), ())


@cache
def storefront_calendar(country: str) -> Calendar:
    """Return the working days of a storefront; an unknown one has UTC's days and no holidays.

    So what is due there is rather told too early than too late.
    """
    name = ZONES.get(country)
    if name is None:
        return Calendar(name="storefront", zone=UTC, zone_name="UTC", week=WORKDAYS)
    code = country.upper()
    return Calendar(
        name=f"storefront {country}",
        zone=ZoneInfo(name),
        zone_name=name,
        week=WORKDAYS,
        country=code,
        holidays=holidays_of(code),
    )
