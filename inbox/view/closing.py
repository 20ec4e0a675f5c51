"""Which conversations can be closed at their service."""

from __future__ import annotations

from connectors.values import Mark
from inbox.core.model import Conversation
from inbox.core.stated import is_closed
from inbox.i18n import gettext as _
from inbox.store import accounts, stated
from inbox.store.database import Transaction


class NotClosedThere(Exception):
    """A service closes no conversations for sellers, or this one is closed already."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def check_closable(tx: Transaction, conversation: Conversation, account_name: str) -> None:
    """Return if the service can be told that it is closed; raise NotClosedThere."""
    able = accounts.abilities(tx, conversation.account)
    if able is None or Mark.CLOSED not in able.marks:
        said = _("Conversations of {account} cannot be closed at the service.")
        raise NotClosedThere(
            said.format(account=account_name), _('What you are finished with is "done" (e).')
        )
    if is_closed(stated.of_conversation(tx, conversation.uid), conversation.last_at):
        raise NotClosedThere(
            _("It is closed there already."), _('What you are finished with is "done" (e).')
        )
