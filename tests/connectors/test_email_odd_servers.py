"""Habits of servers that no standard allows, or every standard does: no mail is lost to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.conformance import Pulled, pull_all
from connectors.contract import Account, Temporary
from connectors.email import EmailConnector
from connectors.values import Mark, Party, Reply, ReplyKey, Role
from tests.fakes.mails import mail, with_attachment
from tests.fakes.odd_imap import Habits, OddServer
from tests.fakes.ports import HOST


@pytest.fixture
def far() -> Iterator[OddServer]:
    """A server; each test gives it habits."""
    with OddServer() as server:
        yield server


@pytest.fixture
def shop(far: OddServer) -> Iterator[EmailConnector]:
    """An account there."""
    connector = account_at(far)
    yield connector
    connector.close()


def account_at(far: OddServer) -> EmailConnector:
    """Return a connector to the mailbox."""
    settings: dict[str, str | tuple[str, ...]] = {
        "address": "shop@example.com",
        "username": "shop",
        "imap_host": HOST,
        "imap_port": str(far.port),
        "imap_security": "none",
        "smtp_host": HOST,
        "smtp_port": "9",
        "smtp_security": "none",
    }
    account = Account("uid", "shop", settings, lambda _: "secret")
    return EmailConnector(account, answer_seconds=20)


def having(far: OddServer, habits: Habits) -> None:
    """Give a server habits before anybody comes."""
    far.habits, far.capabilities = habits, habits.capabilities


def delivered(far: OddServer, number: int) -> list[str]:
    """Let that many mails lie in INBOX; return their subjects."""
    subjects = [f"Question {each}" for each in range(number)]
    for subject in subjects:
        far.deliver(mail(subject))
    return subjects


HABITS = {
    "lower case": Habits(lower_case=True),
    "nothing behind OK": Habits(bare=True),
    "tells what nobody asked": Habits(chatty=True),
    "tells of a mail in two answers": Habits(apart=True),
    "finds in lines": Habits(in_lines=True),
    "numbers with gaps": Habits(gap=1009),
    "all of it": Habits(lower_case=True, chatty=True, apart=True, in_lines=True, gap=7),
    "takes UTF-8 where asked": Habits(capabilities="IMAP4rev1 UTF8=ACCEPT ENABLE LITERAL-"),
    "knows next to nothing": Habits(capabilities="IMAP4"),
    "lists INBOX in its own letters": Habits(inbox='(\\HasNoChildren) "." inbox'),
    "has no levels": Habits(inbox="() NIL INBOX", folders=('() NIL "Sent"',)),
}


@pytest.mark.parametrize("habit", HABITS)
def test_mail_comes_in_and_its_marks_whatever_a_server_is_used_to(
    far: OddServer, shop: EmailConnector, habit: str
) -> None:
    """A seller does not choose a hoster by the letters it writes its answers in."""
    having(far, HABITS[habit])
    subjects = delivered(far, 3)
    before = pull_all(shop)
    far.mails[0].flags.add("\\Seen")
    far.deliver(mail("Newest"))
    after = pull_all(shop, before.checkpoint)
    again = pull_all(shop, after.checkpoint)

    assert sorted(before.subjects) == subjects
    assert not any(each.seen for each in before.messages)
    assert after.subjects == ["Newest"]
    assert [(change.place.id, change.seen) for change in after.changes] == [
        (str(far.mails[0].uids["INBOX"]), True)
    ]
    assert (after.gone, again.batches) == ([], [])


@pytest.mark.parametrize(
    ("lines", "sent", "junk"),
    [
        (  # Courier
            ('() "." "INBOX.Sent"', '() "." "INBOX.Spam"', '() "." "INBOX.Trash"'),
            "INBOX.Sent",
            "INBOX.Spam",
        ),
        (  # names in modified UTF-7, by a hoster who says of none what it is for
            ('() "/" "Gesendete Objekte"', '() "/" "Unerw&APw-nscht"', '() "/" "Entw&APw-rfe"'),
            "Gesendete Objekte",
            "Unerwünscht",
        ),
        (  # a Chinese mailbox
            ('() "/" "&XfJT0ZAB-"', '() "/" "&V4NXPpCuTvY-"'),
            "已发送",
            "垃圾邮件",
        ),
        (  # GMX and web.de
            ('(\\Sent) "/" "Gesendet"', '(\\Junk) "/" "Spamverdacht"', '() "/" "Entw&APw-rfe"'),
            "Gesendet",
            "Spamverdacht",
        ),
        (  # iCloud
            ('(\\Sent) "/" "Sent Messages"', '(\\Junk) "/" "Junk"', '(\\Noselect) "/" "X"'),
            "Sent Messages",
            "Junk",
        ),
        (  # a name as a literal, with a quotation mark and a backslash in another
            ('() "/" "Sent"', '() "/" "a\\"b\\\\c"', '() "/" "Junk E-mail"'),
            "Sent",
            "Junk E-mail",
        ),
    ],
)
def test_folders_are_found_by_the_names_that_hosters_give_them(
    far: OddServer, shop: EmailConnector, lines: tuple[str, ...], sent: str, junk: str
) -> None:
    """An answer in a folder that nobody looks into leaves its question owed for ever."""
    having(far, Habits(folders=lines))
    wire = {line.split(" ", 2)[2].strip('"') for line in lines}
    far.folders += sorted(wire)
    names = {"Sent": sent.encode(), "Junk": junk.encode()}
    far.deliver(mail("Mine", sender="shop@example.com"), _on_the_wire(lines, sent))
    far.deliver(mail("Theirs"))
    found = pull_all(shop)

    roles = {place.folder: place.role for each in found.messages for place in each.places}
    assert roles == {sent: Role.SENT, "INBOX": Role.INBOX}
    (theirs,) = [each for each in found.messages if each.subject == "Theirs"]
    shop.mark(theirs.places, Mark.JUNK)
    assert any(f'"{_on_the_wire(lines, junk)}"' in heard for heard in far.heard), names


THROTTLED = [
    "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
    "NO [THROTTLED] Too many requests",
    "NO [LIMIT] UID FETCH Rate limit hit.",
    "NO [UNAVAILABLE] UID FETCH Server error - Please try again later",
    "NO Server Unavailable. 15",
    "BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds",
    "BAD User is authenticated but not connected.",
]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        *(("UID FETCH", words) for words in THROTTLED),
        *((command, THROTTLED[-2]) for command in ("UID SEARCH", "EXAMINE", "LIST")),
    ],
)
def test_a_server_that_slows_us_down_is_waited_for(
    far: OddServer, shop: EmailConnector, command: str, words: str
) -> None:
    """Who took it for an answer would call every mail of the lot unreadable."""
    subjects = delivered(far, 3)
    for _round in range(4):
        far.habits.refusals[command] = deque([words])
        with pytest.raises(Temporary) as slow:
            pull_all(shop)
    found = pull_all(shop)

    assert sorted(found.subjects) == subjects
    assert found.quarantined == []
    assert slow.value.retry_after == (92.415 if "92415" in words else None)


def test_a_mail_that_a_server_never_hands_out_stops_no_other(
    far: OddServer, shop: EmailConnector
) -> None:
    """Yahoo says "try again later" of a mail it has lost, for ever."""
    subjects = delivered(far, 3)
    far.habits.withheld = subjects[1]
    found = Pulled(None)
    for _round in range(3):
        for batch in shop.pull(found.checkpoint):
            found.add(batch)

    assert sorted(found.subjects) == [subjects[0], subjects[2]]
    assert [each.place.id for each in found.quarantined] == ["2"]


def test_a_source_is_not_gone_because_a_server_is_busy(
    far: OddServer, shop: EmailConnector
) -> None:
    """What is taken for gone is not asked for again."""
    delivered(far, 1)
    (message,) = pull_all(shop).messages
    far.habits.refusals["UID FETCH"] = deque(THROTTLED[:1])

    with pytest.raises(Temporary):
        shop.source(message.places[0])
    assert shop.source(message.places[0]) == far.mails[0].raw


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH"])
def test_a_busy_server_gets_no_second_copy_of_a_reply(
    far: OddServer, shop: EmailConnector, command: str
) -> None:
    """That it does not say that the reply is there does not mean that it is not."""
    having(far, Habits(folders=('(\\Sent) "/" "Sent"',)))
    reply = Reply(
        key=ReplyKey("k1@example.com"),
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        sender=Party("", "shop@example.com"),
        recipients=(Party("", "anna@buyer.example"),),
        subject="Re: Lamp",
        text="It ships.",
    )
    far.deliver(mail("Re: Lamp", headers=(("X-Key", "k1@example.com"),)), "Sent")
    far.habits.refusals[command] = deque(THROTTLED[:1])

    with pytest.raises(Temporary):
        shop.settle(reply)
    assert not any("APPEND" in heard for heard in far.heard)


@pytest.mark.parametrize(
    "words",
    [
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        "NO [LIMIT] Maximum number of connections from user+IP exceeded",
        "NO Server Unavailable. 15",
        "NO [UNAVAILABLE] Temporary authentication failure.",
        "NO [INUSE] Mailbox is locked",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits.",
    ],
)
def test_too_many_lines_are_no_wrong_password(
    far: OddServer, shop: EmailConnector, words: str
) -> None:
    """The phone, the tablet and we: the seller would change a password that is right."""
    subjects = delivered(far, 1)
    far.habits.refusals["LOGIN"] = deque([words])
    with pytest.raises(Temporary):
        pull_all(shop)

    assert pull_all(shop).subjects == subjects


@pytest.mark.parametrize("after", range(3, 9))
def test_a_server_that_says_goodbye_is_asked_again(
    far: OddServer, shop: EmailConnector, after: int
) -> None:
    """Some end every session after so many words, or after a quarter of an hour."""
    subjects = delivered(far, 3)
    far.habits.leaves_after = after
    found = Pulled(None)
    for _round in range(8):
        try:
            for batch in shop.pull(found.checkpoint):
                found.add(batch)
            break
        except Temporary:
            far.habits.leaves_after += 2

    assert sorted(found.subjects) == subjects


def test_a_server_that_numbers_anew_at_every_visit_tells_nothing_twice(
    far: OddServer, shop: EmailConnector
) -> None:
    """UIDs that do not last are allowed, and old servers have them."""
    subjects = delivered(far, 3)
    before = pull_all(shop)
    far.renumber()
    after = pull_all(shop, before.checkpoint)

    assert {each.remote_id for each in after.messages} == {
        each.remote_id for each in before.messages
    }
    assert sorted(after.subjects) == subjects
    assert after.gone == []


@pytest.mark.parametrize(
    "structure",
    [
        b"NIL",
        b"(NIL NIL NIL NIL NIL NIL NIL)",
        b'(("text" "plain" NIL NIL NIL "7bit" 20 1) "mixed"',
        b'("application" "octet-stream" ("name" "a"b.pdf") NIL NIL "base64" -1)',
        b"()",
    ],
)
def test_a_large_mail_with_a_broken_structure_is_read_all_the_same(
    far: OddServer, shop: EmailConnector, structure: bytes
) -> None:
    """The longest complaint has the most pictures."""
    having(far, Habits(structure=structure))
    far.deliver(with_attachment("Broken", "photo.jpg", b"x" * 200_000))
    far.deliver(mail("Small"))
    found = pull_all(shop)

    assert sorted(found.subjects) == ["Broken", "Small"]


def _on_the_wire(lines: tuple[str, ...], name: str) -> str:
    """Return a folder's name as the server lists it."""
    from imapclient.imap_utf7 import encode

    written: str = encode(name).decode("ascii")
    assert any(f'"{written}"' in line for line in lines)
    return written
