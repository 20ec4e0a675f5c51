"""Take in what `inbox.store.keeping.export` wrote: messages first, then what the seller did.

Messages go through the ordinary ingest and get ids of this store; facts, drafts
and replies follow them to the conversations they are now in. What is there
already stays as it is. A reply that was waiting is never sent by an import: it
waits for the seller's word.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import msgspec
from tinydb import where

from connectors.values import Batch, Checkpoint, Message, Place, Quarantined, Role
from inbox.clock import Clock
from inbox.core.model import AccountUid, ConversationUid, Delivery
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.store import contents, conversations, drafts, messages, outbox, search, uids
from inbox.store.database import Store, Transaction
from inbox.store.derive import derive
from inbox.store.drafts import Draft
from inbox.store.heads import stored, with_body, words_of
from inbox.store.instants import instant
from inbox.store.keeping import beside, export, files
from inbox.store.keeping.refusals import KeepingRefused
from inbox.store.keeping.restore import IN_DOUBT
from inbox.store.rows import portions
from inbox.sync.carrying.importing import Imported, take
from inbox.sync.carrying.opening import CutShort, whole
from inbox.sync.cleaning import cleaned_json

log = logging.getLogger(__name__)

Line = dict[str, Any]
_AT_ONCE = 200
_FILES = (files.RECEIVED, files.OUTGOING)
_OWN = ("uid", "account", "conversation", "places", "outgoing", "delivery", "snippet")
"""What a message has of its store and not of itself."""


class NoExport(KeepingRefused):
    """The file is no export of ours, or of a newer version."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, _("Nothing was changed."))


def account_names(first: bytes) -> Mapping[str, str]:
    """Return the accounts (uid: name) that an export's first line names; raises NoExport."""
    try:
        head = msgspec.json.decode(first, type=Line)
    except msgspec.DecodeError as exc:
        raise NoExport(_("This is no export of ours.")) from exc
    if head.get("type") != export.KIND:
        raise NoExport(_("This is no export of ours."))
    if head["format"] > export.FORMAT:
        raise NoExport(_("This export was made by a newer inbox ({}).").format(head["program"]))
    names: Mapping[str, str] = head["accounts"]
    return names


