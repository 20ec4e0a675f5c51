"""Fill a canned response for a conversation, as the command line was told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.session import Session
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from canned.formats import Value
    from canned.library import Canned, Library
    from canned.rendering import Rendered
    from inbox.core.model import ConversationUid


def library_of(session: Session) -> Library:
    """Return the seller's responses over those that come with the product."""
    from canned.library import Library

    return Library.load([session.locations.canned])


def response(library: Library, name: str, language: str) -> Canned:
    """Return the response of that shortcode or name; wrong usage if there is none."""
    found = library.get(name, language)
    if found is None:
        said = _('There is no canned response called {}. See "inbox canned list".')
        raise click.UsageError(said.format(name))
    return found


def given(pairs: Sequence[str]) -> dict[str, str]:
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


def fill(
    session: Session,
    library: Library,
    canned: Canned,
    conversation: ConversationUid | None,
    values: Mapping[str, str],
) -> Rendered:
    """Return the response with what the conversation knows, and `values` over that."""
    from datetime import UTC

    from canned.formats import Formats

    known = dict(_known(session, conversation)) if conversation is not None else {}
    language = canned.language or session.config.settings.language.replace("_", "-") or "en"
    zone = session.zone or session.clock().astimezone().tzinfo or UTC
    return library.render(canned, {**known, **values}, Formats(language, zone))


def _known(session: Session, uid: ConversationUid) -> Mapping[str, Value]:
    """Return what a conversation can fill."""
    from datetime import UTC

    from canned.variables import values_of
    from inbox.store import conversations

    with session.store.read() as tx:
        one = conversations.get(tx, uid)
    terms = session.book.accounts.get(one.account)
    now = session.clock()
    return values_of(
        party_name=one.party.name,
        party_address=one.party.address,
        now=now,
        timezone=session.zone or now.astimezone().tzinfo or UTC,
        service=one.service,
        subject=one.subject,
        order_number=one.order_ref,
        shop_name=terms.display_name if terms else "",
        agent_name=session.config.settings.name,
        signature=terms.signature if terms else "",
    )
