"""All of a reply but its text, and what makes words fit for a header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.values import Capabilities, Party, Place
from inbox.core import plaintext
from inbox.core.model import AccountUid, ConversationUid, MessageUid

if TYPE_CHECKING:
    from connectors.forms import ReplyForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyParts:
    """All of a reply but its text."""

    account: AccountUid
    account_name: str
    conversation: ConversationUid
    answered: MessageUid | None
    """None where it answers nothing."""
    sender: Party
    recipients: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()
    subject: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    answers: tuple[Place, ...] = ()
    conversation_ref: str | None = None
    quote: str = ""
    """What is set below the text when it is sent; empty where the account does not quote."""
    signature: str
    limit: int | None = None
    """Characters the service allows; None: no limit."""
    able: Capabilities | None = None
    """What the service can do, None where it was never asked yet."""
    service: str = ""
    """The marketplace it goes by, else the account's kind."""
    relayed: bool = False
    """Whether a marketplace passes it on to the buyer, whose own address nobody knows."""
    doubt: str = ""
    """Why the seller should look twice at whom it answers, "" where nothing speaks against them."""
    html: bool = False
    """Whether a mail says the same as a simple page too."""
    forms: tuple[ReplyForm, ...] = ()
    """In which other ways than as a plain answer the service takes it here."""


def one_line(text: str) -> str:
    """Return a text fit for a header: no control characters, no line ends."""
    return plaintext.clean(text, one_line=True).replace("\r", " ").replace("\n", " ").strip()
