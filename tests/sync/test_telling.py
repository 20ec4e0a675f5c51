"""What the seller does here is told to the service; what is done there comes here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from connectors.contract import Account, Rejected, Temporary
from connectors.values import (
    Capabilities,
    ConversationChange,
    FlagChange,
    Mark,
    Place,
    Role,
)
from inbox.core.model import Conversation, ConversationUid
from inbox.core.obligations import make_book
from inbox.store import conversations, linking, untold
from inbox.triage import Triage
from tests.sync.desk import DAY, SHOP, Desk
from tests.sync.far_side import FarConnector, FarSide

REF = "talk-1"


@dataclass
class Marks:
    """What the far side was told, and how it will behave."""

    told: list[tuple[Mark, tuple[str, ...]]] = field(default_factory=list)
    fates: deque[Exception] = field(default_factory=deque)
    kept: frozenset[Mark] = frozenset(Mark)
    before: Callable[[], None] = lambda: None
    moves: bool = False
    elsewhere: dict[str, Place] = field(default_factory=dict)
    """Where mails lie that no pull tells of, by Message-ID."""


class MarkingConnector(FarConnector):
    """A connector whose service keeps marks."""

    def __init__(self, far: FarSide, marks: Marks) -> None:
        super().__init__(Account(SHOP, "shop", {}, lambda key: key), far)
        self.marks = marks

    @property
    def capabilities(self) -> Capabilities:
        """Say which marks it keeps."""
        return Capabilities(marks=self.marks.kept, moves=self.marks.moves)

    def find(self, message_ids: Sequence[str]) -> Sequence[Place]:
        """Return where they lie."""
        return [self.marks.elsewhere[each] for each in message_ids if each in self.marks.elsewhere]

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Keep the mark, or fail as the script says."""
        self.marks.before()
        if self.marks.fates:
            raise self.marks.fates.popleft()
        self.marks.told.append((mark, tuple(place.id for place in places)))


def round_of(desk: Desk, marks: Marks) -> None:
    """Run one round."""
    runner = desk.runner(lambda: MarkingConnector(desk.far, marks))
    runner.round()
    runner.close()


def triage_of(desk: Desk) -> Triage:
    """Return the seller's verbs."""
    return Triage(desk.store, desk.book, desk.watch)


def asked(desk: Desk) -> ConversationUid:
    """Return the conversation of a question that the service calls REF."""
    desk.ingest(desk.far.write("Where is it?", conversation_ref=REF), mark='{"mails": [0]}')
    return desk.conversations()[-1]


def now(desk: Desk, uid: ConversationUid) -> Conversation:
    """Return the conversation as it is."""
    with desk.store.read() as tx:
        return conversations.get(tx, uid)


def left(desk: Desk) -> int:
    """Return how many words wait to be told."""
    with desk.store.read() as tx:
        (count,) = tx.sql.execute("SELECT count(*) FROM untold").fetchone()
    return int(count)


def with_done(desk: Desk, on_done: str) -> None:
    """Let the seller have that setting."""
    terms = [replace(each, on_done=on_done) for each in desk.book.accounts.values()]
    desk.book = make_book([DAY], terms)


@pytest.mark.parametrize(
    ("verb", "mark"),
    [
        ("read", Mark.SEEN),
        ("spam", Mark.JUNK),
        ("trash", Mark.TRASHED),
        ("no_reply_needed", Mark.NO_REPLY_NEEDED),
    ],
)
def test_what_the_seller_does_is_told_once(desk: Desk, verb: str, mark: Mark) -> None:
    """What stays unread at the portal is looked at twice by whoever works there."""
    uid, marks = asked(desk), Marks()
    getattr(triage_of(desk), verb)([uid])
    round_of(desk, marks)
    round_of(desk, marks)

    assert marks.told == [(mark, ("0",))]
    assert left(desk) == 0


@pytest.mark.parametrize(
    ("on_done", "told"),
    [("keep", []), ("archive", [Mark.ARCHIVED]), ("close", [Mark.CLOSED])],
)
def test_done_is_told_as_the_seller_wants_it(desk: Desk, on_done: str, told: list[Mark]) -> None:
    """Some want an empty inbox at the portal too, some want to find everything there."""
    uid, marks = asked(desk), Marks()
    with_done(desk, on_done)
    triage_of(desk).done([uid])
    round_of(desk, marks)

    assert [mark for mark, _places in marks.told] == told
    assert left(desk) == 0


def test_undo_tells_the_reverse(desk: Desk) -> None:
    """What was archived there by a slip of the finger must not stay so."""
    uid, marks = asked(desk), Marks()
    with_done(desk, "archive")
    triage_of(desk).done([uid])
    round_of(desk, marks)
    triage_of(desk).undo()
    round_of(desk, marks)

    assert [mark for mark, _places in marks.told] == [Mark.ARCHIVED, Mark.UNARCHIVED]


def test_what_was_undone_before_it_was_told_is_not_told(desk: Desk) -> None:
    """A word for which there is no reverse can at least be swallowed."""
    uid, marks = asked(desk), Marks()
    triage_of(desk).no_reply_needed([uid])
    triage_of(desk).undo()
    round_of(desk, marks)

    assert marks.told == []


