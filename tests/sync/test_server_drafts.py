"""What is begun here stands at the service too, where wanted: as it is now, and no longer."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pytest

from connectors.contract import Account, Rejected, Temporary
from connectors.values import Capabilities, Reply
from inbox.core.model import ConversationUid
from inbox.triage import Triage
from tests.sync.desk import SHOP, Desk
from tests.sync.far_side import FarConnector, FarSide


@dataclass
class Folder:
    """The drafts at the service, and how it will behave next."""

    texts: dict[str, str] = field(default_factory=dict)
    puts: list[Reply] = field(default_factory=list)
    fates: deque[Exception] = field(default_factory=deque)
    wanted: bool = True


class DraftConnector(FarConnector):
    """A connector whose service keeps drafts."""

    def __init__(self, far: FarSide, folder: Folder) -> None:
        super().__init__(Account(SHOP, "shop", {}, lambda key: key), far)
        self.folder = folder

    @property
    def capabilities(self) -> Capabilities:
        """Say whether the seller wants them kept."""
        return Capabilities(drafts=self.folder.wanted)

    def keep_draft(self, name: str, version: str, draft: Reply) -> None:
        """Keep it, or fail as the script says."""
        if self.folder.fates:
            raise self.folder.fates.popleft()
        self.folder.texts[name] = draft.text.strip()
        self.folder.puts.append(draft)

    def drop_draft(self, name: str) -> None:
        """Forget it, or fail as the script says."""
        if self.folder.fates:
            raise self.folder.fates.popleft()
        self.folder.texts.pop(name, None)


@pytest.fixture
def question(desk: Desk) -> ConversationUid:
    """Return a conversation in which an answer is owed."""
    return desk.asked()


def write(desk: Desk, uid: ConversationUid, text: str) -> None:
    """Let the seller write, and leave it."""
    Triage(desk.store, desk.book, desk.watch).save_draft(uid, text)


def round_of(desk: Desk, folder: Folder, after: float = 20) -> None:
    """Run one round, so many seconds later."""
    desk.watch.forward(after)
    runner = desk.runner(lambda: DraftConnector(desk.far, folder))
    runner.round()
    runner.close()


def test_a_draft_is_put_there_once_it_was_left_and_replaced_as_it_changes(
    desk: Desk, question: ConversationUid
) -> None:
    """Not at each key: the server would hold every half word."""
    folder = Folder()
    write(desk, question, "It")
    round_of(desk, folder, after=1)
    early = dict(folder.texts)
    round_of(desk, folder)
    round_of(desk, folder)
    write(desk, question, "It leaves today.")
    round_of(desk, folder)

    assert early == {}
    assert [put.text for put in folder.puts] == ["It\n", "It leaves today.\n"]
    assert folder.texts == {question: "It leaves today."}
    assert [party.address for party in folder.puts[0].recipients] == ["anna@buyers.example"]
    assert folder.puts[0].in_reply_to == "m0@buyers.example"


@pytest.mark.parametrize("how", ["sent", "discarded"])
def test_it_goes_when_it_was_sent_or_discarded(
    desk: Desk, question: ConversationUid, how: str
) -> None:
    """Else the phone offers to send it a second time."""
    folder = Folder()
    write(desk, question, "It leaves today.")
    round_of(desk, folder)
    if how == "sent":
        desk.reply(question)
    else:
        write(desk, question, "")
    round_of(desk, folder)

    assert len(folder.puts) == 1
    assert folder.texts == {}


def test_what_could_not_be_told_is_told_later(desk: Desk, question: ConversationUid) -> None:
    """The line is down when it is put there, and when it is to go."""
    folder = Folder(fates=deque([Temporary("no line")]))
    write(desk, question, "It leaves today.")
    round_of(desk, folder)
    first = dict(folder.texts)
    round_of(desk, folder)
    second = dict(folder.texts)
    write(desk, question, "")
    folder.fates.append(Temporary("no line"))
    round_of(desk, folder)
    third = dict(folder.texts)
    round_of(desk, folder)

    kept = {question: "It leaves today."}
    assert (first, second, third, folder.texts) == ({}, kept, kept, {})


def test_a_service_that_refuses_is_not_asked_for_the_same_again(
    desk: Desk, question: ConversationUid
) -> None:
    """A draft is a convenience: replies and mail go on."""
    folder = Folder(fates=deque([Rejected("too large")]))
    write(desk, question, "It leaves today.")
    round_of(desk, folder)
    round_of(desk, folder)
    refused = list(folder.puts)
    write(desk, question, "It leaves.")
    round_of(desk, folder)

    assert refused == []
    assert folder.texts == {question: "It leaves."}


def test_where_it_is_wanted_no_more_what_stands_there_goes(
    desk: Desk, question: ConversationUid
) -> None:
    """Off is off: nothing of ours stays behind; the words stay here."""
    folder = Folder()
    write(desk, question, "It leaves today.")
    round_of(desk, folder)
    folder.wanted = False
    round_of(desk, folder)

    draft = Triage(desk.store, desk.book, desk.watch).draft(question)
    assert folder.texts == {}
    assert draft is not None
    assert draft.text == "It leaves today."


def test_a_kill_between_is_made_good_by_the_next_round(
    desk: Desk, question: ConversationUid
) -> None:
    """It was put there and nobody noted it: once discarded it still goes."""
    folder = Folder()

    class Killed(BaseException):
        """The plug was pulled."""

    class Dying(DraftConnector):
        def keep_draft(self, name: str, version: str, draft: Reply) -> None:
            super().keep_draft(name, version, draft)
            raise Killed

    write(desk, question, "It leaves today.")
    desk.watch.forward(20)
    with pytest.raises(Killed):
        desk.runner(lambda: Dying(desk.far, folder)).round()
    there = dict(folder.texts)
    desk.power_back()
    write(desk, question, "")
    round_of(desk, folder)

    assert there == {question: "It leaves today."}
    assert folder.texts == {}
