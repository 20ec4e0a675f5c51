"""What is remembered of each account: its place in the stream, and how it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tinydb import where

from connectors.values import Capabilities, Checkpoint, Kind, Mark
from inbox.core.model import AccountState, AccountUid
from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant, maybe_micros

if TYPE_CHECKING:
    from connectors.forms import ReplyForm


def checkpoint(tx: Transaction, account: AccountUid) -> Checkpoint | None:
    """Return how far the account's stream was read; None: from the beginning."""
    found = tx.table("checkpoints").get(where("account") == account)
    return None if found is None else Checkpoint(found["checkpoint"])


def set_checkpoint(tx: Transaction, account: AccountUid, place: Checkpoint) -> None:
    """Remember how far the stream was read; in the transaction of what was read."""
    tx.table("checkpoints").upsert(
        {"account": account, "checkpoint": place}, where("account") == account
    )


def clear_checkpoint(tx: Transaction, account: AccountUid) -> None:
    """Let the next pull start over."""
    tx.table("checkpoints").remove(where("account") == account)


def state(tx: Transaction, account: AccountUid) -> AccountState | None:
    """Return how the account was when it was last looked after, None before the first time."""
    found = tx.table("account_states").get(where("account") == account)
    return None if found is None else state_of(found)


def states(tx: Transaction) -> dict[AccountUid, AccountState]:
    """Return the state of every account that has one."""
    every = (state_of(document) for document in tx.table("account_states"))
    return {state.account: state for state in every}


def set_state(tx: Transaction, state: AccountState) -> None:
    """Remember how an account is; writes nothing if it is so already."""
    tx.table("account_states").upsert(
        {
            "account": state.account,
            "state": state.state,
            "error": state.error,
            "checked_at": maybe_micros(state.checked_at),
            "remaining": state.remaining,
        },
        where("account") == state.account,
    )


def set_abilities(tx: Transaction, account: AccountUid, able: Capabilities) -> None:
    """Remember what the account's service can do, for those who may not ask it."""
    tx.table("account_states").update(
        {
            "abilities": {
                "max_reply_chars": able.max_reply_chars,
                "max_files": able.max_files,
                "max_file_bytes": able.max_file_bytes,
                "max_files_bytes": able.max_files_bytes,
                "file_types": sorted(able.file_types),
                "can_start": able.can_start,
                "addressed": able.addressed,
                "marks": sorted(able.marks),
                "chars_of_kind": [list(each) for each in able.chars_of_kind],
                "forms": [_form_document(each) for each in able.forms],
            }
        },
        where("account") == account,
    )


def abilities(tx: Transaction, account: AccountUid) -> Capabilities | None:
    """Return what the service can do for who writes, None before it was ever asked."""
    found = tx.table("account_states").get(where("account") == account)
    if found is None or "abilities" not in found:
        return None
    known = {**found["abilities"]}
    known["file_types"] = frozenset(known["file_types"])
    known["marks"] = frozenset(Mark(each) for each in known.get("marks", ()))
    known["chars_of_kind"] = tuple(
        (Kind(kind), most) for kind, most in known.get("chars_of_kind", ())
    )
    known["forms"] = tuple(_form_of(each) for each in known.get("forms", ()))
    return Capabilities(**known)


def _form_document(form: ReplyForm) -> dict[str, Any]:
    return {
        "name": form.name,
        "title": form.title,
        "help": form.help,
        "answers": form.answers,
        "about": sorted(form.about),
    }


def _form_of(document: Mapping[str, Any]) -> ReplyForm:
    from connectors.forms import ReplyForm  # few services have any

    about = frozenset(Kind(each) for each in document["about"])
    return ReplyForm(**{**document, "about": about})


def state_of(document: Mapping[str, Any]) -> AccountState:
    """Return the account's state that a document stands for."""
    return AccountState(
        account=document["account"],
        state=document["state"],
        error=document["error"],
        checked_at=maybe_instant(document["checked_at"]),
        remaining=document["remaining"],
    )
