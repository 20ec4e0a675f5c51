"""Relayed mail: whose buyer it is, about which order, and what is only a notice."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from time import process_time

import pytest

from connectors.email.mime import parse
from connectors.email.packs.pack import every_pack
from connectors.values import Direction, Kind, Message, Party, Place, Role

TAKEN = datetime(2026, 11, 21, tzinfo=UTC)
OWN = frozenset({"shop@example.com"})
CASE = "3f2a8c1e-7b1d-4f0a-9a43-0c5de6f71b22"
ALIAS = "a1b2c3d4e5f6g7@marketplace.amazon.de"


def read(fields: str, text: str = "Where is it?", role: Role = Role.INBOX) -> Message:
    """Return the message of a mail with these fields."""
    head = "\r\n".join(line.strip() for line in fields.strip().splitlines())
    raw = f"{head}\r\n\r\n{text}\r\n".encode()
    return parse(raw, place=Place(role, "1", "1", role), accepted_at=TAKEN, own=OWN)


def amazon(extra: str = "", sender: str = f"Anna Nowak <{ALIAS}>", text: str = "Hi") -> Message:
    """Return a message that comes through Amazon."""
    fields = f"From: {sender}\nTo: shop@example.com\nSubject: Question (Order: 111-1234567-7654321)"
    return read(f"{fields}\n{extra}", text)


def test_a_buyer_behind_amazons_relay_is_known() -> None:
    """The list shows the buyer, the order and Amazon's own clock."""
    message = amazon("X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT")

    assert (message.service, message.kind, message.automatic) == ("amazon", Kind.MESSAGE, False)
    assert (message.buyer_ref, message.order_ref) == (ALIAS, "111-1234567-7654321")
    assert message.sender == Party("Anna Nowak", ALIAS)


def test_the_case_is_no_part_of_the_buyer_and_stays_in_the_address() -> None:
    """Two questions of one buyer join; the answer still reaches the right case."""
    cased = ALIAS.replace("@", f"+{CASE}@")

    message = amazon(sender=f"Anna Nowak - Amazon Marketplace <{cased}>")

    assert message.buyer_ref == ALIAS
    assert message.sender == Party("Anna Nowak", cased)


@pytest.mark.parametrize(
    "site",
    [
        *("com", "co.uk", "de", "fr", "it", "es", "nl", "se", "pl", "com.be", "ie", "com.tr"),
        *("ca", "com.mx", "com.br", "com.au", "co.jp", "in", "sg", "ae", "sa", "eg"),
    ],
)
def test_every_amazon_site_is_known(site: str) -> None:
    """A seller sells on more than one."""
    assert amazon(sender=f"<a1b2c3d4e5@marketplace.amazon.{site}>").service == "amazon"


@pytest.mark.parametrize(
    "sender",
    [
        "<a1b2c3d4e5@marketplace.amazon.com.evil.example>",
        "<a1b2c3d4e5@evil-marketplace.amazon.com>",
        "<a1b2c3d4e5@marketplace.amazon.cn>",
        "<a1b2c3d4e5@marketplaceXamazon.com>",
        '"a1b2c3d4e5@marketplace.amazon.com" <x@evil.example>',
        "<a1b2@marketplace.amazon.com@evil.example>",
        "<hash@members.ebay.com.evil.example>",
        "<no-reply@account.etsy.com.evil.example>",
        "<mailer@notshopify.com>",
    ],
)
def test_a_look_alike_is_ordinary_mail(sender: str) -> None:
    """Else anybody could put words into a marketplace's conversation."""
    message = amazon(sender=sender)

    assert (message.service, message.buyer_ref) == ("email", None)


@pytest.mark.parametrize(
    ("results", "service"),
    [
        ("mx.example.com; dmarc=fail header.from=amazon.de", "email"),
        ("mx.example.com; spf=fail; dkim=fail", "email"),
        ("mx.example.com; spf=fail", "email"),
        ("mx.example.com; spf=fail; dkim=pass", "amazon"),
        ("mx.example.com; spf=softfail; dkim=none; dmarc=temperror", "amazon"),
        ("mx.example.com; spf=pass; dkim=pass; dmarc=pass", "amazon"),
    ],
)
def test_a_sender_that_our_server_found_forged_is_not_the_marketplace(
    results: str, service: str
) -> None:
    """Forwarding breaks SPF and leaves the signature: that is no forgery."""
    assert amazon(f"Authentication-Results: {results}").service == service


def test_only_the_topmost_verdict_counts() -> None:
    """Those below it came with the mail, and its sender wrote them."""
    own, foreign = "mx.example.com; dkim=pass", "evil.example; dmarc=fail"
    both = f"Authentication-Results: {own}\nAuthentication-Results: {foreign}"

    assert amazon(both).service == "amazon"


