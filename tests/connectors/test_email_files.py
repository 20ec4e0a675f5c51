"""A large file comes piece by piece, so that it is seen to come, and is the same in the end."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from connectors.conformance import pull_all
from connectors.email.fetching import PIECE
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import with_attachment
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer

FILM = random.Random(7).randbytes(2 * PIECE + 4321)


@pytest.fixture(params=["dovecot", pytest.param("pymap", marks=pytest.mark.slow)])
def shop(request: pytest.FixtureRequest, smtp: SmtpServer) -> Iterator[MailService]:
    """A mailbox with a film in it, at each server."""
    server: Dovecot | PymapServer = request.getfixturevalue(request.param)
    service = MailService(server, smtp)
    service.put(with_attachment("Broken", "film.mp4", FILM))
    yield service
    service.close()


def test_a_large_file_is_told_of_while_it_comes(shop: MailService) -> None:
    """And has not lost a byte between two pieces."""
    connector = shop.connect()
    told: list[float] = []
    message = pull_all(connector).only
    connector.came = told.append
    shop.imap_line.heard = b""
    found = connector.attachment(message.places[0], message.attachments[0].ref)

    assert found == FILM
    assert told == sorted(told)
    assert (len(told) > 2, told[-1] > 0.99) == (True, True)
    if isinstance(shop.server, Dovecot):
        assert b"BODY.PEEK[2])" not in shop.imap_line.heard  # not asked for once more


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (rb"(BODY\[2\])<\d+>", rb"\1"),
        (rb'("base64" )(\d)', rb"\g<1>1\2"),
    ],
    ids=["always from the beginning", "wrong about its size"],
)
def test_a_server_that_cannot_hand_out_pieces_is_asked_for_the_whole(
    shop: MailService, said: bytes, instead: bytes
) -> None:
    """Some are wrong about the middle of a mail, or about its size."""
    connector = shop.connect()
    message = pull_all(connector).only
    shop.imap_line.fault.rewrite = lambda words: re.sub(said, instead, words)
    shop.imap_line.heard = b""

    assert connector.attachment(message.places[0], message.attachments[0].ref) == FILM
    assert b"BODY.PEEK[2])" in shop.imap_line.heard
