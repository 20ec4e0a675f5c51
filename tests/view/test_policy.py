"""What a service takes badly is told before the answer leaves, with the rule it goes against."""

from __future__ import annotations

import pytest

from inbox.view.policy import warnings_of


@pytest.mark.parametrize(
    ("service", "text", "named"),
    [
        ("amazon", "See https://my-shop.example/faq for more.", ["https://my-shop.example/faq"]),
        ("amazon", "Follow it: https://www.amazon.de/gp/css/order", []),
        ("ebay", "Compare https://www.amazon.de/dp/1", ["https://www.amazon.de/dp/1"]),
        ("amazon", "Follow it: https://www.dhl.de/track?id=1 or track.dpd.co.uk", []),
        ("amazon", "See https://dhl.my-shop.example", ["https://dhl.my-shop.example"]),
        ("amazon", "Rufen Sie an: Tel. 030 1234567", ["Tel. 030 1234567"]),
        (
            "amazon",
            "Could you please change your negative review?",
            ["change your negative review"],
        ),
        ("amazon", "Könnten Sie die Bewertung bitte ändern?", ["Bewertung bitte ändern"]),
        ("amazon", "能不能删除差评", ["删除差评"]),
        ("ebay", "IBAN DE89 3704 0044 0532 0130 00", ["DE89 3704 0044 0532 0130 00"]),
        ("ebay", "Lot No12 with this lamp and item", []),
        ("allegro", "Proszę o zmianę oceny.", ["zmianę ocen"]),
        ("etsy", "It is cheaper outside Etsy", ["outside Etsy"]),
        ("walmart", "Visit our website", ["our website"]),
        ("ebay", "Look at https://www.ebay.de/itm/123.", []),
        ("ebay", "Write to me@shop.example or +49 30 1234567", ["me@shop", "+49 30 1234567"]),
        ("ebay", "Kaufen Sie außerhalb von eBay günstiger.", ["außerhalb von eBay"]),
        ("ebay", "Вне eBay дешевле", ["Вне eBay"]),
        ("amazon", "Wir freuen uns über eine positive Bewertung!", ["positive Bewertung"]),
        ("amazon", "Please leave us a 5-star review", ["5-star review"]),
        ("amazon", "满意请给五星", ["五星"]),
        ("amazon", "Here is a 10 % discount coupon", ["10 % discount"]),
        ("amazon", "Melden Sie sich per WhatsApp", ["WhatsApp"]),
        ("email", "See https://my-shop.example, +49 30 1234567, WhatsApp, 5 stars", []),
        ("email", "This is an automated message", ["This is an automated"]),
        ("amazon", "Your order 302-1234567-1234567 left on 3 May, lamp 30 cm, 24 EUR.", []),
    ],
)
def test_what_is_taken_badly_is_named(service: str, text: str, named: list[str]) -> None:
    """A blocked account is worth a second look; a wrong alarm each time is not looked at."""
    told = warnings_of(service, text)

    assert len(told) == len(named)
    assert all(any(words in sentence for sentence in told) for words in named)
    assert all("as of 2026-" in sentence for sentence in told)


def test_a_rule_is_told_once_however_often_it_is_broken() -> None:
    """Ten links are one habit."""
    assert len(warnings_of("ebay", "https://a.example " * 10)) == 1