@pytest.mark.parametrize(
    ("value", "kind", "automatic"),
    [
        ("BBC_MESSAGE_SENT_TO_MERCHANT", Kind.MESSAGE, False),
        ("BBC_MESSAGE_CONFIRMATION_TO_MERCHANT", Kind.NOTICE, True),
        ("RETURN_REQUEST", Kind.RETURN, False),
        ("A_Z_CLAIM_RESPONDENT_NOTIFY", Kind.CLAIM, False),
        ("SOMETHING_NEW", Kind.MESSAGE, False),
    ],
)
@pytest.mark.parametrize("sender", ["donotreply@amazon.com", ALIAS])
def test_amazon_says_what_kind_of_mail_it_is(
    *, value: str, kind: Kind, automatic: bool, sender: str
) -> None:
    """A copy of our own answer must not look like a question."""
    message = amazon(f"X-Space-Notification-Type: {value}", sender)

    assert (message.service, message.kind, message.automatic) == ("amazon", kind, automatic)


def test_relayed_questions_are_no_bulk_mail() -> None:
    """Marketplaces send everything through the machines that send their newsletters."""
    bulk = (
        "Precedence: bulk\r\nList-Unsubscribe: <https://example.com>\r\nReturn-Path: <>\r\n"
        "Auto-Submitted: auto-generated"
    )

    assert not amazon(bulk).automatic
    assert amazon("Auto-Submitted: auto-replied").automatic


EBAY = "3f9c0a1b2c@members.ebay.de"


@pytest.mark.parametrize(
    ("sender", "reply_to", "subject", "name"),
    [
        (f'"eBay Member: berta_77" <{EBAY}>', "", "Re: question", "berta_77"),
        (f"eBay Member: berta_77 <{EBAY}>", "", "Re: question", "berta_77"),
        (
            f"<{EBAY}>",
            "",
            "berta_77 has sent a question about item #110012345678, ending on x",
            "berta_77",
        ),
        (f"eBay <{EBAY}>", "", "Re: berta_77 sent a message about Lamp #110012345678", "berta_77"),
        (
            "eBay <ebay@ebay.de>",
            EBAY,
            "berta_77 hat eine Frage zu Artikelnr. 110012345678",
            "berta_77",
        ),
        ("eBay <ebay@ebay.de>", EBAY, "berta_77 hat eine Nachricht gesendet", "berta_77"),
    ],
)
def test_a_buyer_behind_ebays_relay_is_known(
    sender: str, reply_to: str, subject: str, name: str
) -> None:
    """The subject names the member; no time for an answer is set there."""
    extra = f"\r\nReply-To: {reply_to}" if reply_to else ""

    message = read(f"From: {sender}\r\nSubject: {subject}{extra}", "order 12-34567-89012")

    assert (message.service, message.buyer_ref, message.automatic) == ("ebay", EBAY, False)
    assert (message.sender.name, message.order_ref) == (name, "12-34567-89012")


@pytest.mark.parametrize(
    ("subject", "kind", "automatic"),
    [
        ("You made the sale for Lamp", Kind.NOTICE, True),
        ("Sold, ship now: Lamp", Kind.NOTICE, True),
        ("Return 5123456789: Lamp", Kind.RETURN, False),
        ("berta_77 wants to cancel an order", Kind.CANCELLATION, False),
    ],
)
def test_what_ebay_itself_writes_is_sorted(*, subject: str, kind: Kind, automatic: bool) -> None:
    """A sale asks for a parcel, not for an answer."""
    message = read(f"From: eBay <ebay@ebay.com>\r\nSubject: {subject}")

    assert (message.service, message.kind, message.automatic) == ("ebay", kind, automatic)


@pytest.mark.parametrize(
    ("subject", "name", "order"),
    [
        ("Etsy Conversation with Anna Nowak", "Anna Nowak", None),
        ("Re: Etsy Conversation with 王小明 from ShopName", "王小明", None),
        (
            "Etsy\u00a0Conversation with Anna\u00a0Nowak about Order #1234567890",
            "Anna Nowak",
            "1234567890",
        ),
        (
            "Etsy Conversation with Sign in with Apple user, about a listing",
            "Sign in with Apple user",
            None,
        ),
    ],
)
def test_an_etsy_conversation_is_one_by_its_own_id(
    subject: str, name: str, order: str | None
) -> None:
    """All of Etsy's mail has one address: only the link tells two buyers apart."""
    link = "https://www.etsy.com/your/shops/me/conversations/987654321?ref=email"

    message = read(f"From: Etsy <no-reply@account.etsy.com>\r\nSubject: {subject}", f"View: {link}")

    assert (message.service, message.conversation_ref) == ("etsy", "etsy:987654321")
    assert (message.sender.name, message.order_ref, message.automatic) == (name, order, False)


def test_a_sale_on_etsy_is_a_notice_with_its_order() -> None:
    """It belongs to the order, and nobody waits for an answer to it."""
    subject = "You made a sale on Etsy - Ship by Nov 25 - [$12.00, Order #1234567890]"

    message = read(f"From: <transaction@etsy.com>\r\nSubject: {subject}")

    assert (message.kind, message.automatic, message.order_ref) == (Kind.NOTICE, True, "1234567890")


