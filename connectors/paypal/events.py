"""What happens in a dispute beside its messages, as sentences for the seller. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from connectors.orders import Money
from connectors.paypal.answers import Amount, Dispute, Document, Evidence, Proposal, known

REASONS = {
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED": "Item not received",
    "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED": "Item not as described",
    "UNAUTHORISED": "Payment not authorised",
    "CREDIT_NOT_PROCESSED": "Refund not received",
    "DUPLICATE_TRANSACTION": "Paid twice",
    "INCORRECT_AMOUNT": "Wrong amount",
    "PAYMENT_BY_OTHER_MEANS": "Paid another way",
    "CANCELED_RECURRING_BILLING": "Subscription was cancelled",
    "PROBLEM_WITH_REMITTANCE": "Problem with the payment",
}
BUYER, SELLER, PAYPAL = "BUYER", "SELLER", "ARBITER"
_OUTCOMES = {
    "RESOLVED_BUYER_FAVOUR": "The dispute was decided for the buyer.",
    "RESOLVED_SELLER_FAVOUR": "The dispute was decided for you.",
    "RESOLVED_WITH_PAYOUT": "PayPal paid the buyer, and you keep the money.",
    "CANCELED_BY_BUYER": "The buyer took the dispute back.",
    "ACCEPTED": "The dispute was accepted.",
    "DENIED": "The dispute was denied.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    name: str
    """What kind of thing; with its instant and its text it is the same on every pull."""
    at: datetime
    who: str
    text: str
    documents: tuple[Document, ...] = ()
    asks: bool = False
    """Whether somebody is to do something about it."""
    raw: bytes = field(default=b"", compare=False)
    """What PayPal sent of it, where it is one piece."""


def money_of(amount: Amount | None) -> Money | None:
    """Return an amount, None where there is none that is a number."""
    if amount is None:
        return None
    try:
        value = Decimal(amount.value)
    except InvalidOperation:
        return None
    return Money(value, amount.currency_code.upper()) if value.is_finite() else None


def said(amount: Amount | None) -> str:
    """Return an amount in words, "" where there is none."""
    money = money_of(amount)
    return f"{money.amount} {money.currency}" if money else ""


def words(code: str) -> str:
    """Return one of PayPal's code words in plain ones."""
    return code.replace("_", " ").lower()


def reason_of(dispute: Dispute) -> str:
    """Return what is disputed, in words."""
    return REASONS.get(dispute.reason) or words(dispute.reason).capitalize() or "Dispute"


def facts_of(dispute: Dispute) -> str:
    """Return what a dispute is about, a line for each fact."""
    lines = [f"{reason_of(dispute)}."]
    if amount := said(dispute.dispute_amount):
        lines.append(f"Disputed: {amount}.")
    for paid in dispute.disputed_transactions:
        if paid.seller_transaction_id:
            lines.append(f"Transaction: {paid.seller_transaction_id}.")
        if paid.invoice_number:
            lines.append(f"Invoice: {paid.invoice_number}.")
        for item in paid.items:
            lines += filter(None, [item.item_name, item.item_description, item.notes])
    return "\n".join(lines)


def events_of(dispute: Dispute) -> Iterator[Event]:
    """Yield what happened in a dispute; what has no instant of its own is left out."""
    for proposal in dispute.offer.history if dispute.offer else ():
        if at := known(proposal.offer_time):
            yield _offered(proposal, at)
    for evidence in dispute.evidences:
        if at := known(evidence.date):
            yield _evidence(evidence, at)
    for added in dispute.supporting_info:
        if at := known(added.provided_time):
            yield Event(
                name="added",
                at=at,
                who=_source(added.source),
                text=f"Added to the case.\n{added.notes}".strip(),
                documents=tuple(added.documents),
            )
    yield from _of_paypal(dispute)


def _of_paypal(dispute: Dispute) -> Iterator[Event]:
    """Yield what PayPal decided and did."""
    for decided in dispute.adjudications:
        if at := known(decided.adjudication_time):
            why = f" ({words(decided.reason)})" if decided.reason else ""
            text = f"PayPal decided: {words(decided.type)}{why}."
            yield Event(name="decided", at=at, who=PAYPAL, text=text)
    for moved in dispute.money_movements:
        if at := known(moved.initiated_time):
            party = {"SELLER": "you", "BUYER": "the buyer"}.get(moved.affected_party, "PayPal")
            way = "to" if moved.type == "CREDIT" else "from"
            why = f": {words(moved.reason)}" if moved.reason else ""
            text = f"Money went {way} {party}{why}. {said(moved.amount)}".strip()
            yield Event(name="moved", at=at, who=PAYPAL, text=text)
    ended, at = dispute.dispute_outcome, known(dispute.update_time)
    if ended and at and dispute.status == "RESOLVED":
        text = _OUTCOMES.get(ended.outcome_code, "The dispute has ended.")
        back = said(ended.amount_refunded)
        text += f" Refunded: {back}." if back else ""
        yield Event(name=f"ended {ended.outcome_code}", at=at, who=PAYPAL, text=text)


def _offered(proposal: Proposal, at: datetime) -> Event:
    """Return a turn of an offer."""
    what = words(proposal.offer_type) or "an offer"
    offered = ", ".join(filter(None, [what, said(proposal.offer_amount)]))
    verb = {"ACCEPTED": "Accepts", "DENIED": "Refuses"}.get(proposal.event_type, "Proposes")
    return Event(
        name="offered",
        at=at,
        who=proposal.actor,
        text=f"{verb}: {offered}.\n{proposal.notes}".strip(),
        asks=proposal.actor == BUYER and proposal.event_type == "PROPOSED",
    )


def _evidence(evidence: Evidence, at: datetime) -> Event:
    """Return what was given as a proof, or is asked for."""
    what = words(evidence.evidence_type) or "evidence"
    asked = evidence.source.startswith("REQUESTED")
    of_seller = evidence.source == "REQUESTED_FROM_SELLER"
    whom = "you" if of_seller else "the buyer"
    head = f"PayPal asks {whom} for: {what}." if asked else f"Given as evidence: {what}."
    return Event(
        name="evidence",
        at=at,
        who=PAYPAL if asked else _source(evidence.source),
        text=f"{head}\n{evidence.notes}".strip(),
        documents=tuple(evidence.documents),
        asks=of_seller,
    )


def _source(source: str) -> str:
    """Return who is behind a source."""
    return {"SUBMITTED_BY_BUYER": BUYER, "SUBMITTED_BY_SELLER": SELLER}.get(source, PAYPAL)
