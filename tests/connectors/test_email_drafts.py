"""The Drafts folder holds what is begun here once, as it was left; nobody else's is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from connectors.conformance import pull_all
from connectors.contract import KnownDraft, Temporary
from connectors.email import EmailConnector
from connectors.email.folders import Listed, choose, drafts_folder, new_drafts_name
from connectors.values import Party, Reply, ReplyKey
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer

NAME = "draft0000001"
DRAFT = Reply(
    key=ReplyKey("draft.one@shop.example"),
    created_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    sender=Party("Anna", "anna@shop.example"),
    recipients=(Party("Kate", "kate@buyers.example"),),
    subject="Re: Lamp",
    text="It leaves\n",
)
LONGER = replace(DRAFT, key=ReplyKey("draft.two@shop.example"), text="It leaves today.\n")


@pytest.fixture(params=["Dovecot", "pymap"])
def server(request: pytest.FixtureRequest, smtp: SmtpServer) -> Iterator[MailService]:
    """A mailbox at each server."""
    found: Dovecot | PymapServer = request.getfixturevalue(request.param.lower())
    service = MailService(found, smtp)
    yield service
    service.close()


@pytest.fixture
def dovecot_shop(dovecot: Dovecot, smtp: SmtpServer) -> Iterator[MailService]:
    """A mailbox at one server, where what it answers makes no difference."""
    service = MailService(dovecot, smtp)
    yield service
    service.close()


def connect(shop: MailService, **settings: str | tuple[str, ...]) -> EmailConnector:
    """Return a connector that keeps drafts."""
    return shop.connect_with({"server_drafts": "yes", **settings})


def lying(shop: MailService, folder: str = "Drafts") -> list[EmailMessage]:
    """Return what lies in the folder and is not crossed out, by the server's own files."""
    raws, flags = shop.server.mails(shop.user, folder), shop.server.flags(shop.user, folder)
    alive = [raw for raw, each in zip(raws, flags, strict=True) if "\\Deleted" not in each]
    return [message_from_bytes(raw, policy=policy.default) for raw in alive]


def words(shop: MailService, folder: str = "Drafts") -> list[str]:
    """Return the texts of those."""
    return [str(each.get_content()).strip() for each in lying(shop, folder)]


def test_a_draft_stands_there_once_as_it_was_left_last(server: MailService) -> None:
    """The seller goes on with it on the phone: one draft, the newest, marked as one."""
    connector = connect(server)
    connector.keep_draft(NAME, "one", DRAFT)
    first = words(server)
    connector.keep_draft(NAME, "two", LONGER)
    connector.keep_draft(NAME, "two", LONGER)
    (kept,) = lying(server)
    flags = server.server.flags(server.user, "Drafts")

    assert (first, words(server)) == (["It leaves"], ["It leaves today."])
    assert any({"\\Draft", "\\Seen"} <= each for each in flags)
    assert (kept["To"], kept["Subject"]) == ("Kate <kate@buyers.example>", "Re: Lamp")
    assert kept["X-Seller-Inbox-Key"] is None


def test_sent_or_discarded_it_is_gone_and_others_stay(server: MailService) -> None:
    """What another program or another conversation began is not ours to remove."""
    connector = connect(server)
    connector.keep_draft("draft0000002", "one", replace(DRAFT, text="Another\n"))
    server.put(mail("Begun on the phone", "Mine"), "Drafts")
    connector.keep_draft(NAME, "one", DRAFT)
    connector.drop_draft(NAME)
    connector.drop_draft(NAME)

    assert sorted(words(server)) == ["Another", "Mine"]


def test_an_interruption_after_the_new_one_was_put_leaves_one_after_the_next_time(
    server: MailService,
) -> None:
    """The line dies between putting the new one and taking the old one away."""
    connect(server).keep_draft(NAME, "one", DRAFT)
    server.imap_line.fault.cut_on = b"UID STORE"
    with pytest.raises(Temporary):
        connect(server).keep_draft(NAME, "two", LONGER)
    server.mend()
    between = sorted(words(server))
    connect(server).keep_draft(NAME, "two", LONGER)

    assert between == ["It leaves", "It leaves today."]
    assert words(server) == ["It leaves today."]


def test_drafts_are_not_read_in_as_messages(server: MailService) -> None:
    """Half a sentence of ours is no answer, and stops no clock."""
    server.put(mail("Question"))
    connector = connect(server, folders=("INBOX", "Drafts"))
    connector.keep_draft(NAME, "one", DRAFT)
    server.put(mail("Begun on the phone"), "Drafts")

    assert [each.subject for each in pull_all(connector).messages] == ["Question"]


@pytest.mark.parametrize("unable", [b" UIDPLUS", b" ESEARCH"])
def test_a_server_that_can_do_less_shows_one_too(server: MailService, unable: bytes) -> None:
    """What cannot be removed for good is crossed out."""
    server.imap_line.fault.rewrite = lambda said: said.replace(unable, b"")
    connector = connect(server)
    connector.keep_draft(NAME, "one", DRAFT)
    connector.keep_draft(NAME, "two", LONGER)

    assert words(server) == ["It leaves today."]


def test_the_folder_of_the_settings_is_used_and_made(server: MailService) -> None:
    """Whoever names one wants it there."""
    connect(server, drafts_folder="Begun").keep_draft(NAME, "one", DRAFT)

    assert words(server, "Begun") == ["It leaves"]


