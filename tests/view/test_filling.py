"""What the picker knows of a conversation: what they ask, and in which language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connectors.values import Kind
from inbox.view.filling import Filling
from tests.screens.shop import TERMS, Shop, answered, hours, open_shop, wrote

OURS = (
    "> Good morning, and thank you for your order. The lamp has left us today, it should be with"
    " you by the end of the week. Please tell me if it is broken when it arrives.\n"
)


def known(shop: Shop, subject: str) -> Filling:
    """Return what is known of the conversation of a subject."""
    return shop.desk.reader.filling(shop.uid(subject))


def test_what_they_ask_is_read_from_their_own_new_words(tmp_path: Path) -> None:
    """What we wrote, quoted below theirs, is no question of theirs, and not their language."""
    quoted = wrote(
        "Anna Müller",
        f"Wo bleibt denn mein Paket?\n\nAm 3.11. schrieb Lamps & Co:\n{OURS}",
        ago=hours(3),
        subject="Re: Your lamp is broken?",
    )
    again = wrote("Bo Bach", "Can I get an invoice?", ago=hours(9), subject="Shade")
    hello = replace(
        wrote("Bo Bach", "Hello??", ago=hours(2), subject="Re: Shade"),
        in_reply_to=(again.message_id,),
    )
    done = wrote("Cy Cole", "The lamp is broken.", ago=hours(9), subject="Bulb")
    thanks = replace(
        wrote("Cy Cole", "Hello again.", ago=hours(2), subject="Re: Bulb"),
        in_reply_to=(done.message_id,),
    )
    case = wrote("Di Dean", "See photo.", ago=hours(2), subject="Case", kind=Kind.RETURN)
    mails = [quoted, again, hello, done, answered(done, "Sorry!", ago=hours(5)), thanks, case]
    with open_shop(tmp_path, mails) as shop:
        found = [known(shop, each) for each in (quoted.subject, "Shade", "Bulb", "Case")]

    assert [each.kinds[:1] for each in found] == [
        ("order_status",),
        ("invoice",),
        (),
        ("return",),
    ]
    assert found[0].language == "de"


def test_what_the_account_says_of_the_shop_is_asked_of_nobody(tmp_path: Path) -> None:
    """The address for returns is the same each time: it stands in the configuration once."""
    terms = replace(
        TERMS, shop_name="Lamps", shop_url="https://lamps.example", return_address="Way 1\nBath\n"
    )
    with open_shop(tmp_path, [wrote("Bo Bach", "Hi", ago=hours(1))], terms=terms) as shop:
        values = known(shop, "My order").values

    assert {name: values[name] for name in ("shop.name", "shop.url", "return.address")} == {
        "shop.name": "Lamps",
        "shop.url": "https://lamps.example",
        "return.address": "Way 1\nBath",
    }
