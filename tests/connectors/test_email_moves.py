"""Mails put aside here lie aside at the server too, once, and come back; nobody else's are hurt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from connectors.conformance import pull_all
from connectors.email import EmailConnector
from connectors.values import Mark, Place, Role
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer

WAYS = {"MOVE": b"", "UIDPLUS only": b" MOVE", "neither": b" (MOVE|UIDPLUS)"}
ASIDE = [
    (Mark.ARCHIVED, Mark.UNARCHIVED, "Archive", Role.ARCHIVE),
    (Mark.JUNK, Mark.NOT_JUNK, "Junk", Role.JUNK),
    (Mark.TRASHED, Mark.NOT_TRASHED, "Trash", Role.TRASH),
]


@pytest.fixture(params=["Dovecot", "pymap"])
def server(request: pytest.FixtureRequest, smtp: SmtpServer) -> Iterator[MailService]:
    """A mailbox at each server."""
    found: Dovecot | PymapServer = request.getfixturevalue(request.param.lower())
    service = MailService(found, smtp)
    yield service
    service.close()


@pytest.fixture(
    params=[
        pytest.param(way, marks=pytest.mark.slow if way == "UIDPLUS only" else ()) for way in WAYS
    ]
)
def able(request: pytest.FixtureRequest, server: MailService) -> MailService:
    """A mailbox at a server that can do so much."""
    without = WAYS[request.param]
    if without:
        server.imap_line.fault.rewrite = lambda said: re.sub(without + rb"(?=[ \]\r])", b"", said)
    return server


def subjects(shop: MailService, folder: str) -> list[str]:
    """Return what lies in a folder, as the server's own files say."""
    return sorted(
        str(message_from_bytes(raw)["Subject"]) for raw in shop.server.mails(shop.user, folder)
    )


def lying(shop: MailService, folder: str) -> list[str]:
    """Return what lies in a folder and is not crossed out."""
    with shop.phone() as phone:
        phone.select(folder)
        crossed = {str(uid) for uid in phone.uids("DELETED")}
        every = {str(uid) for uid in phone.uids("ALL")}
    known = pull_all(shop.connect_with({"folders": (folder,)})).messages
    return sorted(
        message.subject
        for message in known
        for place in message.places
        if place.folder == folder and place.id in every - crossed
    )


def places_of(connector: EmailConnector, subject: str) -> tuple[Place, ...]:
    """Return where the mail lies, as a pull from nothing tells."""
    found = [each for each in pull_all(connector).messages if each.subject == subject]
    return found[0].places


@pytest.mark.parametrize(("mark", "undo", "folder", "role"), ASIDE)
def test_a_mail_put_aside_lies_there_and_comes_back(
    able: MailService, mark: Mark, undo: Mark, folder: str, role: Role
) -> None:
    """What is done here is done on the phone too; and undo means undo."""
    able.put(mail("Done"))
    able.put(mail("Still to do"))
    connector = able.connect()
    before = pull_all(connector)
    done = next(each for each in before.messages if each.subject == "Done")
    connector.mark(done.places, mark)
    aside = (lying(able, folder), lying(able, "INBOX"))
    after = pull_all(connector, before.checkpoint)
    (moved,) = [each for each in after.messages if each.places[0].role is role]
    able.connect().mark(moved.places, undo)
    back = (lying(able, folder), lying(able, "INBOX"))

    assert aside == (["Done"], ["Still to do"])
    assert (moved.remote_id, moved.body_digest) == (done.remote_id, done.body_digest)
    assert back == ([], ["Done", "Still to do"])


def test_a_mail_crossed_out_by_another_program_is_not_removed(able: MailService) -> None:
    """The seller may want it back: a plain EXPUNGE would take it along."""
    able.put(mail("Done"))
    able.put(mail("Crossed out on the phone"))
    with able.phone() as phone:
        phone.flag("Crossed out on the phone", "\\Deleted")
    connector = able.connect()
    connector.mark(places_of(connector, "Done"), Mark.ARCHIVED)

    assert "Crossed out on the phone" in subjects(able, "INBOX")
    assert b" EXPUNGE " not in able.imap_line.heard.replace(b"UID EXPUNGE ", b"")
    assert b" EXPUNGE\r\n" not in able.imap_line.heard


