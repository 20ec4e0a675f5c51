"""Fill a canned response for a conversation, as the command line was told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

import click

from inbox.cli.session import Session
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from canned.library import Canned, Library
    from canned.rendering import Rendered
    from inbox.core.model import ConversationUid
    from inbox.view.filling import Filling


class Filler:
    """Fills one response, again and again as values become known."""

    def __init__(
        self, session: Session, name: str, conversation: ConversationUid | None, language: str = ""
    ) -> None:
        """Choose the variant in that language, else the buyer's; wrong usage if there is none."""
        self._session = session
        self._library = library_of(session)
        self._known = _known(session, conversation) if conversation is not None else None
        wanted = language or (self._known.language if self._known is not None else "")
        self.response = _response(self._library, name, wanted or _own_language(session))

    def filled(self, given: Mapping[str, str]) -> Rendered:
        """Return the response with what the conversation knows, and `given` over that."""
        from canned.formats import Formats

        known = self._known.values if self._known is not None else {}
        language = self.response.language or _own_language(self._session) or "en"
        zone = self._session.clock().astimezone(self._session.zone).tzinfo or UTC
        formats = Formats(language, zone)
        return self._library.render(self.response, {**known, **given}, formats)


def library_of(session: Session) -> Library:
    """Return the seller's responses over those that come with the product."""
    from canned.library import Library

    return Library.load([session.locations.canned])


def given_values(pairs: Sequence[str]) -> dict[str, str]:
    """Return what `--var name=value` gave, by our own names; wrong usage for anything else."""
    from canned.variables import canonical, known

    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = canonical(name.strip())
        if not equals:
            raise click.UsageError(_("--var must be NAME=VALUE: {}.").format(pair))
        if not known(name):
            said = _('There is no variable called {}. Your own begin with "ask.".')
            raise click.UsageError(said.format(name))
        values[name] = value
    return values


def _response(library: Library, name: str, language: str) -> Canned:
    """Return the response of that shortcode or name; wrong usage if there is none."""
    found = library.get(name, language)
    if found is None:
        said = _('There is no canned response called {}. See "inbox canned list".')
        raise click.UsageError(said.format(name))
    return found


def _known(session: Session, uid: ConversationUid) -> Filling:
    """Return what a conversation can fill, and the language the buyer writes in."""
    from inbox.view.filling import filling

    with session.store.read() as tx:
        return filling(
            tx,
            uid,
            session.book,
            session.clock(),
            seller=session.config.settings.name,
            zone=session.zone,
        )


def _own_language(session: Session) -> str:
    """Return the seller's own language as canned responses write it, "" if it is not set."""
    return session.config.settings.language.replace("_", "-")