def test_a_shopify_form_is_answered_to_the_buyer() -> None:
    """The sender is a machine of Shopify's; the buyer stands in the text."""
    text = (
        "You received a new message from your online store's contact form.\r\n\r\n"
        "Country Code:\r\nDE\r\n\r\nName:\r\nAnna Nowak\r\n\r\nEmail:\r\nanna@example.org\r\n\r\n"
        "Body:\r\nDo you ship to Poland?"
    )

    message = read(
        "From: Shop <mailer@shopify.com>\r\nSubject: New customer message on May 1 at 9", text
    )

    assert (message.service, message.automatic) == ("shopify", False)
    assert message.sender == Party("Anna Nowak", "mailer@shopify.com")
    assert message.reply_to == (Party("Anna Nowak", "anna@example.org"),)


def test_our_own_answer_through_a_relay_belongs_to_the_marketplace() -> None:
    """A conversation that we began is listed under the service through which it goes."""
    message = read(f"From: shop@example.com\r\nTo: <{ALIAS}>\r\nSubject: Your order", "", Role.SENT)

    assert (message.service, message.automatic) == ("amazon", False)


def test_every_pack_is_well_formed_and_its_rules_have_a_source() -> None:
    """A rule nobody can check is a rumour."""
    services = [pack.service for pack in every_pack()]
    tables = [
        table
        for file in files("connectors.email.packs").iterdir()
        if file.name.endswith(".toml")
        for table in tomllib.loads(file.read_text("utf-8")).get("deadline", [])
    ]

    assert {"amazon", "ebay", "etsy", "paypal", "shopify", "walmart", "woocommerce"} <= {*services}
    assert len(services) == len(set(services))
    assert {table["service"] for table in tables} == {"amazon", "ebay", "etsy"}
    assert all(table["source"] and table["checked"] for table in tables)


@pytest.mark.parametrize(
    "sender", ["no-reply@account.etsy.com", "mailer@shopify.com", "ebay@ebay.com", ALIAS]
)
@pytest.mark.parametrize(
    "piece",
    [
        "Etsy Conversation with a from b about Order ",
        "name:\n ",
        "\nemail: a",
        "sent a message ",
        "1-",
    ],
)
def test_no_relayed_mail_takes_more_than_its_share(sender: str, piece: str) -> None:
    """Patterns are data, and data can be slow; a stranger writes what they are held against."""
    begun = process_time()
    read(f"From: {sender}\r\nSubject: {piece.replace(chr(10), ' ') * 500}", piece * 20_000)

    assert process_time() - begun < 5


def test_a_site_of_amazon_tells_the_country_sold_in() -> None:
    """`9:00 their time` is meant by the buyer's clock, and rules may hold for some countries."""
    found = {
        site: amazon(sender=f"Anna <k3v9x2m7q1w8z4@marketplace.amazon.{site}>").storefront
        for site in ("com", "co.uk", "com.be", "de", "sa")
    }

    assert found == {"com": "us", "co.uk": "gb", "com.be": "be", "de": "de", "sa": "sa"}


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
def test_an_answer_that_amazon_could_not_deliver_is_never_overlooked(*, named: bool) -> None:
    """It names the answer, which is owed again then; or the notice itself is owed."""
    extra = "In-Reply-To: <key-1@shop.example>" if named else ""
    words = "We were unable to deliver the message you sent to the buyer of this order."

    message = read(f"From: donotreply@amazon.com\nSubject: Delivery\n{extra}", words)

    assert (message.kind, message.automatic) == (
        (Kind.NOTICE, True) if named else (Kind.MESSAGE, False)
    )
    assert (message.bounce.names if message.bounce else ()) == (
        ("key-1@shop.example",) if named else ()
    )


def test_that_a_buyer_wants_no_news_is_a_notice_wherever_it_stands() -> None:
    """It asks for no answer; but a buyer who writes these words is a buyer."""
    words = "The buyer has chosen to opt-out of receiving unsolicited messages."

    notice = read("From: donotreply@amazon.com\nSubject: Your message", words)
    buyer = amazon(text=words)

    assert (notice.kind, notice.automatic) == (Kind.NOTICE, True)
    assert (buyer.kind, buyer.automatic) == (Kind.MESSAGE, False)


def test_a_site_of_ebay_tells_whose_working_days_count() -> None:
    """Three working days to answer a case are three of that country; ebay.com is of several."""
    senders = ("a1@members.ebay.co.uk", "ebay@ebay.com.au", "ebay@ebay.de", "a1@members.ebay.com")

    assert [read(f"From: <{each}>").storefront for each in senders] == ["gb", "au", "de", ""]


def test_a_copy_of_our_answer_is_to_the_buyer_it_names() -> None:
    """It came to us, and a conversation with ourselves is nobody's."""
    word = "Authentication-Results: mx.shop.example; dmarc=pass header.from=amazon.com"
    fields = "From: Amazon <donotreply@amazon.com>\nTo: shop@example.com"
    raw = f"{word}\n{fields}\nSubject: Your e-mail to Uwe\n\nIt comes today.\n".encode()
    place = Place(Role.INBOX, "1", "1", Role.INBOX)

    message = parse(raw, place=place, accepted_at=TAKEN, own=OWN, authserv_id="mx.shop.example")

    assert (message.direction, message.copy_for) == (Direction.OUT, "Uwe")
    assert message.recipients == (Party("Uwe", ""),)
