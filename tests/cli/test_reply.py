"""`inbox reply` and `outbox`: an answer is queued once, as it was meant, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.values import Origin
from inbox.core.model import Delivery, OutboxItem
from inbox.store import outbox
from inbox.store.database import Store
from tests.cli.shop import NOW, Shop, wrote

FIRST = "+++\ntitle = 'Soon'\nshortcode = 'soon'\nlanguage = 'en'\n[after]\ndone = true\n+++\n"


@pytest.fixture
def uid(shop: Shop) -> str:
    """The id of one buyer's question."""
    return shop.deliver(wrote("Kate", order_ref="77-1"))[0]


def _queued(shop: Shop) -> list[OutboxItem]:
    store = Store.open(shop.locations.store_file)
    try:
        with store.read() as tx:
            return outbox.every(tx)
    finally:
        store.close()


def _put(shop: Shop, item: OutboxItem) -> None:
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            outbox.put(tx, item)
    finally:
        store.close()


def _canned(shop: Shop, text: str, name: str = "soon") -> None:
    shop.locations.canned.mkdir(exist_ok=True)
    (shop.locations.canned / f"{name}.md").write_text(FIRST + text, encoding="utf-8")


def test_a_text_from_the_input_is_queued_and_can_be_taken_back(shop: Shop, uid: str) -> None:
    """Queued is not sent: there is a window, and the clock of what is owed goes on."""
    said = shop.json("reply", uid, "--text", "-", "--yes", input="It left today.\n")

    (item,) = _queued(shop)
    assert (item.reply.text.strip(), item.reply.sender.address) == (
        "It left today.",
        "anna@lamps.example",
    )
    assert [party.address for party in item.reply.recipients] == ["kate@buyers.example"]
    assert item.send_after == NOW + timedelta(seconds=10)
    assert said == {
        "key": item.key,
        "conversation": uid,
        "to": ["kate@buyers.example"],
        "cc": [],
        "bcc": [],
        "subject": item.reply.subject,
        "state": "queued",
        "attempts": 0,
        "error": None,
        "created_at": NOW.astimezone().isoformat(),
        "leaves_at": None,
        "scheduled": None,
        "awaits_files": 0,
        "held": None,
        "form": None,
        "interim": False,
    }
    assert shop.json("outbox") == [said]
    assert shop.json("list")[0]["owed"] is True


def test_a_text_from_a_file_is_queued_as_it_is(shop: Shop, uid: str, tmp_path: Path) -> None:
    """Paragraphs, umlauts and emoji are part of the answer."""
    path = tmp_path / "answer.txt"
    path.write_bytes("\ufeffGrüße \N{PARTY POPPER}\r\n\r\nAnna\r\n".encode())

    assert shop.run("reply", uid, "--text", str(path), "--yes").exit_code == 0

    assert _queued(shop)[0].reply.text.strip() == "Grüße \N{PARTY POPPER}\n\nAnna"


def test_no_delay_leaves_no_window(shop: Shop, uid: str) -> None:
    """A script that has decided need not wait."""
    shop.run("reply", uid, "--text", "-", "--yes", "--no-delay", input="Yes.")

    assert _queued(shop)[0].send_after == NOW


def test_it_says_what_happens_next(shop: Shop, uid: str) -> None:
    """Nobody must believe that it is out when no engine runs."""
    result = shop.run("reply", uid, "--text", "-", "--yes", input="Yes.")

    assert result.stdout.strip() == _queued(shop)[0].key
    assert "inbox undo" in result.stderr
    assert "inbox sync" in result.stderr


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (["--text", "-"], 2),
        (["--yes"], 2),
        (["--text", "-", "--canned", "soon", "--yes"], 2),
        (["--text", "-", "--var", "a=b", "--yes"], 2),
        (["--text", "/nowhere/file", "--yes"], 2),
        (["--canned", "nosuch", "--yes"], 2),
        (["--canned", "soon", "--var", "colour=blue", "--yes"], 2),
        (["--canned", "soon", "--var", "novalue", "--yes"], 2),
    ],
)
def test_wrong_usage_queues_nothing(shop: Shop, uid: str, words: list[str], exit_code: int) -> None:
    """Without a terminal nobody can be asked; so nothing is guessed."""
    _canned(shop, "Soon.")

    result = shop.run("reply", uid, *words, input="Hello")

    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert _queued(shop) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"Hello {{ customer.first_name }}", "customer.first_name"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_text_that_cannot_be_meant_is_refused(
    shop: Shop, uid: str, text: bytes, named: str
) -> None:
    """A buyer must never read our template's brackets, or nothing at all."""
    result = shop.run("reply", uid, "--text", "-", "--yes", input=text)

    assert result.exit_code != 0
    assert named in result.stderr
    assert _queued(shop) == []


def test_a_canned_response_is_filled_from_the_conversation(shop: Shop, uid: str) -> None:
    """The commonest answer is one line on the command line."""
    _canned(shop, "Hello {{ customer.first_name | default: 'there' }}, order {{ order.number }}.")

    shop.json("reply", uid, "--canned", "soon", "--yes")

    (item,) = _queued(shop)
    assert item.reply.text.strip().endswith("order 77-1.")
    assert dict(item.after) == {"done": "true"}