def test_a_mark_the_service_does_not_keep_is_not_told(desk: Desk) -> None:
    """And does not wait for ever."""
    uid, marks = asked(desk), Marks(kept=frozenset({Mark.CLOSED}))
    triage_of(desk).read([uid])
    round_of(desk, marks)

    assert (marks.told, left(desk)) == ([], 0)


def test_what_could_not_be_told_is_told_later_and_stops_no_reply(desk: Desk) -> None:
    """A line that is down for marks is no reason to let a buyer wait."""
    uid, marks = asked(desk), Marks(fates=deque([Temporary("later")]))
    triage_of(desk).read([uid])
    desk.reply(uid)
    round_of(desk, marks)
    assert (sum(desk.far.arrived.values()), marks.told, left(desk)) == (1, [], 1)

    desk.watch.forward(3600)
    round_of(desk, marks)

    assert [mark for mark, _places in marks.told] == [Mark.SEEN]


@pytest.mark.parametrize("failure", [Rejected("no"), KeyError("bug")])
def test_what_the_service_never_takes_is_given_up(desk: Desk, failure: Exception) -> None:
    """A mark is not worth asking for ever."""
    uid, marks = asked(desk), Marks(fates=deque([failure] * 9))
    triage_of(desk).read([uid])
    for _attempt in range(6):
        round_of(desk, marks)
        desk.watch.forward(7200)

    assert left(desk) == 0


def test_a_word_said_while_the_older_is_being_told_is_told_too(desk: Desk) -> None:
    """Otherwise the service would keep the older one."""
    uid, marks = asked(desk), Marks()
    triage = triage_of(desk)
    triage.read([uid])

    def changes_their_mind() -> None:
        marks.before = lambda: None
        desk.watch.forward(1)
        triage.unread([uid])

    marks.before = changes_their_mind
    round_of(desk, marks)
    round_of(desk, marks)

    assert [mark for mark, _places in marks.told] == [Mark.SEEN, Mark.UNSEEN]


def test_the_echo_of_what_was_told_is_no_news(desk: Desk) -> None:
    """Archived by us, then reported as archived, then undone here: it stays open."""
    uid, marks = asked(desk), Marks()
    with_done(desk, "archive")
    triage = triage_of(desk)
    triage.read([uid])
    triage.done([uid])
    round_of(desk, marks)
    desk.ingest(conversations=(ConversationChange(REF, archived=True, seen=True),))
    triage.undo()

    assert now(desk, uid).done_at is None
    assert now(desk, uid).owed


def test_as_long_as_ours_is_not_told_it_is_the_newer_word(desk: Desk) -> None:
    """The service's "unread" is from before it heard of ours."""
    uid = asked(desk)
    place = Place("INBOX", "1", "0", Role.INBOX)
    triage_of(desk).read([uid])
    desk.ingest(
        changes=(FlagChange(place, seen=False, answered=False),),
        conversations=(ConversationChange(REF, seen=False),),
    )
    assert not now(desk, uid).unread

    round_of(desk, Marks())
    desk.ingest(changes=(FlagChange(place, seen=False, answered=False),))

    assert now(desk, uid).unread


def test_what_waits_goes_with_a_conversation_that_becomes_part_of_another(desk: Desk) -> None:
    """A merge must not swallow what a service is to be told."""
    uid = asked(desk)
    desk.ingest(desk.far.write("Another"), mark='{"mails": [0, 1]}')
    (other,) = [each for each in desk.conversations() if each != uid]
    triage_of(desk).spam([uid])
    with desk.store.write() as tx:
        linking.merge(tx, uid, other)

    with desk.store.read() as tx:
        assert untold.pending(tx, other, SHOP) == {"spam"}


def test_a_mail_is_taken_back_only_once_it_is_known_where_it_lies(desk: Desk) -> None:
    """Killed between moving it and hearing where to: the old place would bring nothing back."""
    uid, marks = asked(desk), Marks(moves=True)
    with_done(desk, "archive")
    triage_of(desk).done([uid])
    round_of(desk, marks)
    triage_of(desk).undo()
    desk.far.pull_fates.append(Temporary("no line"))
    round_of(desk, marks)
    waits = left(desk)
    desk.far.gone.append(Place("INBOX", "1", "0", Role.INBOX))
    marks.elsewhere["m0@buyers.example"] = Place("All", "1", "77", Role.ARCHIVE)
    desk.watch.forward(1000)
    round_of(desk, marks)

    assert (waits, left(desk)) == (1, 0)
    assert marks.told == [(Mark.ARCHIVED, ("0",)), (Mark.UNARCHIVED, ("77",))]


def test_what_was_never_moved_is_not_taken_back(desk: Desk) -> None:
    """Done and undone before anybody was told: nothing is to be done."""
    uid, marks = asked(desk), Marks(moves=True)
    with_done(desk, "archive")
    triage_of(desk).done([uid])
    triage_of(desk).undo()
    round_of(desk, marks)

    assert (marks.told, left(desk)) == ([], 0)
