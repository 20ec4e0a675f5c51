"""A round asks for what changed, not for everything, and believes only what adds up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from connectors.conformance import Pulled, pull_all
from connectors.contract import Temporary
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail


def hiding(*words: str) -> Callable[[bytes], bytes]:
    """Return what takes these capabilities out of a server's words."""
    pattern = re.compile(rb" (" + "|".join(words).encode() + rb")(?=[ \]\r])")
    return lambda said: pattern.sub(b"", said)


ABLE = {
    "QRESYNC": (),
    "CONDSTORE": ("QRESYNC",),
    "neither": ("QRESYNC", "CONDSTORE"),
    "no ENABLE": ("ENABLE",),
}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.slow if name == "no ENABLE" else ()) for name in ABLE
    ]
)
def able(request: pytest.FixtureRequest, shop: MailService) -> MailService:
    """A mailbox that can count changes in so many ways."""
    if words := ABLE[request.param]:
        shop.imap_line.fault.rewrite = hiding(*words)
    return shop


def test_what_changed_comes_whichever_way_it_is_asked_for(able: MailService) -> None:
    """Read, answered, deleted and new, all at once: each told once."""
    for number in range(1, 7):
        able.put(mail(f"Mail {number}"))
    connector = able.connect()
    before = pull_all(connector)
    with able.phone() as phone:
        phone.flag("Mail 1", "\\Seen")
        phone.flag("Mail 2", "\\Answered")
        phone.delete("Mail 3")
        phone.flag("Mail 6", "\\Seen")
        phone.delete("Mail 6")
    able.put(mail("Mail 7"))
    after = pull_all(connector, before.checkpoint)
    again = pull_all(able.connect(), after.checkpoint)

    marks = {each.place.id: (each.seen, each.answered) for each in after.changes}
    assert marks == {"1": (True, False), "2": (False, True)}
    assert sorted(place.id for place in after.gone) == ["3", "6"]
    assert after.subjects == ["Mail 7"]
    assert again.batches == []


def test_nothing_is_listed_where_the_server_tells_what_changed(shop: MailService) -> None:
    """A listing of 100,000 mails each minute would be all that the line carries."""
    for number in range(5):
        shop.put(mail(f"Mail {number}"))
    connector = shop.connect()
    before = pull_all(connector)
    with shop.phone() as phone:
        phone.flag("Mail 1", "\\Seen")
        phone.delete("Mail 3")
    shop.imap_line.heard = b""
    after = pull_all(connector, before.checkpoint)

    assert (len(after.changes), len(after.gone)) == (1, 1)
    assert b"SEARCH" not in shop.imap_line.heard
    assert b"FETCH" not in shop.imap_line.heard


@pytest.mark.parametrize("untold", [rb"\* VANISHED [^\r]*\r\n", rb"\* \d+ FETCH [^\r]*\r\n"])
def test_what_a_server_forgets_to_tell_is_found_by_listing(
    shop: MailService, untold: bytes
) -> None:
    """Its numbers do not add up: then it is not believed."""
    for number in range(5):
        shop.put(mail(f"Mail {number}"))
    connector = shop.connect()
    before = pull_all(connector)
    with shop.phone() as phone:
        phone.delete("Mail 3")
    shop.put(mail("Mail 5"))

    def forgetful(said: bytes) -> bytes:
        return re.sub(untold, b"", said) if b"[HIGHESTMODSEQ" in said else said

    shop.imap_line.fault.rewrite = forgetful
    after = pull_all(connector, before.checkpoint)

    assert after.subjects == ["Mail 5"]
    assert [place.id for place in after.gone] == ["4"]


def test_a_folder_set_back_is_listed(shop: MailService) -> None:
    """A hoster put a backup in place: its counter is lower than what we know."""
    shop.put(mail("Mail 1"))
    shop.put(mail("Mail 2"))
    shop.imap_line.fault.rewrite = lambda said: re.sub(
        rb"\[HIGHESTMODSEQ \d+\]", b"[HIGHESTMODSEQ 999999]", said
    )
    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.fault.rewrite = None
    with shop.phone() as phone:
        phone.flag("Mail 1", "\\Seen")
        phone.delete("Mail 2")
    after = pull_all(connector, before.checkpoint)

    assert [(each.place.id, each.seen) for each in after.changes] == [("1", True)]
    assert [place.id for place in after.gone] == ["2"]


def test_a_server_whose_quick_answers_break_the_line_is_listed(shop: MailService) -> None:
    """Else no mail would ever come in again."""
    shop.put(mail("Mail 1"))
    connector = shop.connect()
    before = pull_all(connector)
    shop.put(mail("Mail 2"))
    shop.imap_line.fault.cut_on = b"(QRESYNC"
    for _ in range(2):
        with pytest.raises(Temporary):
            pull_all(connector, before.checkpoint)

    assert pull_all(connector, before.checkpoint).subjects == ["Mail 2"]


def test_a_mailbox_numbered_anew_comes_with_the_same_names(
    able: MailService, dovecot: Dovecot
) -> None:
    """Tags, snoozes and drafts hang on the names; nothing is gone before all is found again."""
    for number in range(3):
        able.put(mail(f"Mail {number}"))
    before = pull_all(able.connect())
    able.hang_up()
    dovecot.change_uidvalidity(able.user)
    after = pull_all(able.connect(), before.checkpoint)

    def names(pulled: Pulled) -> set[tuple[str, str]]:
        return {(each.remote_id, each.body_digest) for each in pulled.messages}

    assert names(after) == names(before)
    assert after.gone == []
    lapsed = [pair for batch in after.batches for pair in batch.lapsed]
    assert lapsed == [("INBOX", before.messages[0].places[0].epoch)]
    assert after.batches[-1].lapsed


def test_how_far_back_is_settable_and_can_be_made_longer(shop: MailService) -> None:
    """Ten years of mail over a slow line can wait, and can be had later."""
    now = datetime.now(UTC)
    for days in (5, 400, 1500):
        shop.put(mail(f"{days} days old"), accepted_at=now - timedelta(days=days))
    year = shop.connect_with({"history": "1y"})
    first = pull_all(year)
    same = pull_all(year, first.checkpoint)
    shop.put(mail("Old, but put there now"), accepted_at=now - timedelta(days=3000))
    with shop.phone() as phone:
        phone.flag("1500 days old", "\\Seen")
    new = pull_all(year, same.checkpoint or first.checkpoint)
    more = pull_all(shop.connect_with({"history": "2y"}), new.checkpoint)
    every = pull_all(shop.connect(), more.checkpoint)

    assert first.subjects == ["5 days old"]
    assert first.batches[0].remaining == 0
    assert same.batches == []
    assert (new.subjects, new.changes, new.gone) == (["Old, but put there now"], [], [])
    assert more.subjects == ["400 days old"]
    assert every.subjects == ["1500 days old"]
    assert every.only.seen


def test_a_mail_left_in_the_past_that_goes_is_nobodys_loss(shop: MailService) -> None:
    """It was never here; what it left must not hide what is new."""
    for days in (5, 400, 500):
        shop.put(mail(f"{days}"), accepted_at=datetime.now(UTC) - timedelta(days=days))
    connector = shop.connect_with({"history": "1y"})
    before = pull_all(connector)
    with shop.phone() as phone:
        phone.delete("400")
    shop.put(mail("New"))
    after = pull_all(connector, before.checkpoint)

    assert after.subjects == ["New"]
    assert after.gone == []
