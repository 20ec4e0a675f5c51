"""What was exported and imported again is what it was."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.orders import Order, OrderItem
from connectors.values import (
    Attachment,
    ConversationChange,
    Message,
    OutgoingFile,
    Party,
    RemoteId,
    StatedDeadline,
)
from inbox.core.model import AccountUid, ConversationUid, Delivery
from inbox.core.obligations import make_book
from inbox.core.query import parse
from inbox.store import (
    attachments,
    conversations,
    derive,
    doctor,
    drafts,
    held_back,
    messages,
    orders,
    outbox,
    outgoing_files,
    stated,
)
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from inbox.sync.carrying.exporting import write
from inbox.sync.carrying.importing import Imported
from inbox.sync.carrying.opening import CutShort
from inbox.sync.carrying.ours import NoExport, OurLines, account_names
from inbox.triage import Triage
from tests.store.making import (
    ACCOUNT,
    ANNA,
    BOOK,
    NOON,
    OTHER,
    RULE,
    answer,
    assert_whole,
    listed,
    question,
    queue,
    reply_to,
    take,
)
from tests.sync.carrying.conftest import Fresh
from tests.sync.carrying.looking import held, held_beside

NAMES: dict[str, str] = {ACCOUNT: "shop", OTHER: "other"}
OLEG = Party("Олег Сидоров", "oleg@buyers.example")


def exported(store: Store, query: str = "") -> bytes:
    """Return a store's export."""
    file = io.BytesIO()

    def choose(tx: object) -> set[object] | None:
        del tx
        with store.read() as reading:
            return set(conversations.ids(reading, parse(query), NOON)) if query else None

    write(store, file, "jsonl", NAMES, NOON, choose=choose)  # type: ignore[arg-type] # uids are texts
    return file.getvalue()


def imported(store: Store, raw: bytes) -> Imported:
    """Import an export."""
    file = io.BytesIO(raw)
    accounts = {uid: AccountUid(uid) for uid in account_names(file.readline())}
    return OurLines(store, accounts, BOOK, lambda: NOON).run(file)


def busy(store: Store) -> None:
    """Fill a store with everything there is: answers, facts, drafts, undone things, spam."""
    first, second, third = question(1), question(2, sender=OLEG), question(3, html="<b>x</b>")
    take(store, [first, answer(1, first), second])
    take(store, [replace(third, source=None)], account=OTHER)
    triage = Triage(store, BOOK, lambda: NOON + timedelta(hours=3))
    with store.read() as tx:
        rows = conversations.page(tx, conversations.ids(tx, parse(""), NOON))
        by_name = {row.party.name: row.uid for row in rows if row.account == ACCOUNT}
        other = next(row.uid for row in rows if row.account == OTHER)
    oleg, anna = by_name[OLEG.name], by_name[ANNA.name]
    triage.tag([anna, oleg], "vip")
    triage.done([anna])
    triage.star([oleg])
    triage.undo()
    triage.spam([other])
    triage.save_draft(oleg, "Half an answer", "Re: lamp")
    with store.write(durable=True) as tx:
        queue(tx, anna, reply_to(first, "k1@lamps.example", "All good."), Delivery.ACCEPTED)
        item = outbox.get(tx, reply_to(first, "k1@lamps.example").key)
        outbox.put(tx, replace(item, settled=True, accepted_at=NOON, remote_id=RemoteId("r9")))
        messages.set_delivery(tx, item.message, Delivery.ACCEPTED, NOON, RemoteId("r9"))
        derive.derive(tx, messages.ingest_gone(tx, ACCOUNT, second.places, NOON) | {anna}, BOOK)
    ticket = question(20, sender=OLEG, conversation_ref="ticket-7", order_ref="12-999", subject="x")
    take(store, [ticket])
    with store.write() as tx:
        stated.note_refs(tx, ACCOUNT, [(ticket, _conversation_of(tx, ticket))])
        words = [ConversationChange("ticket-7", closed=True)]
        due = [_stated("ticket-7", NOON + timedelta(hours=5))]
        touched = stated.take(tx, ACCOUNT, words, due, NOON)
        derive.derive(tx, touched, BOOK)
        bought = Order(ref="12-999", buyer=OLEG, items=(OrderItem(title="Green lamp"),))
        orders.put(tx, ACCOUNT, bought, NOON)
    # An answer to the reply itself: it knows nothing but the reply's id.
    take(store, [question(9, in_reply_to=("k1@lamps.example",), subject="Thanks")])


def _stated(ref: str, due_at: datetime) -> StatedDeadline:
    return StatedDeadline(
        conversation_ref=ref, ref="d1", due_at=due_at, opened_at=NOON, said="", page=""
    )


