"""Files: what is owed has them ready offline, what is asked for comes first, nothing is held up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from connectors.contract import Account, Rejected, Temporary
from connectors.memory import MemoryConnector, MemoryService
from connectors.values import Place
from inbox.core.model import ConversationUid
from inbox.store import messages
from inbox.store.attachments import Held
from inbox.sync.runner import Runner
from inbox.view import attachments as viewing
from inbox.view.attachments import FileRow
from tests.sync.desk import SHOP, Desk


class Watched(MemoryConnector):
    """Notes which files are fetched, and fails as told."""

    def __init__(self, path: Path) -> None:
        super().__init__(Account(SHOP, "shop", {"path": str(path)}, lambda _key: "secret"))
        self.fetched: list[str] = []
        self.failures: list[Exception] = []
        self.sought: list[str] = []
        self.archived: list[Place] = []
        self.before: Callable[[], None] = lambda: None

    def find(self, message_ids: Sequence[str]) -> Sequence[Place]:
        """Find every mail in the archive."""
        self.sought += message_ids
        return self.archived

    def attachment(self, place: Place, ref: str) -> bytes:
        """Fetch a file."""
        self.before()
        self.fetched.append(ref)
        if self.failures:
            raise self.failures.pop(0)
        return super().attachment(place, ref)


class Files:
    """A shop whose buyers send files."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.desk = desk
        self.service = MemoryService(path, desk.watch)
        self.connector = Watched(path)
        self.runner: Runner = desk.runner(lambda: self.connector)

    def rows(self, uid: ConversationUid) -> list[FileRow]:
        """Return the files of a conversation."""
        with self.desk.store.read() as tx:
            return list(viewing.files_of(tx, uid))

    def every(self) -> dict[str, Held]:
        """Return all files by name, with whether they are here."""
        return {row.name: row.held for uid in self.desk.conversations() for row in self.rows(uid)}

    def ask(self, name: str) -> None:
        """Let the seller ask for a file."""
        from inbox.triage import Triage

        triage = Triage(self.desk.store, self.desk.book, self.desk.watch)
        rows = [row for uid in self.desk.conversations() for row in self.rows(uid)]
        triage.want_files([row.file for row in rows if row.name == name])


@pytest.fixture
def files(desk: Desk, tmp_path: Path) -> Iterator[Files]:
    """A shop whose buyers send files."""
    found = Files(desk, tmp_path / "service.json")
    yield found
    found.runner.close()


def test_the_photo_of_an_owed_question_is_here_before_it_is_asked_for(files: Files) -> None:
    """On the train the damage must be seen."""
    files.service.deliver("Broken", attached={"damage.jpg": b"\xff\xd8 broken"})

    assert files.runner.round().state == "ok"

    (row,) = files.rows(files.desk.conversations()[0])
    assert (row.name, row.held) == ("damage.jpg", Held.KEPT)
    with files.desk.store.read() as tx:
        content = viewing.content_of(tx, row.file.message, row.file.attachment.ref)
    assert row.file.attachment.size == len(content or b"") > 0
    with files.desk.store.read() as tx:
        found = viewing.content_of(tx, row.file.message, row.file.attachment.ref)
    assert found == b"\xff\xd8 broken"


def test_files_are_fetched_once(files: Files) -> None:
    """Not in every round again."""
    files.service.deliver("Broken", attached={"a.jpg": b"a", "b.jpg": b"b"})
    files.runner.round()
    before = files.desk.store.revision()

    files.runner.round()

    assert sorted(files.connector.fetched) == ["a.jpg", "b.jpg"]
    assert files.desk.store.revision() == before


def test_what_is_not_owed_waits_until_it_is_asked_for(files: Files) -> None:
    """Years of photos are not downloaded to answer today's question."""
    asked = files.service.deliver("Thanks", attached={"smile.jpg": b"x"})
    files.service.answer_elsewhere(
        "Re: Thanks", "Welcome!", in_reply_to=(f"{asked}@memory.example",)
    )
    files.runner.round()
    assert files.every() == {"smile.jpg": Held.ABSENT}

    files.ask("smile.jpg")
    assert files.every() == {"smile.jpg": Held.WANTED}
    files.runner.round()

    assert files.every() == {"smile.jpg": Held.KEPT}


