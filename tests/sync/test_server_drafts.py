"""What is begun here stands at the service too, where wanted: as it is now, and no longer."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connectors.contract import Account, ChangedDraft, KnownDraft, Rejected, Temporary
from connectors.values import Capabilities, OutgoingFile, Party, Reply
from inbox.core.model import ConversationUid
from inbox.store.drafts import Draft
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
    changed: list[ChangedDraft] = field(default_factory=list)
    """What another program wrote anew."""
    gone: list[str] = field(default_factory=list)
    """The copies of those that were removed."""
    befores: list[str] = field(default_factory=list)
    """What we said the last copy was, at each put."""
    asked: list[str] = field(default_factory=list)
    """The copies that we called ours, at each look for changed ones."""


class DraftConnector(FarConnector):
    """A connector whose service keeps drafts."""

    def __init__(self, far: FarSide, folder: Folder) -> None:
        super().__init__(Account(SHOP, "shop", {}, lambda key: key), far)
        self.folder = folder

    @property
    def capabilities(self) -> Capabilities:
        """Say whether the seller wants them kept."""
        return Capabilities(drafts=self.folder.wanted)

    def keep_draft(
        self, name: str, version: str, draft: Reply, instead: str = "", before: str = ""
    ) -> str:
        """Keep it, or fail as the script says."""
        if self.folder.fates:
            raise self.folder.fates.popleft()
        self.folder.texts[name] = draft.text.strip()
        self.folder.puts.append(draft)
        self.folder.befores.append(before)
        self.folder.gone += [instead] if instead else []
        return f"1/{len(self.folder.puts)}"

    def changed_drafts(self, known: Mapping[str, KnownDraft]) -> Sequence[ChangedDraft]:
        """Tell once what another program wrote anew."""
        self.folder.asked += [each.copy for each in known.values()]
        found, self.folder.changed = self.folder.changed, []
        return [each for each in found if each.name in known]

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


def test_the_copy_that_we_put_there_is_remembered(desk: Desk, question: ConversationUid) -> None:
    """By it a copy that another program made is told from ours, whatever its headers say."""
    folder = Folder()
    write(desk, question, "It")
    round_of(desk, folder)
    round_of(desk, folder)
    write(desk, question, "It leaves today.")
    folder.fates.append(Temporary("no line"))
    round_of(desk, folder)
    round_of(desk, folder)

    assert folder.asked == ["1/1", "1/1"]
    assert folder.befores == ["", "1/1"]


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
        def keep_draft(
            self, name: str, version: str, draft: Reply, instead: str = "", before: str = ""
        ) -> str:
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


PHONE = ChangedDraft(
    name="",
    copy="1/7",
    text="It leaves today, from the phone.\x1b[31m",
    subject="Re: Where is my parcel?",
    to=(Party("", "anna@buyers.example"),),
    cc=(),
)


def written_elsewhere(desk: Desk, folder: Folder, uid: ConversationUid, **more: Any) -> None:
    """Let the seller write a draft, and go on with it on the phone."""
    write(desk, uid, "It leaves")
    round_of(desk, folder)
    (kept,) = [put for put in folder.puts if put.text == "It leaves\n"]
    folder.changed = [replace(PHONE, name=uid, subject=kept.subject, to=kept.recipients, **more)]


def drafted(desk: Desk, uid: ConversationUid) -> Draft:
    """Return the draft as it is here."""
    found = Triage(desk.store, desk.book, desk.watch).draft(uid)
    assert found is not None
    return found


def test_what_was_written_on_the_phone_is_here_and_stands_there_once(
    desk: Desk, question: ConversationUid
) -> None:
    """Begun at the desk, gone on with in the tram, sent from the desk."""
    folder = Folder()
    written_elsewhere(desk, folder, question)

    round_of(desk, folder)
    round_of(desk, folder)

    found = drafted(desk, question)
    assert (found.text, found.to) == ("It leaves today, from the phone.", None)
    assert folder.texts == {question: "It leaves today, from the phone."}
    assert (folder.gone, len(folder.puts)) == (["1/7"], 2)


def test_words_of_both_are_kept_where_both_were_changed(
    desk: Desk, question: ConversationUid
) -> None:
    """Which one is meant only the seller knows."""
    folder = Folder()
    written_elsewhere(desk, folder, question)
    write(desk, question, "It leaves on Monday")

    round_of(desk, folder, after=1)

    words = "It leaves on Monday\n\nIt leaves today, from the phone."
    assert drafted(desk, question).text == words
    assert folder.texts == {question: words}


def test_to_whom_it_goes_can_be_changed_on_the_phone(desk: Desk, question: ConversationUid) -> None:
    """And a page that is open here learns of it before it overwrites anything."""
    folder = Folder()
    written_elsewhere(desk, folder, question)
    folder.changed = [replace(folder.changed[0], cc=(Party("Bo", "bo@x.example"),))]
    round_of(desk, folder)

    triage = Triage(desk.store, desk.book, desk.watch)
    to = (drafted(desk, question).to, drafted(desk, question).cc)
    triage.save_draft(question, "It leaves, typed here", knew=0)

    assert to == ("Anna <anna@buyers.example>", "Bo <bo@x.example>")
    words = "It leaves, typed here\n\nIt leaves today, from the phone."
    assert drafted(desk, question).text == words


def test_files_stand_there_too_and_a_strange_one_is_not_removed(
    desk: Desk, question: ConversationUid
) -> None:
    """A photo added on the phone is nowhere else."""
    folder = Folder()
    triage = Triage(desk.store, desk.book, desk.watch)
    triage.attach(question, OutgoingFile("label.pdf", "application/pdf", b"PDF"))
    written_elsewhere(desk, folder, question, files=(("label.pdf", 3), ("photo.jpg", 9)))

    round_of(desk, folder)
    round_of(desk, folder)

    assert [[file.name for file in put.files] for put in folder.puts] == [["label.pdf"]] * 2
    assert folder.gone == []


def test_a_draft_thrown_away_here_does_not_come_back_from_there(
    desk: Desk, question: ConversationUid
) -> None:
    """What was thrown away is not asked about any more."""
    folder = Folder()
    written_elsewhere(desk, folder, question)
    Triage(desk.store, desk.book, desk.watch).discard([question])

    round_of(desk, folder)

    assert Triage(desk.store, desk.book, desk.watch).draft(question) is None
    assert folder.texts == {}
