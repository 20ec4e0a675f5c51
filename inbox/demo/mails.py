"""Write the mails that the demo's buyers, its marketplaces and its shop have sent. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from inbox.demo.stories import Notice, Shop, Stories, Story

INBOX = "INBOX"
SENT = "Sent"
_POLICY = policy.SMTP.clone(cte_type="7bit")
_WRITTEN = _POLICY.clone(max_line_length=900)
"""Headers stay on one line, as most senders write them."""
_CHARSETS: Mapping[str, str] = {"zh": "gb18030"}
"""Languages whose mail commonly comes in another charset than UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail lying in a folder."""

    folder: str
    raw: bytes
    accepted_at: datetime
    flags: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Affair:
    """One buyer with one question; grows as both sides write."""

    story: Story
    name: str
    """As the mail shows it; on eBay a user name."""
    first: str
    address: str
    """Where they write from and are answered: their own, or a relay alias."""
    order: str
    item: str
    item_id: str
    ids: list[str] = field(default_factory=list)
    """The Message-IDs so far, without brackets, oldest first."""
    answered: int = 0
    """How often the seller has answered."""

    def filled(self, text: str) -> str:
        """Return a text of the story with this affair's names and numbers in it."""
        values = {
            "{name}": self.name, "{first}": self.first, "{order}": self.order,
            "{item}": self.item, "{item_id}": self.item_id,
        }  # fmt: skip
        for name, value in values.items():
            text = text.replace(name, value)
        return text


def subject_of(affair: Affair, stories: Stories) -> str:
    """Return the subject of the affair's first mail."""
    if affair.story.via == "mail":
        return affair.filled(affair.story.subject)
    return affair.filled(stories.wording[affair.story.via][affair.story.language]["subject"])


def from_buyer(
    affair: Affair, text: str, at: datetime, stories: Stories, *, message_id: str
) -> bytes:
    """Return a mail of the buyer's as it reaches the shop, relayed or not; notes its id."""
    again = "Re: " if affair.ids else ""
    mail = _mail(
        sender=(affair.name, affair.address),
        to=(stories.shop.title, stories.shop.address),
        subject=again + subject_of(affair, stories),
        at=at,
        message_id=message_id,
        references=affair.ids,
    )
    if affair.story.via == "amazon":
        site = stories.wording["amazon"][affair.story.language]["site"]
        mail["X-Space-Notification-Type"] = "BBC_MESSAGE_SENT_TO_MERCHANT"
        mail["X-Marketplace-ID"] = f"A{affair.item_id}"
        _put(mail, _around_amazon(text, affair, site), affair.story.language)
    elif affair.story.via == "ebay":
        heading = stories.wording["ebay"][affair.story.language]["heading"]
        _put(mail, f"{affair.filled(heading)}\n\n{text}\n", affair.story.language)
        shown = html.escape(text).replace("\n", "<br>")
        mail.add_alternative(
            f"<html><body><h3>{html.escape(affair.filled(heading))}</h3>"
            f'<div id="UserInputtedText">{shown}</div></body></html>',
            subtype="html",
        )
    else:
        _put(mail, f"{text}\n", affair.story.language)
    affair.ids.append(message_id)
    return mail.as_bytes(policy=_WRITTEN)


def from_shop(
    affair: Affair, text: str, at: datetime, stories: Stories, *, message_id: str
) -> bytes:
    """Return the shop's answer as it lies in Sent; notes its id."""
    shop = stories.shop
    mail = _mail(
        sender=(shop.title, shop.address),
        to=(affair.name, affair.address),
        subject="Re: " + subject_of(affair, stories),
        at=at,
        message_id=message_id,
        references=affair.ids,
    )
    _put(mail, f"{text}\n\n{shop.signature}\n", affair.story.language)
    affair.ids.append(message_id)
    return mail.as_bytes(policy=_WRITTEN)


def from_notice(notice: Notice, shop: Shop, at: datetime, *, message_id: str) -> bytes:
    """Return a mail that wants no answer."""
    name, _, address = notice.sender.rstrip(">").rpartition(" <")
    mail = _mail(
        sender=(name, address), to=(shop.title, shop.address), subject=notice.subject, at=at,
        message_id=message_id, references=(),
    )  # fmt: skip
    for key, value in notice.headers.items():
        mail[key] = value
    _put(mail, f"{notice.text}\n", "en")
    return mail.as_bytes(policy=_WRITTEN)


def _mail(
    *,
    sender: tuple[str, str],
    to: tuple[str, str],
    subject: str,
    at: datetime,
    message_id: str,
    references: Sequence[str],
) -> EmailMessage:
    """Return a mail's header."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(*sender)
    mail["To"] = _address(*to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    if references:
        mail["In-Reply-To"] = f"<{references[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in references[-10:])
    return mail


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _put(mail: EmailMessage, text: str, language: str) -> None:
    """Make the text the mail's content, in a charset that is common for the language."""
    mail.set_content(text, charset=_CHARSETS.get(language, "utf-8"))


def _around_amazon(text: str, affair: Affair, site: str) -> str:
    """Return what Amazon's relay makes of a buyer's words."""
    return (
        f"You have received a message.\n\nOrder ID: {affair.order}\n"
        f"1  {affair.item}\n\n"
        "------------- Begin message -------------\n\n"
        f"{text}\n\n"
        "------------- End message -------------\n\n"
        "For your information: we filter messages for your protection.\n"
        "Was this email helpful?\n"
        f"Copyright Amazon.{site}, its affiliates. All rights reserved.\n"
    )
