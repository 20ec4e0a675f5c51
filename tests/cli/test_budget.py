"""`inbox rules budget`, and the strip and page that show the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.core.model import AccountUid
from inbox.view.strip import AccountStanding, Standing
from inbox.widgets.lines import AccountStrip
from tests.cli.shop import Shop, wrote


def test_a_relayed_question_is_counted_by_its_platforms_measure(shop: Shop) -> None:
    """One was missed a day ago, one is open: 0 of 1, over each of Amazon's periods."""
    shop.deliver(wrote("Kate", service="amazon", ago=timedelta(hours=50)))
    shop.deliver(wrote("Omar", service="amazon", ago=timedelta(hours=1)))

    (score,) = shop.json("rules", "budget")

    assert (score["account"], score["rule"], score["target"]) == (
        "shop",
        "amazon.buyer_message",
        90.0,
    )
    assert [
        (each["days"], each["in_time"], each["counted"], each["waiting"])
        for each in score["windows"]
    ] == [(7, 0, 1, 1), (30, 0, 1, 1), (90, 0, 1, 1)]
    said = shop.run("rules", "budget").stdout
    assert "7 days: 0.0 % of 1; below 90 %: the next 9 in a row must be in time" in said
    assert said.endswith("This is our count of what was stored here, not the platform's.\n")


def test_what_no_platform_measures_is_not_scored(shop: Shop) -> None:
    """Ordinary mail has no score to keep."""
    shop.deliver(wrote("Kate"))

    assert shop.json("rules", "budget") == []


@pytest.mark.parametrize(("width", "shown"), [(80, True), (40, False)])
def test_the_strip_shows_it_where_there_is_room(width: int, *, shown: bool) -> None:
    """Late answers and ill accounts come first."""
    strip = AccountStrip()
    account = AccountStanding(uid=AccountUid("a"), name="shop", kind="email", state="ok")
    strip._standing = Standing(accounts=(account,))
    strip._budgets = {AccountUid("a"): "98.1 % miss 5"}

    words = "".join(text for text, _role in strip._right(width - 20))

    assert ("98.1 % miss 5" in words) is shown
    assert "shop ok" in words
