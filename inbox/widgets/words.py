"""Text for a terminal: strangers' text made harmless, cut to cells, instants in few words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from rich.cells import cell_len, set_cell_size

from connectors.values import Party
from inbox.core import plaintext
from inbox.i18n import gettext as _
from inbox.i18n import ngettext


class Sized(Protocol):
    """Something that weighs bytes."""

    @property
    def size(self) -> int:
        """Its bytes."""


def one_line(text: str) -> str:
    """Return text from outside as one line that no terminal can take for a command.

    Ingest has cleaned it already; what is painted is cleaned once more, because
    one escape sequence is enough.
    """
    return plaintext.clean(text, one_line=True)


def outside(text: str) -> str:
    """Return text from outside as one line to be painted: harmless, and as wide everywhere."""
    return _even(one_line(text))


def outside_lines(text: str) -> str:
    """Return text from outside with its line ends, to be painted."""
    return _even(plaintext.clean(text).expandtabs(4))


_UNEVEN = re.compile(
    # "as a picture", "as a sign", the tones of skin
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
    # what joins two pictures to one; in scripts it stays
    "|(?<=[\u00a9\u00ae\u2000-\u33ff\ufe0f\U0001f000-\U0001faff])\u200d"
)


def _even(text: str) -> str:
    """Return a text without what makes two pictures one: terminals disagree on how wide that is.

    One cell more or less would shift all that stands behind it on the line.
    """
    return text if text.isascii() else _UNEVEN.sub("", text)


def harmless(text: str) -> str:
    """Return a painted line as it is, but for what would drive the terminal.

    Widgets that paint lines made elsewhere call it on all of them: one that
    was forgotten there must not become an escape sequence here.
    """
    return plaintext.clean(text).replace("\n", " ").replace("\t", " ")


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Return the text cut (with "…") or filled to exactly that many cells."""
    if cells <= 0:
        return ""
    if cell_len(text) > cells:
        return set_cell_size(set_cell_size(text, cells - 1).rstrip() + "…", cells)
    filling = " " * (cells - cell_len(text))
    return filling + text if right else text + filling


def name_of(party: Party) -> str:
    """Return what to call somebody: the name, else the address."""
    return outside(party.name) or outside(party.address)


def in_full(party: Party) -> str:
    """Return name and address."""
    name, address = outside(party.name), outside(party.address)
    return f"{name} <{address}>" if name and name != address else address


def short_when(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return an instant in at most 7 cells: the time today, else the day, else the month."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {_month(local)}"
    return f"{local:%Y-%m}"


def long_when(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return an instant with day and time, the year only if it is another one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    day = _("{weekday} {day} {month}").format(
        weekday=_weekday(local), day=local.day, month=_month(local)
    )
    year = "" if local.year == today.year else f" {local.year}"
    return f"{day}{year} {local:%H:%M}"


def _month(at: datetime) -> str:
    return _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[at.month - 1]


def _weekday(at: datetime) -> str:
    return _("Mon Tue Wed Thu Fri Sat Sun").split()[at.weekday()]


def files_words(files: Sequence[Sized]) -> str:
    """Return how many files there are and what they weigh together."""
    from inbox.core.sizes import size_words  # asked for late: no list needs it

    said = ngettext("{n} file", "{n} files", len(files)).format(n=len(files))
    return f"{said}, {size_words(sum(file.size for file in files))}"