def _conversation_of(tx: Transaction, message: Message) -> ConversationUid:
    row = tx.sql.execute(
        "SELECT conversation FROM doc_messages WHERE remote_id = ?", (message.remote_id,)
    ).fetchone()
    return ConversationUid(row[0])


def test_everything_comes_back_as_it_was(fresh: Fresh) -> None:
    """Tags, stars, what was undone, drafts, replies, sources: all of a seller's work."""
    one, two = fresh(), fresh()
    busy(one)

    done = imported(two, exported(one))

    assert held(two) == held(one)
    assert held_beside(two) == held_beside(one)
    assert min(map(len, held_beside(two).values())) > 0
    assert (done.seen, done.new, done.quarantined) == (7, 7, 0)
    assert_whole(two)


def test_a_second_import_adds_nothing(fresh: Fresh) -> None:
    """A seller who is not sure imports again."""
    one, two = fresh(), fresh()
    busy(one)
    raw = exported(one)
    imported(two, raw)
    before, beside = held(two), held_beside(two)

    assert imported(two, raw).new == imported(one, raw).new == 0
    assert held(two) == before
    assert held(one) == before
    assert held_beside(two) == held_beside(one) == beside


def test_files_come_along_and_nothing_is_added_to_what_is_here(fresh: Fresh) -> None:
    """A photo of the broken lamp is a buyer's words; a file taken out of a reply stays out."""
    one, two = fresh(), fresh()
    photo = Attachment("p1", "lamp.jpg", "image/jpeg", 4)
    asked = question(1, attachments=(photo,))
    (taken,) = take(one, [asked])
    Triage(one, BOOK, lambda: NOON).save_draft(taken.conversation, "See the picture", "Re")
    drawing = OutgoingFile("how.png", "image/png", b"\x89PNG")
    with one.write() as tx:
        attachments.want(tx, attachments.of_conversation(tx, taken.conversation))
        wanted = attachments.next_wanted(tx, ACCOUNT, NOON)
        assert wanted is not None
        attachments.keep(tx, wanted, b"\xff\xd8\x00\n")
        queue(tx, taken.conversation, reply_to(asked), Delivery.UNSURE)
        outgoing_files.put(tx, outgoing_files.of_reply(reply_to(asked).key), [drawing])
        outgoing_files.put(tx, outgoing_files.of_draft(taken.conversation), [drawing])
    raw = exported(one)

    imported(two, raw)

    (row,) = listed(two)
    with two.write() as tx:
        (message,) = (m for m in messages.heads(tx, row.uid) if m.message.attachments == (photo,))
        assert attachments.content(tx, message.uid, "p1") == b"\xff\xd8\x00\n"
        assert outgoing_files.files(tx, outgoing_files.of_draft(row.uid)) == (drawing,)
        mine = outgoing_files.of_reply(reply_to(asked).key)
        assert outgoing_files.files(tx, mine) == (drawing,)
        outgoing_files.remove(tx, mine)
    imported(two, raw)
    with two.read() as tx:
        assert outgoing_files.files(tx, mine) == ()
    assert_whole(two)


@pytest.mark.parametrize(
    "kind",
    [
        "fact",
        *(
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in ("message", "reply", "draft", "said", "verdict")
        ),
    ],
)
def test_an_import_that_stops_anywhere_leaves_a_store_that_fits_together(
    fresh: Fresh, kind: str
) -> None:
    """Behind any line: what came in is judged by whoever opens the store next."""
    one, two = fresh(), fresh()
    busy(one)
    first, *rest = exported(one).splitlines(keepends=True)
    begun = b'{"type":"%s"' % kind.encode()
    last = max(number for number, line in enumerate(rest) if line.startswith(begun))
    accounts = {uid: AccountUid(uid) for uid in account_names(first)}

    with pytest.raises(KeyboardInterrupt):
        OurLines(two, accounts, BOOK, lambda: NOON).run(_stopping(rest[: last + 1]))

    assert [found for found in doctor.examine(two, BOOK) if found.severity == "error"] == []
    derive.refresh(two, BOOK, NOON)
    assert_whole(two)
    imported(two, b"".join([first, *rest]))
    assert held(two) == held(one)


def _stopping(lines: list[bytes]) -> Iterator[bytes]:
    """Yield lines, then a blank one of another kind so that they are taken, then be stopped."""
    yield from lines
    yield b'{"type":"nothing that is known"}\n'
    raise KeyboardInterrupt


