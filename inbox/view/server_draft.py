"""A draft as the mail that other programs are shown of it; it may still lack much of one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from connectors.values import Party, Reply, ReplyKey
from inbox.core.addresses import typed
from inbox.core.model import AccountTerms, FileHead
from inbox.store import accounts, outgoing_files
from inbox.store.database import Transaction
from inbox.store.drafts import Draft
from inbox.store.uids import UnknownId
from inbox.view.refusals import ReplyRefused
from inbox.view.reply_parts import ReplyParts, one_line
from inbox.view.replying import parts_of


def version_of(draft: Draft, files: Sequence[FileHead] = ()) -> str:
    """Return a name for what a draft says; another name as soon as it says something else."""
    named = [f"{each.name}/{each.size}" for each in files]
    said = "\0".join((draft.subject, draft.text, draft.to or "", draft.cc, draft.bcc, *named))
    return sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def mail_of(tx: Transaction, draft: Draft, terms: AccountTerms) -> Reply:
    """Return the draft as a mail, as far as it can be addressed, with the files that are here."""
    parts = _parts(tx, draft, terms)
    files = outgoing_files.files(tx, outgoing_files.of_draft(draft.conversation))
    heads = outgoing_files.heads(tx, outgoing_files.of_draft(draft.conversation))
    sender = parts.sender.address.rpartition("@")[2]
    domain = sender if sender and sender.isascii() else "seller-inbox.invalid"
    return Reply(
        key=ReplyKey(f"draft.{draft.conversation}.{version_of(draft, heads)}@{domain}"),
        created_at=draft.at,
        sender=parts.sender,
        recipients=parts.recipients if draft.to is None else _typed(draft.to),
        cc=_typed(draft.cc),
        bcc=_typed(draft.bcc),
        subject=one_line(draft.subject) or parts.subject,
        text=f"{draft.text.rstrip()}\n",
        in_reply_to=parts.in_reply_to,
        references=parts.references,
        files=files,
    )


def _parts(tx: Transaction, draft: Draft, terms: AccountTerms) -> ReplyParts:
    """Return how an answer is addressed, or who writes where nothing more can be known."""
    able = accounts.abilities(tx, terms.uid)
    if draft.account is None:
        try:
            return parts_of(tx, draft.conversation, terms, None, able)
        except (ReplyRefused, UnknownId):
            pass  # it is kept all the same: whom it goes to is seen when it is sent
    main = terms.address_order[0] if terms.address_order else min(terms.addresses, default="")
    return ReplyParts(
        account=terms.uid,
        account_name=terms.name,
        conversation=draft.conversation,
        answered=None,
        sender=Party(terms.display_name, main),
        recipients=(),
        subject="",
        signature=terms.signature,
    )


def _typed(line: str) -> tuple[Party, ...]:
    return typed(one_line(line)).parties
