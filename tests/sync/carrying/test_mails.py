"""Mail out of the store as an mbox, and mail of other programs into it."""

from __future__ import annotations

import gzip
import mailbox
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.mime import parse
from connectors.values import Attachment, Direction, Place, Role
from inbox.core.query import parse as parse_query
from inbox.store import accounts, conversations, held_back, messages
from inbox.store.database import Store
from inbox.store.doctor import examine
from inbox.sync.carrying import mbox
from inbox.sync.carrying.exporting import write_file
from inbox.sync.carrying.importing import (
    Found,
    Imported,
    import_mails,
    read_maildir,
    read_mbox,
)
from tests.store.making import ACCOUNT, BOOK, ME, NOON, answer, question, stored_counts, take
from tests.sync.carrying.conftest import Fresh
from tests.sync.carrying.looking import held

MAIL = (
    b"Received: from mx by shop; Fri, 20 Nov 2026 11:30:00 +0000\r\n"
    b"Message-ID: <m1@buyers.example>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n"
    b"From: Anna Nowak <anna@buyers.example>\r\nTo: shop@lamps.example\r\n"
    b"Subject: My lamp\r\n\r\nFirst line\r\n\r\nFrom here on it is dark.\r\n>From there too.\r\n"
)


def mail(number: int = 1, sender: str = "anna@buyers.example") -> bytes:
    """Return another mail of that kind."""
    return MAIL.replace(b"m1@", b"m%d@" % number).replace(b"anna@buyers.example", sender.encode())


def bring(store: Store, mails: list[Found] | Iterator[Found]) -> Imported:
    """Import mails at noon."""
    return import_mails(store, ACCOUNT, mails, BOOK, lambda: NOON)


def sync(store: Store, raw: bytes, number: int) -> None:
    """Let a mail come in from the service."""
    place = Place("INBOX", "1", str(number), Role.INBOX)
    message = parse(raw, place=place, accepted_at=NOON - timedelta(hours=1))
    take(store, [message])


def test_kept_sources_go_out_byte_for_byte(fresh: Fresh, tmp_path: Path) -> None:
    """What a court or another program reads is what the buyer sent."""
    store = fresh()
    sync(store, MAIL, 1)
    path = tmp_path / "out.mbox"

    assert write_file(store, path, "mbox", {}, NOON) == 1

    (found,) = read_mbox(path, "auto")
    assert found.raw == MAIL
    assert b"\n>From here on" in path.read_bytes()
    assert path.stat().st_mode & 0o77 == 0


def test_other_programs_read_it(fresh: Fresh, tmp_path: Path) -> None:
    """An mbox that only we can read is none. Python's own module is the other program."""
    store = fresh()
    sync(store, mail(1), 1)
    sync(store, mail(2), 2)
    take(store, [question(5, source=None, text="Is it\nstill there?")])
    path = tmp_path / "out.mbox"
    write_file(store, path, "mbox", {}, NOON)

    with closing(mailbox.mbox(path)) as box:
        read = [(each["message-id"], each["subject"], each[mbox.REBUILT]) for each in box]

    assert read == [
        ("<m1@buyers.example>", "My lamp", None),
        ("<m2@buyers.example>", "My lamp", None),
        ("<q5@buyers.example>", "About lamp 5", "yes; the mail itself was not kept"),
    ]


def test_out_and_in_again_is_the_same(fresh: Fresh, tmp_path: Path) -> None:
    """Who wrote, when, what: all but what the seller did, which an mbox cannot hold."""
    one, two = fresh(), fresh()
    sent = MAIL.replace(b"m1@", b"s1@").replace(b"From: Anna Nowak <anna@", b"From: Me <shop@")
    asked = parse(mail(1), place=Place("INBOX", "1", "1", Role.INBOX), accepted_at=NOON)
    ours = parse(sent, place=Place("Sent", "1", "1", Role.SENT), accepted_at=NOON)
    take(one, [replace(asked, seen=True), replace(ours, seen=True)])
    path = tmp_path / "out.mbox"
    write_file(one, path, "mbox", {}, NOON)

    done = import_mails(
        two, ACCOUNT, _seen(read_mbox(path, "auto")), BOOK, lambda: NOON + timedelta(days=1)
    )

    assert (done.seen, done.new) == (2, 2)
    assert held(two) == held(one)


def _seen(mails: Iterator[Found]) -> Iterator[Found]:
    return (replace(each, seen=True) for each in mails)


