"""What a mail begins with: whom it goes to, its draft, and who is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors.values import Party
from inbox.core.addresses import written
from inbox.core.model import AccountUid, ConversationUid, FileHead
from inbox.screens.desk import Desk
from inbox.triage import ReplyParts
from inbox.view.addressing import Addressees, can_address
from inbox.view.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What an answer, or a mail that answers nothing, begins with."""

    reading: Reading
    parts: ReplyParts
    text: str
    subject: str
    files: tuple[FileHead, ...] = ()
    to: tuple[str, str, str] = ("", "", "")
    """To, Cc and Bcc as they stand in their fields."""
    usual: tuple[str, str, str] | None = None
    """The same as an answer would go by itself; None where it does not."""
    form: str = ""
    """In which form of the service's it was to leave."""
    after: Mapping[str, str] = field(default_factory=dict)
    """What a canned response in it asks for once it was accepted."""
    elsewhere: int = 0
    """How often words of another program had come into it."""
    known: tuple[Party, ...] = ()
    """Who is known, for completing what is typed."""

    @property
    def addressable(self) -> bool:
        """Whether the seller may choose whom it goes to."""
        return can_address(self.parts) and not self.parts.relayed

    @property
    def begins(self) -> bool:
        """Whether it is a mail of ours that begins a conversation."""
        return not self.reading.messages

    def addressees(self, texts: tuple[str, str, str]) -> Addressees | None:
        """Return whom it goes to as typed; None for an answer as it goes by itself."""
        if not self.addressable or texts == self.usual:
            return None
        return Addressees(*texts)


def begun(desk: Desk, uid: ConversationUid, *, everyone: bool = False) -> Writing:
    """Return the conversation, the addresses, and the draft if there is one.

    Raises NothingToAnswer, NotAddressed, UnknownId.
    """
    triage = desk.triage
    parts = triage.reply_parts(uid, everyone=everyone)
    draft = triage.draft(uid)
    signature = f"\n\n{parts.signature.strip()}" if parts.signature.strip() else ""
    here = written(parts.recipients), written(parts.cc), written(parts.bcc)
    chosen = draft is not None and draft.to is not None and not everyone
    reading = replace(desk.reader.reading(uid), draft="")
    text = draft.text if draft else ""
    writing = Writing(
        reading=reading,
        parts=parts,
        text=text if text.strip() or (draft and reading.messages) else signature,
        subject=draft.subject if draft and draft.subject else parts.subject,
        files=triage.draft_files(uid),
        form=draft.form if draft else "",
        to=(draft.to or "", draft.cc, draft.bcc) if draft is not None and chosen else here,
        after=draft.after if draft else {},
        elsewhere=draft.elsewhere if draft else 0,
        usual=None if everyone or not reading.messages else here,
    )
    if not writing.addressable:
        return writing
    return replace(writing, known=desk.reader.correspondents())


def new_mail(desk: Desk, near: AccountUid | None) -> Writing:
    """Return a mail that was just begun, from that account if it can; raises NotAddressed."""
    able = [uid for uid, _name in desk.triage.writers()]
    return begun(desk, desk.triage.begin(near if near in able else None))


def next_writer(desk: Desk, now: AccountUid) -> AccountUid:
    """Return the account after this one that can write to any address."""
    able = [uid for uid, _name in desk.triage.writers()] or [now]
    return able[(able.index(now) + 1) % len(able)] if now in able else able[0]


def signed_anew(text: str, before: str, after: str) -> str:
    """Return a text with another signature instead of the one it stands signed with, if any."""
    if text.strip() in {"", before}:
        return f"\n\n{after}" if after else ""
    signed = re.compile(rf"(?<=\n\n){re.escape(before)}(?=\s*\Z|\n\n)")
    return signed.sub(lambda _found: after, text, count=1) if before else text


def unsigned_below(text: str, signature: str) -> str | None:
    """Return a text that begins with the signature without it, None if it begins otherwise.

    Below it stands what is passed on, or nothing.
    """
    begun = text.lstrip()
    if not signature or not begun.startswith(signature):
        return None
    rest = begun.removeprefix(signature)
    return rest if rest.startswith("\n\n") or not rest.strip() else None
