"""`inbox show` and `explain`: what was said, and why an answer is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.shop import NOW, Shop, wrote

HOUR = timedelta(hours=1)
QUOTING = "Any news?\n\nOn Monday, Anna wrote:\n> It left today.\n> Anna\n"


def _asked_twice(shop: Shop) -> str:
    first = wrote("Kate", "Where is it?", ago=3 * HOUR)
    again = wrote(
        "Kate", QUOTING, subject="Re: My parcel", ago=HOUR, in_reply_to=(first.message_id,)
    )
    return shop.deliver(again, first)[0]


def test_new_words_and_quoted_ones_are_told_apart(shop: Shop) -> None:
    """A script, like a reader, wants what is new."""
    uid = _asked_twice(shop)

    shown = shop.json("show", uid)

    assert [(one["text"], one["direction"]) for one in shown["messages"]] == [
        ("Where is it?", "in"),
        ("Any news?", "in"),
    ]
    assert "It left today." in shown["messages"][1]["quoted"]
    assert set(shown["messages"][0]) == {
        "id", "direction", "sender", "accepted_at", "subject", "text", "quoted", "attachments",
        "delivery", "interim", "misleading_links", "notice_of", "origin", "not_needed_page",
    }  # fmt: skip
    assert shown["messages"][0]["quoted"] is None


def test_show_holds_all_that_list_holds(shop: Shop) -> None:
    """Who has the one needs no second call for the other."""
    uid = _asked_twice(shop)
    (row,) = shop.json("list")

    shown = shop.json("show", uid)

    assert {key: shown[key] for key in row} == row
    assert [(one["due_at"], one["met_at"]) for one in shown["obligations"]] == [
        (row["due_at"], None)
    ]


@pytest.mark.parametrize("words", [["show"], ["explain"]])
def test_the_beginning_of_an_id_is_enough(shop: Shop, words: list[str]) -> None:
    """Nobody types twelve characters twice; and capitals do not matter."""
    uid = _asked_twice(shop)

    assert shop.json(*words, uid[:6].upper())["id"] == uid


def test_an_id_that_nothing_has_is_said(shop: Shop) -> None:
    """And says where ids come from."""
    result = shop.run("show", "zzzzzzzzzzzz", "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "zzzzzzzzzzzz" in result.stderr
    assert "inbox list" in result.stderr


def test_on_paper_quotations_are_folded(shop: Shop) -> None:
    """Ten answers deep, a mail is nine tenths quotation."""
    uid = _asked_twice(shop)

    folded, whole = shop.run("show", uid).stdout, shop.run("show", uid, "--quoted").stdout

    assert "Any news?" in folded
    assert "It left today." not in folded
    assert "quoted line" in folded
    assert "It left today." in whole


def test_the_source_is_printed_byte_for_byte(shop: Shop) -> None:
    """It is what a lawyer, a spam filter or a bug report needs."""
    raw = b"Subject: \xff\x1b[2J\r\n\r\nbody\r\n"
    first = wrote("Kate", ago=3 * HOUR, source=raw)
    again = wrote(
        "Kate", "More", subject="Re: My parcel", ago=HOUR, in_reply_to=(first.message_id,)
    )
    uid = shop.deliver(first, again)[0]
    oldest = shop.json("show", uid)["messages"][0]["id"]

    assert shop.run("show", uid, "--source", oldest).stdout_bytes == raw
    assert shop.run("show", uid, "--source").stdout_bytes == again.source


def test_a_source_that_is_not_there_is_said(shop: Shop) -> None:
    """Not an empty file that looks like an empty mail."""
    (uid,) = shop.deliver(wrote("Kate", source=None))

    missing, unknown = shop.run("show", uid, "--source"), shop.run("show", uid, "--source", "zz")

    assert (missing.exit_code, missing.stdout) == (1, "")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "not kept" in missing.stderr


def test_explain_names_rule_source_and_what_started_the_clock(shop: Shop) -> None:
    """A seller who is told "late" may ask why, and must get an answer they can check."""
    uid = _asked_twice(shop)
    shown = shop.json("show", uid)

    why = shop.json("explain", uid)
    words = shop.run("explain", uid).stdout

    assert (why["id"], why["owed"], why["due_at"]) == (uid, True, shown["due_at"])
    assert why["obligations"][0]["opened_by"] == shown["messages"][0]["id"]
    assert [each["kind"] for each in why["counted"]] == ["asked", "asked"]
    assert why["excluded"] == []
    assert why["rule"] in words
    assert "Kate" in words


def test_explain_says_what_does_not_count(shop: Shop) -> None:
    """An automatic notice that opens nothing must not look forgotten."""
    (uid,) = shop.deliver(wrote("Robot", automatic=True))

    why = shop.json("explain", uid)

    assert (why["owed"], why["due_at"], why["rule"]) == (False, None, None)
    assert [each["excluded"] for each in why["excluded"]] == ["automatic"]


def test_explain_tells_when_the_sender_s_clock_was_wrong(shop: Shop) -> None:
    """The service's time counts, and the seller sees why the mail's own date differs."""
    (uid,) = shop.deliver(wrote("Kate", sent_at=NOW - timedelta(days=3)))

    assert shop.json("explain", uid)["counted"][0]["claimed_at"] is not None


def test_outside_text_cannot_command_the_terminal(shop: Shop) -> None:
    """Every string of a mail is a stranger's."""
    bad = "\x1b]52;c;aGk=\x07\u202e"
    (uid,) = shop.deliver(wrote(f"Eve{bad}", f"text{bad}", subject=f"subject{bad}"))

    for words in (["show", uid], ["show", uid, "--json"], ["explain", uid]):
        assert not any(c in shop.run(*words).stdout for c in "\x1b\x07\u202e")