@dataclass(slots=True)
class OurLines:
    """One import of our own export."""

    store: Store
    accounts: Mapping[str, AccountUid]
    """The account here for each one's uid in the file."""
    book: Book
    clock: Clock
    progress: Callable[[Imported], None] = lambda _done: None
    done: Imported = field(default_factory=Imported)
    moved: dict[str, ConversationUid] = field(default_factory=dict)
    """Where each conversation of the file is here."""
    named: dict[str, str] = field(default_factory=dict)
    """The uid here of each message of the file."""
    fresh: set[str] = field(default_factory=set)
    """The uids here of the messages that were not here before."""
    touched: set[ConversationUid] = field(default_factory=set)
    """The conversations here that the transaction at work is about."""
    brought: dict[tuple[str, str], str] = field(default_factory=dict)
    """Replies (by key) and drafts (by conversation) that it brought, with their name here."""

    def run(self, lines: Iterable[bytes]) -> Imported:
        """Store all lines but the first and return what they brought; raises StoreError.

        Of a compressed file that is cut short or damaged all before that is
        stored; then raises CutShort.
        """
        cut = self._take_all(lines)
        self._judge()
        if cut is not None:
            raise cut
        return self.done

    def _take_all(self, lines: Iterable[bytes]) -> CutShort | None:
        """Store all lines, those of one kind in lots; return why not, where the file ends early."""
        cut = None
        lot: list[Line] = []
        kind = ""
        try:
            for number, raw in enumerate(whole(lines), 2):
                line = self._read(raw, number) if raw.strip() else None
                if line is None:
                    continue
                if lot and (line["type"] != kind or len(lot) >= _most(kind)):
                    self._take(kind, lot)
                    lot = []
                kind = line["type"]
                lot.append(line)
        except CutShort as exc:
            cut = exc
        self._take(kind, lot)
        return cut

    def _read(self, raw: bytes, number: int) -> Line | None:
        """Return a line; one that is none is put aside, and those behind it come in."""
        try:
            line = msgspec.json.decode(raw, type=Line)
            if line["type"] in ("message", "reply"):
                head = line["head"]
                # Read once here, so that what is broken is found before anything is stored.
                _message(line)
                self.accounts[head["account"]]
            elif line["type"] in _FILES:
                files.content_of(line[line["type"]])
        except Exception:  # noqa: BLE001 - whatever is wrong with a line, the others come in
            log.warning("line %d of the export cannot be read", number)
            self._put_aside(raw, _("Line {} of the export cannot be read.").format(number))
            return None
        return line

    def _put_aside(self, raw: bytes, reason: str) -> None:
        place = Place("import", "", sha256(raw).hexdigest()[:32], Role.OTHER)
        account = next(iter(self.accounts.values()))
        batch = Batch(checkpoint=Checkpoint(""), quarantined=(Quarantined(place, reason, raw),))
        self.done.quarantined += take(self.store, account, batch, self.book, self.clock).quarantined

    def _take(self, kind: str, lot: Sequence[Line]) -> None:
        """Store lines of one kind; of a kind that we do not know nothing is taken."""
        match kind:
            case "message":
                self._take_messages(lot)
            case "reply":
                for line in lot:
                    self._take_reply(line)
            case "fact":
                self._take_facts([line["fact"] for line in lot])
            case "draft":
                self._take_drafts([line["draft"] for line in lot])
            case files.RECEIVED | files.OUTGOING:
                self._take_files(kind, [line[kind] for line in lot])
            case _ if kind in beside.TABLES:
                self._take_beside(kind, [line[kind] for line in lot])
        self.progress(self.done)

    def _take_messages(self, lot: Sequence[Line]) -> None:
        """Ingest messages, then give them what ingest does not know."""
        for uid in dict.fromkeys(line["head"]["account"] for line in lot):
            account = self.accounts[uid]
            some = [line for line in lot if line["head"]["account"] == uid]
            with self.store.read() as tx:
                known = {_name(line["head"]) for line in some if _find(tx, account, line["head"])}
            batch = Batch(
                checkpoint=Checkpoint(""), messages=tuple(_message(line) for line in some)
            )
            counts = take(self.store, account, batch, self.book, self.clock)
            self.done.seen += len(some)
            self.done.new += counts.new
            self.done.quarantined += counts.quarantined
            with self._writing() as tx:
                for line in some:
                    self._follow(tx, account, line["head"], _name(line["head"]) in known)

    def _follow(self, tx: Transaction, account: AccountUid, head: Line, known: bool) -> None:  # noqa: FBT001 - a claim
        """Note where a message came to; add what only the store that wrote it knew."""
        found = _find(tx, account, head)
        if found is None:
            return
        doc_id, here = found
        self.moved[head["conversation"]] = here["conversation"]
        self.named[head["uid"]] = here["uid"]
        if not known:
            self.fresh.add(here["uid"])
            self.touched.add(here["conversation"])
            more = {name: value for name, value in head.items() if name not in (*_OWN, *here)}
            if more:
                _complete(tx, doc_id, here, {**here, **more})

    def _take_reply(self, line: Line) -> None:
        """Store a reply that was written in the other store, its place in the outbox included."""
        head, item = line["head"], line["outbox"]
        account = self.accounts[head["account"]]
        self.done.seen += 1
        with self._writing(durable=True) as tx:
            known = _written_here(tx, account, head) or _find(tx, account, head)
            target = self._here(tx, head["conversation"])
            if known is not None:
                self.moved[head["conversation"]] = known[1]["conversation"]
                return
            if target is not None and not _is_taken(tx, item["key"]):
                self._add_reply(tx, line, account, target)
                self.done.new += 1
                return
        if item["state"] != Delivery.ACCEPTED.value:
            # Nothing it answers came along; as a message like any other it would pass for sent.
            self._put_aside(msgspec.json.encode(line), _("A reply without its conversation."))
            return
        self.done.seen -= 1
        self._take_messages([line])

    def _add_reply(
        self, tx: Transaction, line: Line, account: AccountUid, target: ConversationUid
    ) -> None:
        """Write the reply's message and its item."""
        head, text = line["head"], line["text"]
        document = {**line["outbox"], "account": account, "conversation": target, "message": ""}
        tx.table("outbox").insert(document)
        self.brought["key", document["key"]] = document["key"]
        item = outbox.get(tx, document["key"])
        if item.state in IN_DOUBT:
            said = _("It came in by an import, and may have gone out from where it was written.")
            item = replace(item, state=Delivery.UNSURE, left=True, next_attempt_at=None, error=said)
        uid = messages.add_outgoing(tx, account, target, item.reply, item.state)
        outbox.put(tx, replace(item, message=uid))
        found = tx.table("messages").get(where("uid") == uid)
        doc_id, here = found.doc_id, dict(found)
        search.unindex(tx, [words_of(doc_id, here, item.reply.text)])
        more = {name: value for name, value in head.items() if name not in _OWN}
        tx.table("messages").put({doc_id: {**here, **more}})
        contents.keep_bodies(tx, [(doc_id, text, line["html"])])
        if line["source"] is not None:
            contents.keep_sources(tx, [(doc_id, base64.b64decode(line["source"]))])
        search.index(tx, [words_of(doc_id, {**here, **more}, text)])

    def _take_facts(self, facts: Sequence[Line]) -> None:
        """Write the facts that are not there, in their order."""
        with self._writing(durable=True) as tx:
            table = tx.table("journal")
            fresh = []
            for fact in facts:
                here = self._here(tx, fact["conversation"])
                if here is None and fact["conversation"] is not None:
                    continue
                if table.get(where("uid") == fact["uid"]) is None:
                    fresh.append({**fact, "conversation": here})
            table.insert_multiple(fresh)

    def _take_drafts(self, every: Sequence[Line]) -> None:
        """Keep drafts where there is none."""
        with self._writing(durable=True) as tx:
            for draft in every:
                account = self.accounts.get(draft.get("account") or "")
                here = self._here(tx, draft["conversation"])
                if here is None and account is not None:
                    here = self._begun(tx, draft["conversation"])
                elif here is not None:
                    account = None
                if here is not None and drafts.get(tx, here) is None:
                    self.brought["conversation", draft["conversation"]] = here
                    drafts.put(tx, _draft(draft, here, account))
                    if account is not None:
                        derive(tx, [here], self.book)

    def _begun(self, tx: Transaction, name: str) -> ConversationUid | None:
        """Return where a mail goes on that begins a conversation; None if it is here already."""
        uid = ConversationUid(name)
        if conversations.page(tx, [uid]) or uids.followed(tx, [uid]):
            return None
        self.moved[name] = uid
        return uid

    def _take_files(self, kind: str, every: Sequence[Line]) -> None:
        """Keep files; nothing is added to a reply or a draft that was here before."""
        with self.store.write(durable=True) as tx:
            for line in every:
                if kind == files.RECEIVED:
                    files.put(tx, line, self.named)
                elif key := self.brought.get((line["of"], line["key"])):
                    files.put_outgoing(tx, line, key)

    def _take_beside(self, kind: str, rows: Sequence[Line]) -> None:
        """Keep what the file has beside messages and facts."""
        with self._writing() as tx:
            here = beside.Here(
                self.accounts, self.named, self.fresh, lambda uid: self._here(tx, uid)
            )
            for row in rows:
                beside.put(tx, kind, _cleaned(row), here)

    def _here(self, tx: Transaction, conversation: str | None) -> ConversationUid | None:
        """Return the conversation here that one of the file is, None where there is none."""
        here = self.moved.get(conversation or "")
        if here is None:
            return None
        found = uids.current(uids.followed(tx, [here]), here)
        self.touched.add(found)
        return found

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[Transaction]:
        """Give a transaction after which what it touched waits to be judged, come what may."""
        with self.store.write(durable=durable) as tx:
            yield tx
            conversations.outdate(tx, self.touched)
            self.touched.clear()

    def _judge(self) -> None:
        """Make every conversation follow its facts."""
        every = list(dict.fromkeys(self.moved.values()))
        for some in portions(every, _AT_ONCE):
            with self.store.write() as tx:
                derive(tx, some, self.book)