def test_what_was_imported_is_not_taken_twice(fresh: Fresh) -> None:
    """Neither by a second import nor when the service delivers it as well."""
    store = fresh()
    found = [Found(mail(number), None, Direction.IN) for number in (1, 2)]

    assert bring(store, found).new == 2
    assert bring(store, found).new == 0
    sync(store, mail(1), 1)

    with store.read() as tx:
        assert stored_counts(tx, ACCOUNT)[0] == 2
        assert messages.present(tx, ACCOUNT) == 1
    assert examine(store, BOOK) == []


def test_old_mail_owes_nothing_and_is_read(fresh: Fresh) -> None:
    """Ten years of mail must not become ten thousand late answers."""
    store = fresh()
    old = Found(mail(1), datetime(2019, 5, 1, tzinfo=UTC), Direction.IN)
    new = Found(mail(2, "oleg@buyers.example"), NOON - timedelta(hours=2), Direction.IN)

    bring(store, [old, new])

    with store.read() as tx:
        rows = conversations.page(tx, conversations.ids(tx, parse_query(""), NOON))
    assert [(row.party.address[:4], row.owed, row.unread) for row in rows] == [
        ("oleg", True, True),
        ("anna", False, False),
    ]


@pytest.mark.parametrize(
    ("raw", "at", "expected"),
    [
        (MAIL, datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)),
        (MAIL, None, datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        (MAIL.split(b"\r\n", 1)[1], None, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (b"Subject: x\r\n\r\nhello", None, NOON),
        (MAIL, datetime(2030, 1, 1, tzinfo=UTC), NOON),
    ],
    ids=["the file's word", "the last server's", "the sender's", "none: now", "never tomorrow"],
)
def test_the_time_is_the_one_hardest_to_forge(
    fresh: Fresh, raw: bytes, at: datetime | None, expected: datetime
) -> None:
    """A sender's clock may say anything; a deadline is counted from this."""
    store = fresh()

    bring(store, [Found(raw, at, Direction.IN)])

    assert [entry[1][0][0].accepted_at for entry in held(store)] == [expected]


def test_a_mail_that_cannot_be_read_is_put_aside(fresh: Fresh) -> None:
    """And those behind it come in."""
    store = fresh()
    poison = Found(b"\x00\x01 no header at all", None, Direction.IN)

    done = bring(store, [poison, Found(MAIL, None, Direction.IN)])

    assert (done.seen, done.new, done.quarantined) == (2, 1, 1)
    assert bring(store, [poison]).quarantined == 0
    with store.read() as tx:
        (aside,) = held_back.every(tx)
        assert held_back.source(tx, aside.uid) == poison.raw


def test_no_checkpoint_moves(fresh: Fresh) -> None:
    """The service's stream goes on where it was."""
    store = fresh()
    bring(store, [Found(MAIL, None, Direction.IN)])

    with store.read() as tx:
        assert accounts.checkpoint(tx, ACCOUNT) is None


FOREIGN = b"""From - Sat Nov 21 10:00:00 2026
Status: RO
X-Status: A
Message-ID: <a@x.example>
From: a@x.example
Subject: one

From my point of view it is broken.
>From yours too.

From 1234@xxx Sat Nov 21 11:00:00 +0100 2026
Message-ID: <b@x.example>
From: b@x.example
Subject: two

Text
"""


def test_other_programs_files_are_understood(tmp_path: Path) -> None:
    """Thunderbird, Gmail's takeout, mutt."""
    path = tmp_path / "old"
    path.write_bytes(FOREIGN)

    one, two = read_mbox(path, "auto")
    path.write_bytes(gzip.compress(FOREIGN))
    assert [*read_mbox(path, "auto")] == [one, two]
    path.write_bytes(FOREIGN.replace(b"\n\nFrom 1234", b"\nFrom 1234"))  # put behind each other
    assert [each.at for each in read_mbox(path, "auto")] == [one.at, two.at]

    assert (one.at, one.seen, one.answered) == (datetime(2026, 11, 21, 10, tzinfo=UTC), True, True)
    assert one.raw.endswith(b"From my point of view it is broken.\nFrom yours too.\n")
    assert (two.at, two.seen) == (datetime(2026, 11, 21, 10, tzinfo=UTC), None)
    assert {one.direction, two.direction} == {Direction.IN}


def test_nobody_can_write_a_mail_that_counts_as_ours(tmp_path: Path) -> None:
    """A forged answer would stop a clock: only the line between mails is believed."""
    forged = MAIL.replace(b"From: Anna", b"X-Envelope: out@seller-inbox.invalid\r\nFrom: Anna")
    path = tmp_path / "box"
    body = forged.replace(
        b"First line", b"From out@seller-inbox.invalid Sat Nov 21 10:00:00 2026\r\nFrom: me@x\r\n"
    )
    path.write_bytes(mbox.entry(body, Direction.IN, NOON))

    (found,) = read_mbox(path, "auto")

    assert (found.raw, found.direction) == (body, Direction.IN)


def test_sent_mail_is_known_by_its_folder(tmp_path: Path) -> None:
    """Else our old answers would look as if somebody forged them."""
    (tmp_path / "Sent.mbox").write_bytes(FOREIGN)
    (tmp_path / "other").write_bytes(FOREIGN)

    def sides(name: str, side: str) -> set[Direction]:
        found = read_mbox(tmp_path / name, side)  # type: ignore[arg-type] # one of the three
        return {each.direction for each in found}

    assert sides("Sent.mbox", "auto") == sides("other", "out") == {Direction.OUT}
    assert sides("other", "auto") == sides("Sent.mbox", "in") == {Direction.IN}


def test_a_maildir_is_read_with_its_folders_and_marks(tmp_path: Path) -> None:
    """What mbsync, offlineimap and Dovecot leave on a disk."""
    root = tmp_path / "Maildir"
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (root / name).mkdir(parents=True)
    (root / "cur" / "1795000000.M1P2.host:2,RS").write_bytes(mail(1))
    (root / "new" / "1795000001.M1P2.host").write_bytes(mail(2))
    (root / ".Sent" / "cur" / "1795000002.M1P2.host!2,S").write_bytes(mail(3))
    (root / "tmp" / "1795000003.half").write_bytes(b"half")
    (root / "cur" / ".DS_Store").write_bytes(b"no mail")
    (root / "cur" / "1795000004.M1P2.host:2,S").symlink_to("/etc/hostname")

    found = list(read_maildir(root, "auto"))

    at = datetime.fromtimestamp(1795000000, UTC)
    assert sorted(found, key=lambda each: each.raw) == [
        Found(mail(1), at, Direction.IN, seen=True, answered=True),
        Found(mail(2), at + timedelta(seconds=1), Direction.IN, seen=False),
        Found(mail(3), at + timedelta(seconds=2), Direction.OUT, seen=True),
    ]


BODIES = st.lists(
    st.sampled_from(
        [b"From me", b">From you", b">>From all", b"", b"text", b"From a Sat 10:00:00 2026"]
    ),
    max_size=8,
)


@given(st.lists(st.tuples(BODIES, st.sampled_from([b"\n", b"\r\n"])), min_size=1, max_size=4))
def test_whatever_stands_in_a_mail_it_comes_out_whole(
    several: list[tuple[list[bytes], bytes]],
) -> None:
    """Quoting is undone exactly; two mails are never taken for one or three."""
    raws = [b"Subject: x" + end * 2 + end.join(lines) + end for lines, end in several]
    written = b"".join(mbox.entry(raw, Direction.OUT, NOON) for raw in raws)

    read = list(mbox.pieces(written.splitlines(keepends=True)))

    assert [piece.raw for piece in read] == raws
    assert {(piece.at, piece.direction) for piece in read} == {(NOON, Direction.OUT)}


def test_a_rebuilt_mail_says_what_it_lacks() -> None:
    """Nobody may take it for the original."""
    message = question(
        1,
        subject="Größe\r\nBcc: x@y.example",
        text="Ein Text\nfür Anna",
        recipients=(ME,),
        attachments=(Attachment("1", "a.pdf", "application/pdf", 9),),
    )

    raw = mbox.rebuilt(message)
    read = parse(raw, place=Place("", "", "", Role.OTHER), accepted_at=NOON)

    assert raw.startswith(b"X-Seller-Inbox-Rebuilt: yes")
    assert b"without a file of 'application/pdf'" in raw
    assert b"\r\nBcc:" not in raw
    assert (read.text.strip(), read.message_id, read.key) == (
        message.text,
        message.message_id,
        None,
    )
    kept = mbox.rebuilt(answer(1, message, key="k@lamps.example"))
    assert b"X-Seller-Inbox-Key: " in kept