def listed(name: str, *attributes: str) -> Listed:
    """Return a folder as a server lists it."""
    return Listed(name, "/", frozenset(attributes))


def test_what_the_server_calls_drafts_goes_before_what_is_called_so() -> None:
    """Two folders of that kind: the one that the phone uses."""
    inbox, named, known = listed("INBOX"), listed("Entwürfe"), listed("Vorlagen", "\\drafts")

    assert drafts_folder([inbox, named, known]) == "Vorlagen"
    assert drafts_folder([inbox, named]) == "Entwürfe"
    assert drafts_folder([inbox]) is None
    assert new_drafts_name([inbox, listed("INBOX/Archive")]) == "INBOX/Drafts"
    watched = choose([inbox, named, known], ("INBOX", "Entwürfe", "Vorlagen")).watched
    assert [each.name for each in watched] == ["INBOX"]


OURS = replace(DRAFT, key=ReplyKey(f"draft.{NAME}.one@shop.example"), in_reply_to="q1@x.example")
"""A draft as we put it there: named by itself, answering a mail."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "known"),
    [
        (f"X-Seller-Inbox-Draft: {NAME}/one\r\nMessage-ID: <new@phone.example>", "q1@x.example"),
        (f"Message-ID: <draft.{NAME}.one@shop.example>", ""),
        ("Message-ID: <new@phone.example>\r\nIn-Reply-To: <q1@x.example>", "q1@x.example"),
    ],
)
def test_what_another_program_made_of_our_draft_is_told_and_replaced(
    server: MailService, header: str, known: str
) -> None:
    """Each program keeps another part of what names it; none may leave two of it."""
    connector = connect(server)
    connector.keep_draft(NAME, "one", OURS)
    untouched = connector.changed_drafts({NAME: KnownDraft(known)})
    connector.drop_draft(NAME)
    words_there = "It leaves today.\r\nFrom the phone."
    people = "To: Kate <kate@buyers.example>\r\nCc: bo@x.example\r\nSubject: Re: Lamp"
    raw = f"From: anna@shop.example\r\n{people}\r\n{header}\r\n\r\n{words_there}\r\n"
    server.put(raw.encode(), "Drafts")

    (found,) = connector.changed_drafts({NAME: KnownDraft(known)})
    connector.keep_draft(NAME, "two", LONGER, found.copy)

    assert untouched == []
    assert (found.name, found.subject) == (NAME, "Re: Lamp")
    assert found.text.split("\n")[:2] == ["It leaves today.", "From the phone."]
    assert found.to == (Party("Kate", "kate@buyers.example"),)
    assert found.cc == (Party("", "bo@x.example"),)
    assert words(server) == ["It leaves today."]


@pytest.mark.slow
def test_a_draft_begun_elsewhere_beside_ours_is_left_alone(server: MailService) -> None:
    """Two answers to one mail are two answers; nor is one to another mail taken for ours."""
    connector = connect(server)
    connector.keep_draft(NAME, "one", OURS)
    answers = (("In-Reply-To", "<q1@x.example>"),)
    server.put(mail("Begun on the phone", "Mine", headers=answers), "Drafts")
    beside = connector.changed_drafts({NAME: KnownDraft("q1@x.example")})
    connector.drop_draft(NAME)
    elsewhere = connector.changed_drafts({NAME: KnownDraft("q2@x.example")})
    nothing = connector.changed_drafts({NAME: KnownDraft()})

    assert (beside, elsewhere, nothing) == ([], [], [])
    assert words(server) == ["Mine"]


def edited(shop: MailService, words: bytes, more: bytes = b"") -> bytes:
    """Return the draft that lies there as a program leaves it that keeps every header."""
    (raw,) = shop.server.mails(shop.user, "Drafts")
    head, _blank, _body = raw.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + words + b"\r\n" + more


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "interrupted"])
def test_a_program_that_keeps_every_header_of_our_draft_is_seen_too(
    dovecot_shop: MailService, *, noted: bool
) -> None:
    """What was written on the phone would be written over by the next word typed here."""
    connector = connect(dovecot_shop)
    put = connector.keep_draft(NAME, "one", OURS)
    known = {NAME: KnownDraft("q1@x.example", put if noted else "")}
    untouched = connector.changed_drafts(known)
    dovecot_shop.put(edited(dovecot_shop, b"It leaves today."), "Drafts")
    (found,) = connector.changed_drafts(known)

    second = connector.keep_draft(NAME, "two", LONGER, found.copy, put)

    assert untouched == []
    assert (found.text.strip(), found.copy != put) == ("It leaves today.", True)
    assert words(dovecot_shop) == ["It leaves today."]
    assert connector.changed_drafts({NAME: KnownDraft("q1@x.example", second)}) == []


def test_what_another_program_wrote_stays_until_it_is_taken_in(dovecot_shop: MailService) -> None:
    """A file that was added on the phone lies nowhere else."""
    connector = connect(dovecot_shop)
    first = connector.keep_draft(NAME, "one", OURS)
    dovecot_shop.put(edited(dovecot_shop, b"With a photo."), "Drafts")
    second = connector.keep_draft(NAME, "two", LONGER, before=first)
    again = connector.changed_drafts({NAME: KnownDraft("q1@x.example", second)})
    connector.keep_draft(NAME, "three", replace(LONGER, text="Now.\n"), before=second)

    assert again == []
    assert sorted(words(dovecot_shop)) == ["Now.", "With a photo."]
