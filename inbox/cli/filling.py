"""Fill a canned response for a conversation, as the command line was told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

import click

from inbox.cli.output import one_line, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from canned.library import Canned, Library
    from canned.rendering import Rendered
    from inbox.core.model import ConversationUid
    from inbox.view.filling import Filling
    from inbox.view.meant import MeantOrder

NO_ORDER = "none"
"""What `--order` is given where an answer speaks of no order."""

ORDER = click.option(
    "--order", metavar="REF", help=_("The order a response speaks of, where they have several.")
)


class Filler:
    """Fills one response, again and again as values become known."""

    def __init__(
        self,
        session: Session,
        name: str,
        conversation: ConversationUid | None,
        language: str = "",
        order: str | None = None,
    ) -> None:
        """Choose the variant in that language, else the buyer's; wrong usage if there is none.

        `order` is the one it speaks of, None: the one that is meant.
        """
        self._session = session
        self._library = library_of(session)
        self._known = known_of(session, conversation) if conversation is not None else None
        wanted = language or (self._known.language if self._known is not None else "")
        self.response = _response(self._library, name, wanted or own_language(session))
        self._chosen = order is not None
        self.order = _order_called(self._known, order)
        """The order it speaks of, as far as that is known."""

    def choose_order(self, given: Collection[str] = ()) -> None:
        """Ask which order is meant if the response hangs on it; wrong usage without a terminal.

        `given` are the names whose values are known otherwise.
        """
        from canned.template import names_of

        names = names_of(self._library.template(self.response)).difference(given)
        if self._known is None or self._chosen or not self._known.in_doubt(names):
            return
        if not on_terminal():
            raise click.UsageError(_which(self._known.choices))
        self.order, self._chosen = _asked(self._known.choices), True

    def filled(self, given: Mapping[str, str]) -> Rendered:
        """Return the response with what the conversation knows, and `given` over that."""
        from canned.formats import Formats

        own = own_language(self._session)
        if self._known is None:
            zone = self._session.clock().astimezone(self._session.zone).tzinfo or UTC
            formats = Formats(self.response.language or own or "en", zone)
            return self._library.render(self.response, given, formats)
        known = self._known.filled(self.order)
        formats = self._known.formats(self.response, own)
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


def _order_called(known: Filling | None, ref: str | None) -> MeantOrder | None:
    """Return the order of that number, by default the likeliest; wrong usage if there is none."""
    if ref is None:
        return known.order if known is not None else None
    if ref.casefold() == NO_ORDER:
        return None
    choices = known.choices if known is not None else ()
    found = [each for each in choices if each.ref.casefold() == ref.strip().casefold()]
    if found:
        return found[0]
    if not choices:
        raise click.UsageError(_("No order is known here that could be {}.").format(ref))
    said = _("There is no order {ref} here. {known}")
    refs = ", ".join(one_line(each.ref) for each in choices)
    raise click.UsageError(said.format(ref=ref, known=_("Known are: {}.").format(refs)))


def _which(choices: Sequence[MeantOrder]) -> str:
    """Return that an order must be named, with those there are."""
    refs = ", ".join(one_line(each.ref) for each in choices)
    said = _("They have several orders, and the response speaks of one: give --order REF ({refs}).")
    return said.format(refs=refs)


def _asked(choices: Sequence[MeantOrder]) -> MeantOrder | None:
    """Return the order that the seller chooses on the terminal, None for none of them."""
    from inbox.view.meant import order_words

    for number, each in enumerate(choices, 1):
        tell(f"{number:>3}  {one_line(order_words(each))}")
    tell(f"{0:>3}  " + _("None of these"))
    asked = click.prompt(
        _("Which order?"), type=click.IntRange(0, len(choices)), default=1, err=True
    )
    return choices[asked - 1] if asked else None


def _response(library: Library, name: str, language: str) -> Canned:
    """Return the response of that shortcode or name; wrong usage if there is none."""
    found = library.get(name, language)
    if found is None:
        raise click.UsageError(unknown_words(library, name))
    return found


def unknown_words(library: Library, name: str) -> str:
    """Return that there is no response of that name, and which are called nearly so."""
    said = _("There is no canned response called {}.").format(name)
    near = library.near(name)
    if near:
        return f"{said} " + _("Nearly so: {}.").format(", ".join(near))
    return f"{said} " + _('See "inbox canned list".')


def known_of(session: Session, uid: ConversationUid) -> Filling:
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


def own_language(session: Session) -> str:
    """Return the seller's own language as canned responses write it, "" if it is not set."""
    return session.config.settings.language.replace("_", "-")
