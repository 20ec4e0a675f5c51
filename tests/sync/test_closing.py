"""Closing a conversation at its service: only where that can be, and after the undo window."""

from __future__ import annotations

import pytest

from connectors.values import ConversationChange, Mark
from inbox.core.model import AccountUid, ConversationUid, State
from inbox.core.stated import Subject
from inbox.core.turn import state_of
from inbox.store import stated, untold
from inbox.triage import Triage
from inbox.view.closing import NotClosedThere
from tests.sync.desk import SHOP, Desk
from tests.sync.test_telling import REF, MarkingConnector, Marks, asked, left, now, round_of


@pytest.fixture
def marks() -> Marks:
    """A service that closes conversations."""
    return Marks(kept=frozenset({Mark.CLOSED}))


@pytest.fixture
def talk(desk: Desk, marks: Marks) -> ConversationUid:
    """A question, at a service of which it is known what it can do."""
    uid = asked(desk)
    round_of(desk, marks)
    return uid


def test_what_is_closed_is_done_here_and_told_once_the_window_is_over(
    desk: Desk, marks: Marks, talk: ConversationUid
) -> None:
    """No service opens again what was closed by a slip of the finger."""
    nudged: list[AccountUid] = []
    triage = Triage(desk.store, desk.book, desk.watch, nudge=nudged.append, undo_seconds=10)
    triage.close([talk])
    closed = now(desk, talk)
    round_of(desk, marks)
    in_time = list(marks.told)
    desk.watch.forward(11)
    round_of(desk, marks)
    round_of(desk, marks)

    assert state_of(closed, desk.watch()) is State.DONE
    assert (in_time, marks.told, left(desk)) == ([], [(Mark.CLOSED, ("0",))], 0)
    assert nudged == [SHOP]
    assert not now(desk, talk).owed


def test_the_engine_wakes_when_the_window_is_over(
    desk: Desk, marks: Marks, talk: ConversationUid
) -> None:
    """Services are asked for news every few minutes; a close does not wait for that."""
    Triage(desk.store, desk.book, desk.watch, undo_seconds=10).close([talk])
    runner = desk.runner(lambda: MarkingConnector(desk.far, marks))
    runner.round()
    rests = runner._seconds_to("ok")
    desk.watch.forward(11)
    runner.round()
    then = runner._seconds_to("ok")
    runner.close()

    assert rests == 10
    assert then > 10


def test_undo_within_the_window_leaves_it_open_everywhere(
    desk: Desk, marks: Marks, talk: ConversationUid
) -> None:
    """That is what the window is for."""
    triage = Triage(desk.store, desk.book, desk.watch, undo_seconds=10)
    triage.close([talk])
    triage.undo()
    desk.watch.forward(60)
    round_of(desk, marks)

    assert (marks.told, left(desk)) == ([], 0)
    assert now(desk, talk).owed


@pytest.mark.parametrize("kept", [frozenset(), frozenset({Mark.SEEN, Mark.ARCHIVED})])
def test_a_service_that_closes_nothing_is_not_asked_to(desk: Desk, kept: frozenset[Mark]) -> None:
    """The seller would believe it closed; so it is said, and nothing is changed."""
    uid = asked(desk)
    round_of(desk, Marks(kept=kept))
    with pytest.raises(NotClosedThere) as refused:
        Triage(desk.store, desk.book, desk.watch).close([uid])

    assert "shop cannot be closed" in refused.value.sentence
    assert now(desk, uid).owed
    with desk.store.read() as tx:
        assert untold.pending(tx, uid, SHOP) == frozenset()


def test_what_the_service_closed_itself_is_not_closed_again(
    desk: Desk, talk: ConversationUid
) -> None:
    """It may refuse that, and the seller should know how it stands."""
    desk.ingest(conversations=(ConversationChange(REF, closed=True),), mark='{"mails": [0]}')
    with pytest.raises(NotClosedThere) as refused:
        Triage(desk.store, desk.book, desk.watch).close([talk])

    assert refused.value.sentence == "It is closed there already."


def test_once_the_service_says_so_its_clock_has_ended_and_it_is_closed(
    desk: Desk, marks: Marks, talk: ConversationUid
) -> None:
    """Done alone ends no clock of the service's; that it closed at our word does."""
    triage = Triage(desk.store, desk.book, desk.watch, undo_seconds=0)
    triage.close([talk])
    round_of(desk, marks)
    desk.ingest(conversations=(ConversationChange(REF, closed=True),), mark='{"mails": [0]}')
    with desk.store.read() as tx:
        said = [(word.subject, word.value) for word in stated.of_conversation(tx, talk)]

    assert said == [(Subject.CLOSED, True)]
    with pytest.raises(NotClosedThere):
        triage.close([talk])
