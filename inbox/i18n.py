"""Turn our English sentences into the seller's language; never JSON, logs or ids.

The catalogue is looked up when a sentence is asked for, not when a module is
imported, so that `use` may be called after everything stands.
"""

from __future__ import annotations

import gettext as _gettext
import locale
import os
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("locale")
_DOMAIN = "inbox"
_ENVIRONMENT = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

_language: str | None = None


def use(language: str) -> None:
    """Speak that language from now on (`de`, `pt_BR`, `pt-BR`); "" asks the environment."""
    global _language  # noqa: PLW0603 - one process speaks one language
    _language = locale.normalize(language.replace("-", "_")).partition(".")[0] or None


def gettext(message: str) -> str:
    """Return the message in the seller's language, or as it is."""
    return _catalogue(_wanted()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form that fits the count in the seller's language."""
    return _catalogue(_wanted()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """Return the message as it is said in that context, for words with several meanings."""
    return _catalogue(_wanted()).pgettext(context, message)


def language() -> str:
    """Return the seller's language (`de`, `pt_BR`), for dates and money."""
    return _wanted()[0]


def _wanted() -> tuple[str, ...]:
    """Return the languages to try, best first, English last and always."""
    if _language is not None:
        return (_language, "en")
    for name in _ENVIRONMENT:
        said = os.environ.get(name, "")
        if said and said not in ("C", "POSIX") and not said.startswith("C."):
            return (*said.split(":"), "en")
    return ("en",)


@lru_cache(maxsize=8)
def _catalogue(languages: tuple[str, ...]) -> _gettext.NullTranslations:
    """Return the catalogue of the first language that has one, else one that changes nothing."""
    without_english = [name for name in languages if name.partition("_")[0] != "en"]
    if not without_english or not _FOLDER.is_dir():
        return _gettext.NullTranslations()
    return _gettext.translation(_DOMAIN, _FOLDER, without_english, fallback=True)
