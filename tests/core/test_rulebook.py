"""Which rules run for a conversation, and what the book's hash stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from connectors.values import Kind
from inbox.core.model import AccountUid
from inbox.core.obligations import Clock, Owner, Rule, make_book, rules_for, terms_for
from tests.core.making import DAY, HOUR, NOON, SHOP, TERMS, rule

GENERAL = rule(name="general")


def chosen(*rules: Rule, within: timedelta | None = None, service: str = "etsy") -> list[str]:
    book = make_book(rules, [replace(TERMS, reply_within=within)])
    return [f"{each.id} {each.target // HOUR}h" for each in rules_for(book, SHOP, service)]


def test_of_the_sellers_promises_the_closest_meant_runs_alone() -> None:
    """Two promises for one message would be no promise."""
    etsy = rule(12 * HOUR, name="etsy", service="etsy")
    here = rule(6 * HOUR, name="here", account=SHOP)
    both = rule(3 * HOUR, name="both", account=SHOP, service="etsy")
    other = rule(HOUR, name="other", account=AccountUid("another"))

    assert chosen(GENERAL) == ["general 24h"]
    assert chosen(etsy, GENERAL) == ["etsy 12h"]
    assert chosen(here, etsy, GENERAL, other) == ["here 6h"]
    assert chosen(both, here, etsy, GENERAL) == ["both 3h"]
    assert chosen(both, etsy, GENERAL, service="ebay") == ["general 24h"]
    assert chosen(other) == []


def test_of_equally_fit_promises_the_later_runs() -> None:
    """The seller's stand behind the shipped ones."""
    assert chosen(GENERAL, rule(HOUR, name="mine")) == ["mine 1h"]


def test_all_rules_of_the_service_run_but_one_of_each_id() -> None:
    """A platform may count twice; a rule changed by the seller counts as changed."""
    reply = rule(DAY, name="etsy.reply", owner=Owner.SERVICE, service="etsy")
    star = replace(reply, id="etsy.star", target=2 * DAY)
    stricter = replace(reply, target=HOUR, account=SHOP)

    assert chosen(reply, star) == ["etsy.reply 24h", "etsy.star 48h"]
    assert chosen(reply, stricter, star) == ["etsy.reply 1h", "etsy.star 48h"]
    assert chosen(stricter, reply, star) == ["etsy.reply 1h", "etsy.star 48h"]
    assert chosen(reply, service="ebay") == []


def test_reply_within_changes_a_general_promise_and_leaves_a_closer_one() -> None:
    """It is the account's default, not its only rule."""
    etsy = rule(12 * HOUR, name="etsy", service="etsy")

    assert chosen(GENERAL, within=2 * HOUR) == ["general 2h"]
    assert chosen(GENERAL, etsy, within=2 * HOUR) == ["etsy 12h"]
    assert chosen(within=2 * HOUR) == ["account.reply_within 2h"]


def test_a_rule_for_one_kind_of_message_leaves_reply_within_to_the_others() -> None:
    """A promise for returns is no word on how soon a question is answered."""
    returns = replace(rule(10 * HOUR, name="returns"), about=(Kind.RETURN,))

    assert chosen(GENERAL, returns, within=2 * HOUR) == ["general 2h", "returns 10h"]


def test_an_account_no_longer_configured_owes_nothing() -> None:
    """What cannot be answered any more must not shout for an answer."""
    book = make_book([GENERAL], [TERMS])

    assert terms_for(book, SHOP) == TERMS
    gone = terms_for(book, AccountUid("gone"))
    assert gone.owed_since is not None
    assert gone.owed_since > NOON + 1000 * DAY


def test_the_hash_does_not_depend_on_the_order_of_accounts() -> None:
    """Moving a table in the file must not derive a hundred thousand conversations again."""
    other = replace(TERMS, uid=AccountUid("other"), name="other")

    assert make_book([GENERAL], [TERMS, other]).hash == make_book([GENERAL], [other, TERMS]).hash
    renamed = make_book([GENERAL], [replace(TERMS, name="new name")])
    assert renamed.hash == make_book([GENERAL], [TERMS]).hash
    assert make_book([replace(GENERAL, target=HOUR)], [TERMS]).hash != renamed.hash


def test_what_something_else_starts_takes_no_promise_away() -> None:
    """A rule for recalls must not leave every ordinary question without a clock."""
    recall = replace(rule(HOUR, name="recall"), starts="recall")
    stated = replace(rule(name="said"), clock=Clock.STATED, target=0 * HOUR)

    assert sorted(chosen(GENERAL, recall, stated)) == ["general 24h", "recall 1h", "said 0h"]
    assert sorted(chosen(GENERAL, recall, within=2 * HOUR)) == ["general 2h", "recall 1h"]