def test_an_export_that_is_cut_short_says_so_and_its_beginning_comes_in(fresh: Fresh) -> None:
    """A copy that broke off looks like a whole one until the day it is needed."""
    one, two = fresh(), fresh()
    busy(one)
    packed = gzip.compress(exported(one))

    with gzip.open(io.BytesIO(packed[:-300])) as lines:
        accounts = {uid: AccountUid(uid) for uid in account_names(lines.readline())}
        coming_in = OurLines(two, accounts, BOOK, lambda: NOON)
        with pytest.raises(CutShort):
            coming_in.run(lines)

    assert listed(two)
    assert_whole(two)


def test_what_was_changed_on_the_way_drives_no_terminal(fresh: Fresh) -> None:
    """An export may have been in other hands."""
    one, two = fresh(), fresh()
    busy(one)
    raw = exported(one).replace(b"Green lamp", rb"Green \\u001b[2Jlamp")

    imported(two, raw)

    assert [each[-1] for each in held_beside(two)["order"]] == [
        each[-1] for each in held_beside(one)["order"]
    ]


def test_what_was_late_under_an_old_rule_stays_late(fresh: Fresh) -> None:
    """A month's rate is not made better by carrying the mail to another machine."""
    one, two = fresh(), fresh()
    asked = question(1)
    take(one, [asked])
    derive.settle(one, NOON + timedelta(days=3))
    take(one, [answer(1, asked, accepted_at=NOON + timedelta(days=4))])
    mild = make_book([replace(RULE, target=timedelta(days=30))], BOOK.accounts.values())
    file = io.BytesIO(exported(one))
    accounts = {uid: AccountUid(uid) for uid in account_names(file.readline())}

    OurLines(two, accounts, mild, lambda: NOON).run(file)

    (verdict,) = held_beside(two)["verdict"]
    assert verdict == held_beside(one)["verdict"][0]
    assert verdict[-1] == 1


def test_only_what_was_asked_for_goes_out(fresh: Fresh) -> None:
    """One buyer's data for that buyer, and nobody else's."""
    one, two = fresh(), fresh()
    busy(one)

    raw = exported(one, "from:oleg")
    imported(two, raw)

    assert b"anna@" not in raw
    assert len(held_beside(two)["order"]) == 1
    assert [entry[0].party for entry in held(two)] == [OLEG, OLEG]


@pytest.mark.parametrize("state", [Delivery.QUEUED, Delivery.SENDING, Delivery.UNSURE])
def test_a_reply_that_was_waiting_is_not_sent_by_an_import(fresh: Fresh, state: Delivery) -> None:
    """The store it came from may be alive and send it."""
    one, two = fresh(), fresh()
    (found,) = take(one, [question(1)])
    with one.write() as tx:
        queue(tx, found.conversation, reply_to(question(1)), state)

    imported(two, exported(one))

    with two.read() as tx:
        (item,) = outbox.every(tx)
        assert outbox.next_at(tx, ACCOUNT, NOON) is None
    assert (item.state, item.left) == (Delivery.UNSURE, True)
    assert "import" in item.error
    assert_whole(two)


def test_a_waiting_reply_never_passes_for_sent(fresh: Fresh) -> None:
    """Not in a mail file, and not where the question it answers did not come along."""
    one, two = fresh(), fresh()
    (found,) = take(one, [question(1)])
    with one.write() as tx:
        queue(tx, found.conversation, reply_to(question(1)), Delivery.QUEUED)
    file = io.BytesIO()

    assert write(one, file, "mbox", NAMES, NOON) == 1
    first, _question, reply, *_ = exported(one).splitlines(keepends=True)
    done = imported(two, first + reply)

    assert b"k1@lamps.example" not in file.getvalue()
    assert (done.new, done.quarantined) == (0, 1)
    assert held(two) == []


def test_a_broken_line_is_put_aside_and_the_others_come_in(fresh: Fresh) -> None:
    """A file edited by hand, a disk that rots."""
    one, two = fresh(), fresh()
    take(one, [question(number) for number in range(4)])
    first, *rest = exported(one).splitlines(keepends=True)
    rest[1] = rest[1].replace(b'"accepted_at"', b'"accepted"')
    rest[2] = b"{no json\n"

    done = imported(two, b"".join([first, *rest]))

    assert (done.new, done.quarantined) == (2, 2)
    with two.read() as tx:
        assert [each.reason for each in held_back.every(tx)] == [
            "Line 3 of the export cannot be read.",
            "Line 4 of the export cannot be read.",
        ]


@pytest.mark.parametrize("first", [b"", b"{}", b"[1]", b'{"type":"x"}', b"From a b"])
def test_what_is_no_export_is_refused(first: bytes) -> None:
    """Before anything is written."""
    with pytest.raises(NoExport):
        account_names(first)


