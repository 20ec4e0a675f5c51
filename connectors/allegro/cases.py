"""What Allegro's disputes and claims ("issues") mean, as values. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from connectors.allegro import wire
from connectors.allegro.answers import Expectation, File, Issue, Spoken, State
from connectors.instants import utc
from connectors.listing import set_aside
from connectors.values import (
    ConversationChange,
    Direction,
    Kind,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
    StatedDeadline,
)
from connectors.walking import Listed

_PAGES = {"CLAIM": "claims", "DISPUTE": "discussions-with-buyers"}
_OVER = frozenset({"DISPUTE_CLOSED", "DISPUTE_UNRESOLVED", "CLAIM_ACCEPTED", "CLAIM_REJECTED"})
_DECIDED = frozenset({"CLAIM_ACCEPTED", "CLAIM_REJECTED"})
_SILENT = frozenset({"SYSTEM", "FULFILLMENT"})
_OURS = "SELLER"
_REPLIED = "SELLER_REPLIED"
_REMEMBERED = timedelta(days=180)
"""For so long after it was opened, an issue that is over is looked at as long as it can be
written in."""
_WORD = "issue "

Row = Issue | Quarantined
"""A row of the list of issues, or what stands there instead of one."""


def ref_of(issue: str) -> str:
    """Return our name of an issue's conversation."""
    return f"{_WORD}{issue}"


def id_of(ref: str) -> str | None:
    """Return Allegro's id of the issue a conversation is, None if it is a thread."""
    return ref.removeprefix(_WORD) if ref.startswith(_WORD) else None


def remote_id(name: str) -> RemoteId:
    """Return what we call a message of an issue that Allegro calls `name`."""
    return RemoteId(f"{_WORD}{name}")


def issue_of(raw: bytes) -> Listed[Issue]:
    """Return a row of the list as the walk knows it; raises ValueError."""
    issue = msgspec.json.decode(raw, type=Issue)
    return Listed(issue.id, issue.opened_at(), issue)


def fingerprint(issue: Issue) -> str:
    """Return what differs whenever something differs that we read."""
    return hashlib.sha256(msgspec.json.encode(issue)).hexdigest()[:16]


def alive(issue: Issue, now: datetime) -> bool:
    """Return whether something may still be said or decided."""
    if issue.current_state.status not in _OVER:
        return True
    return issue.current_state.chat_active and now - issue.opened_at() < _REMEMBERED


def page_of(issue: Issue, site: str) -> str:
    """Return where the seller acts on an issue; "" where the site is not known."""
    folder = _PAGES["CLAIM" if issue.type == "CLAIM" else "DISPUTE"]
    return f"{site}/{folder}/{quote(issue.id, safe='')}" if site else ""


def read(issue: Issue, rows: Iterable[bytes], site: str = "") -> wire.Read:
    """Return an issue's messages, and what of it cannot be read.

    `site` is where sellers act: the beginning of the page's address.
    """
    opened = _opened(issue)
    found = [] if opened is None else [opened]
    bad: list[Quarantined] = []
    for raw in rows:
        try:
            spoken = msgspec.json.decode(raw, type=Spoken)
            found.append(_message(issue, spoken, raw))
        except (ValueError, RecursionError) as broken:
            why = f"Allegro sent a message that is not as it documents: {broken}."
            bad.append(set_aside(ref_of(issue.id), why, raw, issue.opened_at()))
    found.sort(key=lambda message: (message.accepted_at, message.remote_id), reverse=True)
    page = page_of(issue, site)
    return wire.Read(tuple(replace(message, page=page) for message in found), tuple(bad))


def change_of(issue: Issue) -> ConversationChange:
    """Return whose turn it is, and whether anything can still be done."""
    state = issue.current_state
    over = state.status in _OVER
    closed = state.status == "DISPUTE_CLOSED" or (over and not state.chat_active)
    needed = False if closed else _needed(issue)
    return ConversationChange(ref_of(issue.id), closed=closed, reply_needed=needed)


def _needed(issue: Issue) -> bool | None:
    """Return whether the seller has to write, None where Allegro does not say.

    That nothing need be written would end every instant stated: of a claim
    to be decided it is not said. An issue that is over and in which the
    seller never wrote says `NEW` for ever.
    """
    last, status = _last_status(issue), issue.current_state.status
    if last == _REPLIED:
        return None if issue.type == "CLAIM" and status not in _DECIDED else False
    return None if not last or (last == "NEW" and status in _OVER) else True


