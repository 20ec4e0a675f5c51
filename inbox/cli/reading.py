"""Print a conversation for a person: who, what, when it is due, and every message in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.values import Direction, Origin
from inbox.cli.output import moment, one_line, say
from inbox.cli.session import Session
from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.view.panel import Panel
    from inbox.view.reading import MessageView, Reading


def print_reading(reading: Reading, session: Session, *, quoted: bool) -> None:
    """Print a conversation; quotations as one line each unless `quoted`."""
    say(one_line(reading.conversation.subject) or _("(no subject)"))
    say(_head(reading, session))
    for message in reading.messages:
        say()
        say(_who(message, session))
        for link in message.misleading_links:
            told = _("! A link that says {said} leads to {target}")
            say(told.format(said=one_line(link.said), target=one_line(link.target)))
        for part in message.parts:
            if not part.quoted or quoted:
                say(part.text.strip("\n"))
            elif part.text.strip():
                count = len(part.text.strip().splitlines())
                if part.signature:
                    said = ngettext("[{} line of signature]", "[{} lines of signature]", count)
                else:
                    said = ngettext("[{} quoted line]", "[{} quoted lines]", count)
                say(said.format(count))
        for attachment in message.attachments:
            say(_("Attached: {}").format(one_line(attachment.name)))
    if reading.draft:
        say()
        say(_("Draft, not sent:"))
        say(reading.draft)


def print_panel(beside: Panel, session: Session) -> None:
    """Print the order and the buyer's other matters, where anything is known of them."""
    from inbox.view.panel import words

    if beside.kept is None and not (
        beside.page or beside.tasks or beside.others or beside.other_orders
    ):
        return
    say()
    for line in words(beside, lambda at: moment(at, session.zone), session.clock()):
        indent = line[: len(line) - len(line.lstrip(" "))]
        say(indent + one_line(line))


def delivery_words(state: Delivery) -> str:
    """Return where a reply stands, in words."""
    return {
        Delivery.QUEUED: _("queued, not counted yet"),
        Delivery.SENDING: _("being sent, not counted yet"),
        Delivery.ACCEPTED: _("sent"),
        Delivery.REFUSED: _("refused"),
        Delivery.UNSURE: _("unsure whether it was sent"),
    }[state]


def _head(reading: Reading, session: Session) -> str:
    """Return the line under the subject: who, where, and what is owed."""
    from inbox.core.countdown import countdown

    one, now = reading.conversation, session.clock()
    address = f"<{one.party.address}>" if one.party.address else ""
    parts = [one_line(f"{one.party.name} {address}"), reading.account_name]
    if one.order_ref:
        parts.append(_("order {}").format(one_line(one.order_ref)))
    if one.owed and one.due_at is not None:
        left = countdown(one.due_at, now)
        due = moment(one.due_at, session.zone)
        parts.append(
            _("late since {due} ({left})").format(due=due, left=left)
            if now > one.due_at
            else _("due {due} ({left})").format(due=due, left=left)
        )
    return " \u00b7 ".join(parts)


def _who(message: MessageView, session: Session) -> str:
    """Return the line above a message."""
    words = [moment(message.accepted_at, session.zone)]
    sender = one_line(message.sender.name or message.sender.address)
    words.append(_("You") if message.direction is Direction.OUT else sender)
    if message.delivery is not None:
        words.append(f"[{delivery_words(message.delivery)}]")
    if message.origin is Origin.FORGED:
        words.append(_("[likely forged]"))
    if message.claims_to_be_us:
        words.append(_("[claims to be you]"))
    if message.automatic:
        words.append(_("[automatic]"))
    if message.notice_of:
        words.append(_("[notice by mail]"))
    if message.interim:
        words.append(_("[no answer yet]"))
    if message.gone:
        words.append(_("[gone at the service]"))
    if message.schedule is not None and message.send_after is not None:
        from inbox.view.scheduling import standing_of

        at = message.send_after
        words.append(standing_of(message.schedule, at, lambda at: moment(at, session.zone)))
    if message.error:
        words.append(one_line(message.error))
    return "  ".join(words)
