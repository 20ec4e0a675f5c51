"""Files at Allegro, up and down: announced, checked, kept for six months, never a stranger's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.allegro import wire
from connectors.allegro.answers import File
from connectors.conformance import pull_all, reply_to
from connectors.contract import Rejected
from connectors.simulation import Fault, Said
from connectors.values import Attachment, OutgoingFile
from tests.connectors.test_conformance_allegro import AllegroService

PICTURE = OutgoingFile("lamp.png", "image/png", b"\x89PNG")


@pytest.fixture
def service() -> Iterator[AllegroService]:
    """A seller without threads."""
    made = AllegroService()
    yield made
    made.close()


def test_files_go_up_before_the_message_leaves(service: AllegroService) -> None:
    """A message that names a file Allegro does not have is refused."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = replace(reply_to(service, pull_all(connector).only), files=(PICTURE,))
    before: list[int] = []
    connector.send(reply, lambda: before.append(len(service.sim.files)))

    assert before == [1]
    assert [content for _size, content in service.sim.files.values()] == [PICTURE.content]


def test_a_file_that_allegro_does_not_take_sends_nothing(service: AllegroService) -> None:
    """Half an answer helps nobody."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    message = pull_all(connector).only
    text = OutgoingFile("a.txt", "text/plain", b"words")
    left: list[bool] = []
    with pytest.raises(Rejected):
        connector.send(
            replace(reply_to(service, message), files=(text,)), lambda: left.append(True)
        )

    assert (left, service.arrived()) == ([], [])


def test_a_file_is_never_sent_to_a_stranger(service: AllegroService) -> None:
    """The address comes with an answer; our token goes along with the file."""
    issue = service.sim.dispute()
    connector = service.connect()
    reply = replace(reply_to(service, pull_all(connector).only), files=(PICTURE,))
    elsewhere = Said(201, b'{"id": "1"}', {"Location": "https://evil.example/upload"})
    service.sim.faults.append(Fault("POST /sale/issues/attachments", said=elsewhere))
    with pytest.raises(Rejected, match="strange host"):
        connector.send(reply)

    assert len(issue.chat) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [("UNSAFE", "unsafe"), ("EXPIRED", "six months"), ("NEW", "still checks")],
)
def test_a_file_that_is_not_handed_out_says_why(
    service: AllegroService, status: str, said: str
) -> None:
    """The seller must know whether waiting helps."""
    service.deliver("Broken", "See the photo.")
    (thread,) = service.sim.threads.values()
    service.sim.attach(thread, "lamp.jpg", b"photo", status)
    connector = service.connect()
    message = pull_all(connector).only
    with pytest.raises(Rejected, match=said):
        connector.attachment(message.places[0], message.attachments[0].ref)


def test_a_file_that_was_checked_meanwhile_is_fetched(service: AllegroService) -> None:
    """A photo just sent has no address yet; it is asked for when it is wanted."""
    service.deliver("Broken", "See the photo.")
    (thread,) = service.sim.threads.values()
    shown = service.sim.attach(thread, "lamp.jpg", b"photo", "NEW")
    connector = service.connect()
    message = pull_all(connector).only
    (key,) = service.sim.files
    shown |= {"status": "SAFE", "url": f"https://upload.allegro.pl/message-center/x/{key}"}

    assert connector.attachment(message.places[0], message.attachments[0].ref) == b"photo"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            File(file_name="a.pdf", url="https://upload.allegro.pl/x/97dc0b60"),
            Attachment("/messaging/message-attachments/97dc0b60", "a.pdf", "application/pdf", None),
        ),
        (
            File(file_name="b", mime_type="image/png", url="https://evil.example/..%2f..?x=1#y"),
            Attachment("/messaging/message-attachments/..%252f..", "b", "image/png", None),
        ),
        (
            File(url="https://[broken"),
            Attachment("file 3", "file", "application/octet-stream", None),
        ),
    ],
)
def test_a_files_address_is_only_taken_for_its_id(file: File, expected: Attachment) -> None:
    """What stands in an answer leads to no other host and to no other path."""
    assert wire.attachment(file, 3, wire.MESSAGE_FILES) == expected