def test_undone_at_once_it_is_back(able: MailService) -> None:
    """Undo comes before the next round has told where the mail lies now."""
    able.put(mail("Done"))
    connector = able.connect()
    places = places_of(connector, "Done")
    connector.mark(places, Mark.ARCHIVED)
    connector.mark(places, Mark.UNARCHIVED)
    again = lying(able, "INBOX"), lying(able, "Archive")
    connector.mark(places, Mark.ARCHIVED)

    assert again == (["Done"], [])
    assert (lying(able, "INBOX"), lying(able, "Archive")) == ([], ["Done"])


@pytest.mark.parametrize("said_again", ["by the same program", "after a restart"])
def test_a_mark_said_twice_moves_once(able: MailService, said_again: str) -> None:
    """The queue repeats what it is not sure of."""
    able.put(mail("Done"))
    connector = able.connect()
    places = places_of(connector, "Done")
    connector.mark(places, Mark.ARCHIVED)
    again = connector if said_again == "by the same program" else able.connect()
    again.mark(places, Mark.ARCHIVED)

    assert subjects(able, "Archive") == ["Done"]


def test_another_mail_of_the_same_name_is_moved_too(able: MailService) -> None:
    """Some shop systems give every mail the same Message-ID."""
    connector = able.connect()
    for text in ("First words", "Other, longer words"):
        able.put(mail("Order", text, message_id="always-the-same@shop.example"))
        connector.mark(
            [place for each in pull_all(connector).messages for place in each.places],
            Mark.ARCHIVED,
        )

    assert subjects(able, "Archive") == ["Order", "Order"]
    assert lying(able, "INBOX") == []


def test_our_own_answers_stay_in_sent(server: MailService) -> None:
    """There the seller looks for them."""
    server.put(mail("Re: Question", sender="The Shop <shop@example.com>"), "Sent")
    connector = server.connect()
    connector.mark(places_of(connector, "Re: Question"), Mark.ARCHIVED)

    assert subjects(server, "Sent") == ["Re: Question"]


def test_what_lay_in_another_folder_goes_back_there(server: MailService) -> None:
    """Undo puts nothing where it never was."""
    with server.phone() as phone:
        phone.create("Orders")
    server.put(mail("Done"), "Orders")
    connector = server.connect_with({"folders": ("INBOX", "Orders")})
    places = places_of(connector, "Done")
    connector.mark(places, Mark.ARCHIVED)
    connector.mark(places, Mark.UNARCHIVED)

    assert (subjects(server, "Orders"), subjects(server, "INBOX")) == (["Done"], [])


def test_mails_of_a_folder_that_was_numbered_anew_stay(server: MailService) -> None:
    """The old number names another buyer's mail now."""
    server.put(mail("Done"))
    connector = server.connect()
    places = places_of(connector, "Done")
    server.hang_up()
    server.server.change_uidvalidity(server.user)
    server.connect().mark(places, Mark.TRASHED)

    assert subjects(server, "INBOX") == ["Done"]


def test_what_was_in_the_archive_before_us_is_not_pulled(server: MailService) -> None:
    """Ten years of junk are nobody's history; what is put there from now on is followed."""
    with server.phone() as phone:
        phone.create("Archive")
        if isinstance(server.server, PymapServer):
            phone.create("Junk")
    server.put(mail("Old"), "Archive")
    server.put(mail("Spam of last year"), "Junk")
    server.put(mail("Question"))
    connector = server.connect()
    before = pull_all(connector)
    with server.phone() as phone:
        phone.move("Question", "Archive")
    after = pull_all(connector, before.checkpoint)

    assert before.subjects == ["Question"]
    assert after.subjects == ["Question"]
    assert [place.folder for place in after.only.places] == ["Archive"]
    assert [place.folder for place in after.gone] == ["INBOX"]
    assert after.only.remote_id == before.only.remote_id
