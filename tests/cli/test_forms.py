"""`inbox reply --as`: what is no answer is said to be none, and leaves only where it can be had."""

from __future__ import annotations

import pytest

from connectors.forms import ReplyForm
from connectors.values import Capabilities
from inbox.core.model import AccountState
from inbox.store import accounts
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, Shop, wrote

NOTICE = ReplyForm(name="interim", title="Interim notice", help="It waits on.", answers=False)


@pytest.fixture
def uid(shop: Shop) -> str:
    """The id of a question at a service that takes notices."""
    found = shop.deliver(wrote("Kate"))[0]
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            accounts.set_state(tx, AccountState(account=ACCOUNT, state="ok"))
            accounts.set_abilities(tx, ACCOUNT, Capabilities(forms=(NOTICE,)))
    finally:
        store.close()
    return found


def test_a_notice_is_queued_as_one_and_the_seller_is_told(shop: Shop, uid: str) -> None:
    """A script that promises an answer must not stop its clock by it."""
    result = shop.run("reply", uid, "--as", "interim", "--text", "-", "--yes", input="We look.")
    (row,) = shop.json("outbox")
    messages = shop.json("show", uid)["messages"]

    assert (result.exit_code, row["form"], row["interim"]) == (0, "interim", True)
    assert "one stays owed" in result.stderr
    assert [each["interim"] for each in messages if each["direction"] == "out"] == [True]
    assert "[interim] Re: My parcel" in shop.run("outbox").stdout
    assert "[no answer yet]" in shop.run("show", uid).stdout


def test_a_form_that_is_not_there_queues_nothing_and_names_those_that_are(
    shop: Shop, uid: str
) -> None:
    """A typing mistake must not send a promise as the answer."""
    result = shop.run("reply", uid, "--as", "interm", "--text", "-", "--yes", input="We look.")

    assert result.exit_code == 1
    assert "interim" in result.stderr
    assert shop.json("outbox") == []


@pytest.mark.slow
def test_what_was_a_notice_is_written_anew_as_one(shop: Shop, uid: str) -> None:
    """Until the seller says that it is the answer now."""
    shop.run("reply", uid, "--as", "interim", "--text", "-", "--yes", input="We look.")
    (first,) = shop.json("outbox")
    shop.run("outbox", "edit", first["key"], "--text", "-", "--yes", input="We look soon.")
    (second,) = shop.json("outbox")
    shop.run("outbox", "cancel", second["key"])
    shop.run("reply", uid, "--as", "answer", "--text", "-", "--yes", input="It comes.")
    (third,) = shop.json("outbox")

    assert [each["form"] for each in (first, second, third)] == ["interim", "interim", None]
