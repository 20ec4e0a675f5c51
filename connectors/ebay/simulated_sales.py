"""Orders, payment disputes and buyers' requests of the simulated eBay. Knows nothing of ours."""

from __future__ import annotations

from typing import Any

from connectors.simulation import Asked, Refused, Said, in_json, route

_FULFILLMENT = "/sell/fulfillment/v1"
_POST_ORDER = "/post-order/v2"
_MOST = 200
_DISPUTE_STATES = {"OPEN", "ACTION_NEEDED", "CLOSED"}
_OVER = {"CLOSED", "CS_CLOSED", "CLOSED_WITH_ESCALATION"}


class SimulatedSales:
    """What a seller sold, and what buyers demand. A part of the simulator."""

    orders: dict[str, dict[str, Any]]
    """By order id, as eBay writes them."""
    parcels: dict[str, list[dict[str, Any]]]
    """By order id, what left in packages."""
    disputes: dict[str, dict[str, Any]]
    inquiries: dict[str, dict[str, Any]]
    returns: dict[str, dict[str, Any]]
    cancellations: dict[str, dict[str, Any]]
    post_order = True
    """Whether there is a Post-Order API: the sandbox has none."""

    def open_shop(self) -> None:
        """Begin with nothing sold."""
        self.orders, self.parcels, self.disputes = {}, {}, {}
        self.inquiries, self.returns, self.cancellations = {}, {}, {}

    @route("GET", f"{_FULFILLMENT}/order")
    def list_orders(self, asked: Asked) -> Said:
        """Show a page of orders, by the day of their last change."""
        said = dict(asked.query)
        limit, offset = _paging(asked, {"filter", "limit", "offset", "orderIds", "fieldGroups"})
        since = ""
        if "filter" in said:
            name, _colon, between = said["filter"].partition(":")
            start, dots, _end = between.strip("[]").partition("..")
            if name not in {"lastmodifieddate", "creationdate"} or not dots:
                raise Refused(_error(400, 30700, "The filter is not valid."))
            since = start
        kept = [each for each in self.orders.values() if each["lastModifiedDate"] >= since]
        rows = kept[offset : offset + limit]
        return in_json(
            {"orders": rows, "total": len(kept), "limit": limit, "offset": offset, "href": "x"}
        )

    @route("GET", f"{_FULFILLMENT}/order/{{number}}")
    def show_order(self, asked: Asked, number: str) -> Said:
        """Show an order."""
        return in_json(_of(self.orders, number))

    def ship(self, number: str, carrier: str, tracking: str, at: str) -> None:
        """Let a package of an order leave."""
        path = f"{_FULFILLMENT}/order/{number}/shipping_fulfillment"
        parcel = {
            "fulfillmentId": tracking,
            "lineItems": [{"lineItemId": f"{number}-1", "quantity": 1}],
            "shipmentTrackingNumber": tracking,
            "shippingCarrierCode": carrier,
            "shippedDate": at,
        }
        self.parcels.setdefault(number, []).append(parcel)
        hrefs = self.orders[number].setdefault("fulfillmentHrefs", [])
        hrefs.append(f"https://api.ebay.com{path}/{tracking}")

    @route("GET", f"{_FULFILLMENT}/order/{{number}}/shipping_fulfillment")
    def list_parcels(self, asked: Asked, number: str) -> Said:
        """Show the packages of an order."""
        _of(self.orders, number)
        parcels = self.parcels.get(number, [])
        return in_json({"fulfillments": parcels, "total": len(parcels), "warnings": []})

    @route("GET", f"{_FULFILLMENT}/payment_dispute_summary")
    def list_disputes(self, asked: Asked) -> Said:
        """Show a page of disputes; the choices only stand in each by itself."""
        limit, offset = _paging(asked, {"payment_dispute_status", "limit", "offset"})
        states = set(asked.every("payment_dispute_status")) or _DISPUTE_STATES
        if states - _DISPUTE_STATES:
            raise Refused(_error(400, 33000, "The status is not valid."))
        kept = [each for each in self.disputes.values() if each["paymentDisputeStatus"] in states]
        rows = [
            {name: value for name, value in each.items() if name != "availableChoices"}
            for each in kept[offset : offset + limit]
        ]
        return in_json(
            {
                "paymentDisputeSummaries": rows,
                "total": len(kept),
                "limit": limit,
                "offset": offset,
                "href": "x",
            }
        )

    @route("GET", f"{_FULFILLMENT}/payment_dispute/{{number}}")
    def show_dispute(self, asked: Asked, number: str) -> Said:
        """Show a dispute."""
        return in_json(_of(self.disputes, number))

    @route("GET", f"{_POST_ORDER}/inquiry/search")
    def list_inquiries(self, asked: Asked) -> Said:
        """Show the inquiries."""
        self._searched(asked, {"inquiry_status"})
        kept = list(self.inquiries.values())
        if asked.one("inquiry_status") == "OPEN":
            kept = [each for each in kept if each["inquiryStatusEnum"] not in _OVER]
        return in_json({"members": kept})

    @route("GET", f"{_POST_ORDER}/return/search")
    def list_returns(self, asked: Asked) -> Said:
        """Show the returns."""
        self._searched(asked, {"return_state"})
        kept = list(self.returns.values())
        if asked.one("return_state") == "ALL_OPEN":
            kept = [each for each in kept if each["state"] not in _OVER]
        return in_json({"members": kept})

    @route("GET", f"{_POST_ORDER}/cancellation/search")
    def list_cancellations(self, asked: Asked) -> Said:
        """Show the cancellations."""
        self._searched(asked, {"role"})
        return in_json({"cancellations": list(self.cancellations.values())})

    @route("GET", f"{_POST_ORDER}/inquiry/{{number}}")
    def show_inquiry(self, asked: Asked, number: str) -> Said:
        """Show an inquiry; its parts stand elsewhere than in the list."""
        self._searched(asked, set())
        one = _of(self.inquiries, number)
        return in_json({"inquiryId": number, "status": one["inquiryStatusEnum"]})

    @route("GET", f"{_POST_ORDER}/return/{{number}}")
    def show_return(self, asked: Asked, number: str) -> Said:
        """Show a return."""
        self._searched(asked, set())
        return in_json({"summary": _of(self.returns, number), "detail": {}})

    @route("GET", f"{_POST_ORDER}/cancellation/{{number}}")
    def show_cancellation(self, asked: Asked, number: str) -> Said:
        """Show a cancellation."""
        self._searched(asked, set())
        return in_json({"cancelDetail": _of(self.cancellations, number)})

    def _searched(self, asked: Asked, known: set[str]) -> None:
        """Refuse what Post-Order does: where there is none, and unknown parameters."""
        if not self.post_order:
            raise Refused(_error(404, 2002, "Resource not found"))
        if {name for name, _value in asked.query} - known - {"limit", "offset", "sort"}:
            raise Refused(_error(400, 1616, "Unknown parameters."))
        limit = asked.one("limit", "25")
        if not limit.isdigit() or not 1 <= int(limit) <= _MOST:
            raise Refused(_error(400, 1616, "The limit is not valid."))


def _of(rows: dict[str, dict[str, Any]], number: str) -> dict[str, Any]:
    """Return the row of a number."""
    if number not in rows:
        raise Refused(_error(404, 32100, "There is nothing of that number."))
    return rows[number]


def _paging(asked: Asked, known: set[str]) -> tuple[int, int]:
    """Return limit and offset; refuse what a query may not hold."""
    limit, offset = asked.one("limit", "50"), asked.one("offset", "0")
    good = limit.isdigit() and offset.isdigit() and 1 <= int(limit) <= _MOST
    if not good or int(offset) % int(limit) or {name for name, _value in asked.query} - known:
        raise Refused(_error(400, 30700, "The paging is not valid."))
    return int(limit), int(offset)


def _error(status: int, number: int, message: str) -> Said:
    """Return an error as eBay words it."""
    said = {"errorId": number, "category": "REQUEST", "message": message}
    return in_json({"errors": [said]}, status)
