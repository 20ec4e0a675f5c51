"""`inbox compose`, `forward` and `reply --all`: the same care as an answer, to whom one chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.values import Attachment, Capabilities, Party
from inbox.core.model import AccountState, OutboxItem
from inbox.store import accounts, attachments, outbox
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, NOW, Shop, wrote

ABLE = Capabilities(attachments=True, max_files=5, can_start=True, addressed=True)


@pytest.fixture
def uid(shop: Shop) -> str:
    """The id of a question with a colleague in copy, at a service that takes addresses."""
    both = (Party("", "anna@lamps.example"), Party("Bo", "bo@buyers.example"))
    found = shop.deliver(replace(wrote("Kate"), recipients=both))[0]
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            accounts.set_state(tx, AccountState(account=ACCOUNT, state="ok"))
            accounts.set_abilities(tx, ACCOUNT, ABLE)
    finally:
        store.close()
    return found


def queued(shop: Shop) -> list[OutboxItem]:
    store = Store.open(shop.locations.store_file)
    try:
        with store.read() as tx:
            return [replace(each, reply=outbox.reply_of(tx, each)) for each in outbox.every(tx)]
    finally:
        store.close()


def test_a_new_mail_is_queued_in_a_conversation_of_its_own(shop: Shop, uid: str) -> None:
    """A script can write to a supplier; a program reads back what became of it."""
    said = shop.json(
        *("compose", "--account", "shop", "--to", "Bo <bo@supplier.example>", "--subject", "Ten"),
        *("--cc", "c@x.example", "--bcc", "d@x.example", "--text", "-", "--yes"),
        input="Ten lamps, please.\n",
    )

    (item,) = queued(shop)
    assert said == said | {
        "key": item.key,
        "conversation": item.conversation,
        "to": ["bo@supplier.example"],
        "cc": ["c@x.example"],
        "bcc": ["d@x.example"],
        "subject": "Ten",
        "state": "queued",
        "attempts": 0,
        "error": None,
        "created_at": NOW.astimezone().isoformat(),
    }
    assert item.conversation != uid
    assert item.reply.text == "Ten lamps, please.\n"
    shown = {each["id"]: each for each in shop.json("list")}
    assert shown[item.conversation]["party"] == {"name": "Bo", "address": "bo@supplier.example"}
    assert (shown[item.conversation]["owed"], shown[uid]["owed"]) == (False, True)


@pytest.mark.usefixtures("uid")
def test_a_message_is_passed_on_with_its_files_and_the_question_stays_owed(
    shop: Shop, tmp_path: Path
) -> None:
    """The supplier gets all of it; the buyer's clock does not know."""
    photo = Attachment("2", "photo.jpg", "image/jpeg", 4)
    shop.deliver(replace(wrote("Liu"), attachments=(photo,)))
    store = Store.open(shop.locations.store_file)
    (liu,) = [each["id"] for each in shop.json("list") if each["party"]["name"] == "Liu"]
    with store.write() as tx:
        attachments.want_owed(tx, ACCOUNT)
        wanted = attachments.next_wanted(tx, ACCOUNT, NOW)
        assert wanted is not None
        attachments.keep(tx, wanted, b"JPEG")
    store.close()
    label = tmp_path / "label.txt"
    label.write_text("label")

    said = shop.json(
        *("forward", liu, "--to", "bo@supplier.example", "--text", "-", "--attach", str(label)),
        "--yes",
        input="Can you mend it?\n",
    )

    (item,) = queued(shop)
    assert said["to"] == ["bo@supplier.example"]
    assert item.reply.text.startswith("Can you mend it?\n\n---------- Forwarded message")
    assert [file.name for file in item.reply.files] == ["photo.jpg", "label.txt"]
    assert next(each for each in shop.json("list") if each["id"] == liu)["owed"]


def test_an_answer_to_all_goes_to_all(shop: Shop, uid: str) -> None:
    """The colleague in copy waits for it too."""
    said = shop.json("reply", uid, "--all", "--text", "-", "--yes", input="It left today.\n")

    assert (said["to"], said["cc"]) == (["kate@buyers.example", "bo@buyers.example"], [])


CANNED = """+++
shortcode = "spare"
[after]
done = true
+++
Hello {{ customer.first_name }},
can you send {{ ask.number }} spare bulbs?
"""


def keep_ready(shop: Shop) -> None:
    """Put a canned response into the seller's folder."""
    shop.locations.canned.mkdir(parents=True, exist_ok=True)
    (shop.locations.canned / "spare.md").write_text(CANNED)


