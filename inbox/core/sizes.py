"""How large a file is, as a person reads it. Pure."""

from __future__ import annotations

from inbox.i18n import gettext as _
from inbox.i18n import ngettext

_KILO = 1024


def size_words(size: int | None) -> str:
    """Return the size of a file as a person reads it, "" where it is not known."""
    if size is None:
        return ""
    if size < _KILO:
        return ngettext("{n} byte", "{n} bytes", size).format(n=size)
    if size < _KILO * _KILO:
        return _("{n} kB").format(n=size // _KILO)
    return _("{n} MB").format(n=round(size / _KILO / _KILO, 1))
