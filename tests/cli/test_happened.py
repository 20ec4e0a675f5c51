"""`inbox happened` starts the clocks that no message starts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cli.shop import NOW, Shop, wrote


@pytest.fixture
def claimed(shop: Shop) -> str:
    """A buyer's conversation at Amazon."""
    return shop.deliver(wrote("Kate", subject="Lamp", service="amazon", ago=timedelta(hours=3)))[0]


def appeals(shop: Shop, uid: str) -> list[tuple[str, str, str]]:
    """Return the appeals: state, since when, until when."""
    found = shop.json("explain", uid)["obligations"]
    return [
        (each["state"], each["opened_at"], each["due_at"])
        for each in found
        if each["rule"] == "amazon.atoz_appeal"
    ]


def instants(rows: list[tuple[str, str, str]]) -> list[tuple[str, datetime, datetime]]:
    """Return the same with instants."""
    return [(state, *map(datetime.fromisoformat, times)) for state, *times in rows]  # type: ignore[misc] # two of them


def test_a_granted_claim_can_be_appealed_for_thirty_days(shop: Shop, claimed: str) -> None:
    """30 days from the granting, not from when the seller heard of it or typed it."""
    granted = NOW - timedelta(days=2, minutes=1)

    shop.json("happened", "claim-granted", claimed, "--at", granted.isoformat())

    assert instants(appeals(shop, claimed)) == [("open", granted, granted + timedelta(days=30))]
    assert shop.json("undo")["verb"] == "happened"
    assert appeals(shop, claimed) == []


def test_a_date_counts_from_its_first_hour_and_a_reply_ends_no_appeal(
    shop: Shop, claimed: str
) -> None:
    """Rather told too early than too late. Only the seller's word ends what is done at Amazon,
    and only one that was given after it.
    """
    shop.json("no-reply-needed", claimed)
    shop.json("happened", "claim_granted", claimed, "--at", "2026-11-10")
    ((state, since, _until),) = instants(appeals(shop, claimed))
    assert (state, since.hour, since.minute) == ("open", 0, 0)

    shop.json("no-reply-needed", claimed)

    assert [state for state, *_times in appeals(shop, claimed)] == ["met"]


def test_what_starts_nothing_is_refused(shop: Shop, claimed: str) -> None:
    """A clock that the seller believes to run and that does not is a missed appeal."""
    for words, said in (
        (["official_complaint", claimed], '"official_complaint" starts no clock in'),
        (["claim_granted", claimed, "--at", "someday"], "This is no time: someday."),
        (["claim_granted", claimed, "--at", "2999-01-01"], "yet to come"),
    ):
        done = shop.run("happened", *words)
        assert (done.exit_code, said in done.stderr) == (2, True)

    assert appeals(shop, claimed) == []