@pytest.mark.parametrize("command", ["compose", "forward"])
def test_a_mail_is_made_of_a_canned_response(shop: Shop, uid: str, command: str) -> None:
    """The supplier is greeted by their own name, not by the buyer's; nothing unfilled goes out."""
    keep_ready(shop)
    words = (command, *([uid] if command == "forward" else ["--subject", "Bulbs"]))
    to = ("--to", "Bo Bach <bo@supplier.example>", "--canned", "spare", "--yes")

    refused = shop.run(*words, *to)
    shop.json(*words, *to, "--var", "ask.number=ten")

    (item,) = queued(shop)
    assert (refused.exit_code, "ask.number" in refused.stderr) == (1, True)
    assert item.reply.text.startswith("Hello Bo,\ncan you send ten spare bulbs?\n")
    assert ("Forwarded message" in item.reply.text) == (command == "forward")
    assert dict(item.after) == {"done": "true"}


def test_what_cannot_go_leaves_nothing_behind(shop: Shop, uid: str) -> None:
    """A script that fails may be run again: no draft piles up, nothing is sent."""
    alias = ("--to", "a1b2@marketplace.amazon.de", "--cc", "bo@x.example")
    for words, told in (
        (("compose", "--to", "bo"), "This is no mail address: bo."),
        (("compose", "--to", "  "), "It goes to nobody yet."),
        (("forward", uid, *alias), "A marketplace passes this on to the buyer"),
        (("forward", uid, "--to", "bo@x.example", "--attach", "/nowhere"), "/nowhere"),
    ):
        done = shop.run(*words, "--text", "-", "--yes", input="Words")

        assert done.exit_code in {1, 2}
        assert told in done.stderr
    assert queued(shop) == []
    assert [each["id"] for each in shop.json("list")] == [uid]


def test_a_draft_is_thrown_away_and_comes_back(shop: Shop, uid: str) -> None:
    """What a key can do a script can do, and undo is the same undo."""
    shop.run("reply", uid, "--text", "-", "--yes", input="Words.")
    shop.run("undo")

    thrown = shop.json("discard", uid)
    again = shop.run("discard", uid)

    assert [row["id"] for row in thrown] == [uid]
    assert (again.exit_code, "Nothing was begun" in again.stderr) == (1, True)
    assert "Words." not in shop.run("show", uid).stdout
    assert shop.json("undo")["verb"] == "discard"
    assert "Words." in shop.run("show", uid).stdout


def test_wrong_usage_is_told_as_such(shop: Shop, uid: str) -> None:
    """Exit status 2, before anything is written."""
    for words in (
        ("compose", "--to", "bo@x.example", "--yes"),
        ("compose", "--to", "bo@x.example", "--text", "-"),
        ("forward", uid, "--to", "bo@x.example"),
        ("forward", uid, "--to", "bo@x.example", "--yes", "--message", "zzzz"),
        ("forward", uid),
        ("compose", "--to", "bo@x.example", "--text", "-", "--canned", "wismo", "--yes"),
        ("compose", "--to", "bo@x.example", "--text", "-", "--var", "a=b", "--yes"),
        ("compose", "--to", "bo@x.example", "--canned", "nosuch", "--yes"),
        ("compose", "--account", "nobody", "--to", "bo@x.example", "--text", "-", "--yes"),
    ):
        assert shop.run(*words, input="Words").exit_code == 2
    assert len(shop.json("list")) == 1


def test_a_service_without_addresses_says_so(shop: Shop) -> None:
    """Nothing was synced yet, so nobody knows what the account can do."""
    done = shop.run("compose", "--to", "bo@x.example", "--text", "-", "--yes", input="Words")

    assert done.exit_code == 1
    assert "None of your accounts can write to addresses that you choose." in done.stderr


@pytest.mark.usefixtures("uid")
def test_a_new_mail_leaves_when_it_is_told_to(shop: Shop) -> None:
    """Nothing is due there, so nothing moves it; nonsense begins nothing."""
    words = ("compose", "--to", "bo@x.example", "--subject", "Hello", "--text", "-", "--yes")

    wrong = shop.run(*words, "--at", "someday", input="Hello.")
    begun = queued(shop)
    right = shop.run(*words, "--at", "3h", input="Hello.")

    assert (wrong.exit_code, begun) == (2, [])
    assert right.exit_code == 0, right.output
    assert queued(shop)[0].send_after == NOW + timedelta(hours=3)
