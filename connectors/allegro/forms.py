"""What can be said in Allegro's disputes and claims beside a plain message. Values only.

Not here is the return with a label of the seller's own: Allegro takes that
message and leaves the label out of it (github.com/allegro/allegro-api/issues/13388).
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.forms import ReplyForm
from connectors.values import Kind

_DISPUTE, _CLAIM = frozenset({Kind.DISPUTE}), frozenset({Kind.CLAIM})

FORMS = (
    ReplyForm(
        name="end-request",
        title="Request to end the discussion",
        help="Your words reach the buyer as a request to end it.",
        about=_DISPUTE,
    ),
    ReplyForm(
        name="return-needed",
        title="The item must come back",
        help="The buyer sends it back, without a label of yours; the claim is not decided by it.",
        about=_CLAIM,
    ),
    ReplyForm(
        name="no-return-needed",
        title="The item need not come back",
        help="The buyer keeps it; the claim is not decided by it.",
        about=_CLAIM,
    ),
)

TYPES: Mapping[str, str] = {
    "": "REGULAR",
    "end-request": "END_REQUEST",
    "return-needed": "RETURN_REQUIRED_CUSTOM",
    "no-return-needed": "RETURN_NOT_REQUIRED",
}
"""What Allegro calls each."""