def deadlines_of(issue: Issue, site: str = "") -> tuple[StatedDeadline, ...]:
    """Return until when the seller must act; None in one: nothing is owed under it."""
    state = issue.current_state
    if issue.type == "CLAIM":
        due, said = state.status not in _DECIDED, "Accept or reject the claim, at Allegro."
    else:
        waits = state.status == "DISPUTE_ONGOING" and _last_status(issue) != _REPLIED
        due, said = waits, "Answer in the discussion."
    stated = {"status": state.due_at(), "decision": issue.decided_by()}
    return tuple(
        StatedDeadline(
            conversation_ref=ref_of(issue.id),
            ref=ref,
            due_at=at if due else None,
            opened_at=issue.opened_at(),
            said=said if due and at else "",
            page=page_of(issue, site),
        )
        for ref, at in stated.items()
    )


def subject_of(issue: Issue) -> str:
    """Return what an issue is about, in a line."""
    why = issue.subject or (issue.reason.type if issue.reason else None) or "no reason given"
    if issue.type != "CLAIM":
        return f"Discussion: {_words(why)}"
    number = f" {issue.reference_number}" if issue.reference_number else ""
    return f"Claim{number}: {_words(why)}"


def takes_words(state: State) -> bool:
    """Return whether somebody may write in an issue now."""
    return state.chat_active


def _last_status(issue: Issue) -> str:
    """Return who wrote last, in Allegro's word; "" if it does not say."""
    last = issue.chat.last_message if issue.chat else None
    return (last.status if last else None) or ""


def _opened(issue: Issue) -> Message | None:
    """Return what the buyer said in the form that opened an issue, None if that was nothing."""
    words = [
        (issue.reason.description if issue.reason else None) or "",
        issue.description or "",
        *map(_wish, issue.expectations or ()),
    ]
    text = "\n\n".join(word for word in dict.fromkeys(words) if word)
    if not text and not issue.attachments:
        return None
    name = f"{issue.id} opened {issue.opened_at().isoformat(timespec='milliseconds')}"
    return _made(
        issue,
        name,
        at=issue.opened_at(),
        sender=_buyer(issue),
        text=text,
        files=issue.attachments or (),
        raw=msgspec.json.encode(issue),
    )


def _message(issue: Issue, spoken: Spoken, raw: bytes) -> Message:
    """Return one message of an issue."""
    role = (spoken.author.role if spoken.author else None) or ""
    login = (spoken.author.login if spoken.author else None) or ""
    sender = Party(login, login) if login else wire.ALLEGRO
    if role == "BUYER" and not login:
        sender = _buyer(issue)
    return _made(
        issue,
        spoken.id,
        at=utc(spoken.created_at),
        sender=sender,
        text=spoken.text or "",
        files=spoken.attachments or (),
        raw=raw,
        ours=role == _OURS,
        automatic=role in _SILENT,
    )


def _made(
    issue: Issue,
    name: str,
    *,
    at: datetime,
    sender: Party,
    text: str,
    files: Iterable[File],
    raw: bytes,
    ours: bool = False,
    automatic: bool = False,
) -> Message:
    """Return a message of an issue's conversation."""
    ref, buyer = ref_of(issue.id), _buyer(issue)
    return Message(
        remote_id=remote_id(name),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=at,
        sender=sender,
        recipients=(buyer,) if ours else (),
        subject=subject_of(issue),
        text=text,
        attachments=tuple(
            wire.attachment(file, number, wire.ISSUE_FILES) for number, file in enumerate(files)
        ),
        automatic=automatic,
        seen=ours,
        service="allegro",
        kind=Kind.CLAIM if issue.type == "CLAIM" else Kind.DISPUTE,
        conversation_ref=ref,
        buyer_ref=buyer.address or None,
        order_ref=issue.checkout_form.id if issue.checkout_form else None,
        item_ref=issue.offer.id if issue.offer else None,
        answerable=takes_words(issue.current_state),
        places=(Place(ref, "", name, Role.INBOX),),
        source=raw,
        body_digest=wire.digest(text),
    )


def _buyer(issue: Issue) -> Party:
    """Return who opened an issue."""
    login = (issue.buyer.login if issue.buyer else None) or ""
    return Party(login or "The buyer", login)


def _wish(wanted: Expectation) -> str:
    """Return what the buyer wants, in words."""
    if not wanted.name:
        return ""
    refund = wanted.refund
    money = f", {refund.amount} {refund.currency}" if refund and refund.amount else ""
    return f"(Wanted: {_words(wanted.name)}{money}.)"


def _words(code: str) -> str:
    """Return a code of Allegro's in plain words; what is in words already stays."""
    return code.replace("_", " ").lower() if code.isupper() else code