def test_what_a_canned_response_lacks_is_named_and_can_be_given(shop: Shop, uid: str) -> None:
    """A placeholder is never sent."""
    _canned(shop, "It comes by {{ shipping.carrier }}, size {{ ask.size }}.")

    refused = shop.run("reply", uid, "--canned", "soon", "--yes")
    sent = shop.run(
        "reply", uid, "--canned", "soon", "--yes",
        "--var", "shipping.carrier=DHL", "--var", "ask.size=M",
    )  # fmt: skip

    assert refused.exit_code == 1
    assert "shipping.carrier" in refused.stderr
    assert "ask.size" in refused.stderr
    assert sent.exit_code == 0, sent.output
    assert [item.reply.text.strip() for item in _queued(shop)] == ["It comes by DHL, size M."]


def test_undo_takes_the_reply_back_and_keeps_its_words(shop: Shop, uid: str) -> None:
    """Ten seconds are there for the moment after pressing send."""
    shop.run("reply", uid, "--text", "-", "--yes", input="Oh no.")

    undone = shop.json("undo")

    assert (undone["verb"], [row["id"] for row in undone["conversations"]]) == ("reply", [uid])
    assert shop.json("outbox") == []
    assert "Oh no." in shop.run("show", uid).stdout


def test_a_stuck_reply_can_be_sent_again_or_taken_out(shop: Shop, uid: str) -> None:
    """When nobody can know whether it arrived, the seller's word decides."""
    shop.run("reply", uid, "--text", "-", "--yes", input="Hello")
    (item,) = _queued(shop)
    _put(shop, replace(item, state=Delivery.UNSURE, error="The line broke.", left=True))
    (stuck,) = shop.json("outbox")
    said = shop.run("outbox").stderr

    retried = shop.json("outbox", "retry", item.key[:6])
    cancelled = shop.json("outbox", "cancel", item.key)

    assert (stuck["state"], stuck["error"]) == ("unsure", "The line broke.")
    assert "Look in the service" in said
    assert '"inbox outbox retry KEY"' in said
    assert (retried["state"], retried["error"]) == ("queued", None)
    assert cancelled == {"key": item.key, "conversation": uid}
    assert _queued(shop) == []


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_a_reply_that_left_is_past_both(shop: Shop, uid: str, verb: str) -> None:
    """Sending it again would send it twice."""
    shop.run("reply", uid, "--text", "-", "--yes", input="Hello")
    (item,) = _queued(shop)
    _put(shop, replace(item, state=Delivery.ACCEPTED, accepted_at=NOW))

    result = shop.run("outbox", verb, item.key)

    assert result.exit_code == 1
    assert "left already" in result.stderr
    assert _queued(shop)[0].state is Delivery.ACCEPTED


def test_a_key_that_nothing_has_is_said(shop: Shop) -> None:
    """Not an error nobody understands."""
    result = shop.run("outbox", "retry", "nosuch")

    assert result.exit_code == 1
    assert "nosuch" in result.stderr


def test_an_empty_outbox_is_an_empty_array(shop: Shop) -> None:
    """And words for a person."""
    assert shop.json("outbox") == []
    assert "empty" in shop.run("outbox").stderr


def test_the_response_is_in_the_buyer_s_language(shop: Shop) -> None:
    """Who asks in German is answered in German, whatever the seller's own language is."""
    text = "Guten Tag, ich habe eine Lampe bestellt und sie ist noch nicht angekommen. Wo ist sie?"
    (uid,) = shop.deliver(wrote("Jürgen", text))
    name = next(one["name"] for one in shop.json("canned", "list") if one["language"] == "de")

    chosen = shop.json("canned", "render", name, uid)
    other = shop.json("canned", "render", name, uid, "--language", "fr")

    assert (chosen["language"], other["language"]) == ("de", "fr")


def test_a_file_goes_along_and_a_forgotten_one_is_said(
    shop: Shop, uid: str, tmp_path: Path
) -> None:
    """A script sends the label of each parcel."""
    (tmp_path / "label.pdf").write_bytes(b"%PDF")
    words = ("reply", uid, "--text", "-", "--yes")

    forgotten = shop.run(*words, input="The label is attached.")
    sent = shop.run(*words, "--attach", str(tmp_path / "label.pdf"), input="The label is attached.")
    missing = shop.run(*words, "--attach", str(tmp_path / "nothing"), input="Here.")

    assert "no file is attached" in forgotten.stderr
    assert (sent.exit_code, "no file" in sent.stderr) == (0, False)
    assert missing.exit_code == 2
    (message,) = [each for each in shop.json("show", uid)["messages"] if each["attachments"]]
    assert message["attachments"] == [
        {"name": "label.pdf", "media_type": "application/pdf", "size": 4}
    ]


def test_an_answer_to_a_likely_forgery_says_so(shop: Shop, uid: str) -> None:
    """It goes to whoever posed as the buyer; ten seconds are there to take it back."""
    forged = shop.deliver(wrote("Mallory", origin=Origin.FORGED))[0]

    doubted = shop.run("reply", forged, "--text", "-", "--yes", input="Hello.\n")
    plain = shop.run("reply", uid, "--text", "-", "--yes", input="Hello.\n")

    assert "likely a forgery" in doubted.stderr
    assert "forgery" not in plain.stderr