def test_a_file_over_25_megabytes_waits_to_be_asked_for(files: Files) -> None:
    """A film of a lamp does not eat the data plan."""
    files.service.deliver("Film", attached={"film.mp4": bytes(25_000_001), "still.jpg": b"x"})

    files.runner.round()

    assert files.every() == {"film.mp4": Held.ABSENT, "still.jpg": Held.KEPT}


def test_a_reply_waits_for_one_file_at_most(files: Files) -> None:
    """Answers come before downloads."""
    files.service.deliver("Broken", attached={f"{n}.jpg": b"x" for n in range(5)})
    files.connector.before = files.runner.nudge

    files.runner.round()

    assert len(files.connector.fetched) == 1


def test_a_line_that_breaks_puts_the_file_off_and_it_comes_later(files: Files) -> None:
    """Nothing is asked for twice by the seller."""
    files.service.deliver("Broken", attached={"a.jpg": b"a"})
    files.connector.failures = [Temporary("The line broke.")]

    assert files.runner.round().state == "offline"
    assert files.every() == {"a.jpg": Held.WANTED}
    files.desk.watch.forward(60)
    assert files.runner.round().state == "ok"

    assert files.every() == {"a.jpg": Held.KEPT}


def test_a_file_the_service_has_no_more_is_said_and_can_be_asked_for_again(files: Files) -> None:
    """The seller asks the buyer to send it again, instead of waiting."""
    files.service.deliver("Broken", attached={"a.jpg": b"a"})
    files.connector.failures = [Rejected("The file is gone.")]

    assert files.runner.round().state == "ok"
    (row,) = files.rows(files.desk.conversations()[0])
    assert (row.held, row.file.error) == (Held.FAILED, "The file is gone.")

    files.ask("a.jpg")
    files.runner.round()
    assert files.every() == {"a.jpg": Held.KEPT}


def test_a_connector_that_cannot_is_never_asked_by_itself(desk: Desk) -> None:
    """A service without files must not look broken."""
    desk.far.write("Question", attachments=())
    runner = desk.runner()

    assert runner.round().state == "ok"
    runner.close()


def test_forgetting_a_buyer_takes_the_files_along(files: Files) -> None:
    """What the law asks to erase is erased from the files too."""
    files.service.deliver("Broken", attached={"damage.jpg": b"x"})
    files.runner.round()
    with files.desk.store.write() as tx:
        doc_ids = [row[0] for row in tx.sql.execute("SELECT doc_id FROM doc_messages")]
        from inbox.store.keeping.forget import erase_messages

        erase_messages(tx, doc_ids)
        left = tx.sql.execute("SELECT count(*) FROM files").fetchone()[0]

    assert left == 0


def test_how_much_of_a_large_file_came_is_seen_while_it_comes(files: Files) -> None:
    """A film over a train's line is coming, or stuck: the seller wants to know which."""
    files.service.deliver("Broken", attached={"film.mp4": b"x" * 1000})
    seen: list[tuple[int, object]] = []

    def coming() -> None:
        for share in (0.1, 0.4, 0.41):
            files.desk.watch.forward(2 if share != 0.41 else 0)
            files.connector.came(share)
            (row,) = files.rows(files.desk.conversations()[0])
            seen.append((row.file.came, viewing.as_json(row)["came"]))

    files.connector.before = coming
    files.runner.round()
    (row,) = files.rows(files.desk.conversations()[0])

    assert seen == [(100, 100), (400, 400), (400, 400)]
    assert (row.held, row.file.came, viewing.as_json(row)["came"]) == (Held.KEPT, 0, None)


def test_a_file_of_a_mail_that_a_phone_archived_can_still_be_had(files: Files) -> None:
    """At Gmail it lies where no round looks; the seller asks for the photo all the same."""
    files.service.deliver("Broken", attached={"film.mp4": b"film"})
    files.connector.failures = [Rejected("Not now.")]
    files.runner.round()
    (row,) = files.rows(files.desk.conversations()[0])
    with files.desk.store.write() as tx:
        places = messages.get(tx, row.file.message).message.places
        messages.ingest_gone(tx, SHOP, places, files.desk.watch())
    files.connector.archived = list(places)
    files.ask("film.mp4")
    files.runner.round()

    assert files.every() == {"film.mp4": Held.KEPT}
    assert len(files.connector.sought) == 1