def test_an_export_of_a_newer_version_is_refused(fresh: Fresh) -> None:
    """What we do not understand we do not half understand."""
    head = msgspec.json.decode(exported(fresh()).splitlines()[0])

    with pytest.raises(NoExport):
        account_names(msgspec.json.encode({**head, "format": 2}))


PEOPLE = st.sampled_from([ANNA, OLEG, Party("", "x@y.example"), Party("M", "shop@lamps.example")])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=40)

VERBS = ("done", "spam", "star", "not_a_buyer", "undo", "draft", "late", "said", "said", "")


@st.composite
def histories(draw: st.DrawFn) -> list[Callable[[Store], None]]:
    """Return things that happen to a store, one after the other."""
    steps: list[Callable[[Store], None]] = []
    for number in range(draw(st.integers(1, 6))):
        message = question(
            number,
            sender=draw(PEOPLE),
            subject=draw(TEXT).strip(),
            text=draw(TEXT),
            source=draw(st.none() | st.binary(max_size=60)),
            in_reply_to=tuple(
                f"q{each}@buyers.example" for each in draw(st.lists(st.integers(0, 6), max_size=2))
            ),
            order_ref=draw(st.none() | st.just("12-345")),
            conversation_ref=draw(st.sampled_from(["", "", "ticket-0", "ticket-1"])) or None,
            automatic=draw(st.booleans()),
            seen=draw(st.booleans()),
        )
        account = draw(st.sampled_from([ACCOUNT, ACCOUNT, OTHER]))
        steps.append(partial(_take, message, account))
        verb = draw(st.sampled_from(VERBS))
        steps.append(partial(_act, verb, number))
    return steps


def _take(message: Message, account: AccountUid, store: Store) -> None:
    """Let a message come in."""
    (taken,) = take(store, [message], account=account)
    with store.write() as tx:
        stated.note_refs(tx, account, [(message, taken.conversation)])
        derive.derive(tx, [taken.conversation], BOOK)


def _act(verb: str, number: int, store: Store) -> None:
    """Do something to the conversation that stands first."""
    at = NOON + timedelta(hours=number)
    triage = Triage(store, BOOK, lambda: at)
    with store.read() as tx:
        uids = conversations.ids(tx, parse(""), NOON)
    if verb == "undo":
        triage.undo()
    elif verb == "draft" and uids:
        with store.write() as tx:
            drafts.put(tx, Draft(uids[0], f"draft {number}", "", at))
    elif verb == "late":
        derive.settle(store, NOON + timedelta(days=number))
    elif verb == "said":
        with store.write() as tx:
            words = [_stated(f"ticket-{number % 2}", at)]
            derive.derive(tx, stated.take(tx, ACCOUNT, [], words, at), BOOK)
            orders.put(tx, ACCOUNT, Order(ref="12-345", status=str(number)), at)
    elif verb and uids:
        getattr(triage, verb)(uids[:1])


def _comes_back(steps: list[Callable[[Store], None]]) -> None:
    """Let it happen, carry it over and compare."""
    with (
        TemporaryDirectory() as folder,
        closing(Store.open(Path(folder) / "one.db", device="bench")) as one,
        closing(Store.open(Path(folder) / "two.db", device="bench")) as two,
    ):
        for step in steps:
            step(one)

        imported(two, exported(one))

        assert held(two) == held(one)
        assert held_beside(two) == held_beside(one)
        assert_whole(two)


@given(histories())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happened_comes_back_as_it_was(steps: list[Callable[[Store], None]]) -> None:
    """In whatever order and whoever wrote."""
    _comes_back(steps)


@pytest.mark.slow
@pytest.mark.timeout(300)
@given(histories())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_histories_come_back_as_they_were(steps: list[Callable[[Store], None]]) -> None:
    """Rare mixtures need many tries."""
    _comes_back(steps)


def test_a_mail_that_was_begun_comes_along_once(fresh: Fresh) -> None:
    """Half a letter to a supplier is the seller's own work: it moves with everything else."""
    one, two = fresh(), fresh()
    begun = Draft(
        ConversationUid("beg1nnbeg1nn"),
        "Do you have ten?",
        "Lamps",
        NOON,
        to="Bo <bo@supplier.example>",
        cc="c@x.example",
        account=ACCOUNT,
    )
    with one.write() as tx:
        drafts.put(tx, begun)
        derive.derive(tx, [begun.conversation], BOOK)
    raw = exported(one)

    imported(two, raw)
    imported(two, raw)

    with two.read() as tx:
        assert drafts.get(tx, begun.conversation) == begun
        assert [each.party for each in conversations.page(tx, [begun.conversation])] == [
            Party("Bo", "bo@supplier.example")
        ]
    assert_whole(two)