def _draft(said: Line, here: ConversationUid, account: AccountUid | None) -> Draft:
    """Return a draft of the file as it is kept here."""
    return Draft(
        here,
        said["text"],
        said["subject"],
        instant(said["at"]),
        to=said.get("to"),
        cc=said.get("cc", ""),
        bcc=said.get("bcc", ""),
        account=account,
        form=said.get("form", ""),
    )


def _cleaned(row: Line) -> Line:
    """Return a row whose texts drive no terminal: a file may have been in other hands."""
    said = {
        name: cleaned_json(text)
        for name in ("doc", "value")
        if isinstance(text := row.get(name), str)
    }
    return {**row, **said}


def _most(kind: str) -> int:
    """Return how many lines of a kind are taken at once: a file may be large."""
    return 1 if kind in _FILES else _AT_ONCE


def _complete(tx: Transaction, doc_id: int, here: Line, whole: Line) -> None:
    """Give a message what ingest does not know; what it is found by may be among that."""
    text, _html = contents.bodies(tx, [doc_id]).get(doc_id, ("", None))
    indexed, now = words_of(doc_id, here, text), words_of(doc_id, whole, text)
    if indexed != now:
        search.unindex(tx, [indexed])
    tx.table("messages").put({doc_id: whole})
    if indexed != now:
        search.index(tx, [now])


def _name(head: Line) -> tuple[str, str]:
    return head["remote_id"], head["digest"]


def _find(tx: Transaction, account: AccountUid, head: Line) -> tuple[int, dict[str, Any]] | None:
    """Return the message here that one of the file is, None where there is none."""
    condition = (where("account") == account) & (where("remote_id") == head["remote_id"])
    for found in tx.table("messages").search(condition):
        if found["digest"] == head["digest"]:
            return found.doc_id, dict(found)
    return None


def _written_here(
    tx: Transaction, account: AccountUid, head: Line
) -> tuple[int, dict[str, Any]] | None:
    """Return the message here of a reply that was imported before, None where there is none."""
    condition = (where("outgoing") == head["outgoing"]) & (where("account") == account)
    found = tx.table("messages").get(condition)
    return None if found is None else (found.doc_id, dict(found))


def _is_taken(tx: Transaction, key: str) -> bool:
    return tx.table("outbox").get(where("key") == key) is not None


def _message(line: Line) -> Message:
    """Return a line's message; it lies nowhere at the service, as far as is known."""
    value = with_body(stored({**line["head"], "places": []}), line["text"], line["html"])
    source = line["source"]
    return replace(value.message, source=None if source is None else base64.b64decode(source))
