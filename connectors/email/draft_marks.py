"""The header by which a draft of ours is known in the Drafts folder. Pure.

It says whose draft a mail is, in which version, and a digest of the rest of the mail: some
programs change a draft and keep every header of it, ours too.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from connectors.email.headers import Fields
from connectors.email.reply_keys import KEY_HEADER

DRAFT_HEADER = "X-Seller-Inbox-Draft"
FIELDS = f"BODY.PEEK[HEADER.FIELDS ({DRAFT_HEADER.upper()} MESSAGE-ID IN-REPLY-TO)]"
"""What of a mail `Written.of` reads."""
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Written:
    """What the head of a mail in the Drafts folder tells of whose draft it is."""

    mark: str
    id: str
    answers: str
    size: int

    @classmethod
    def of(cls, head: bytes, size: int | None) -> Written:
        """Return that of a mail with these header lines."""
        fields = Fields(head)
        return cls(
            fields.plain(DRAFT_HEADER.lower()) if DRAFT_HEADER.lower() in fields else "",
            next(iter(fields.ids("message-id")), ""),
            next(iter(fields.ids("in-reply-to")), ""),
            size or 0,
        )

    def is_marked(self, name: str) -> bool:
        """Return whether it bears the mark of the draft of that name."""
        return self.mark.startswith(f"{name}/")

    def has_our_id(self, name: str) -> bool:
        """Return whether its Message-ID is one that we give that draft."""
        return self.id.startswith(f"draft.{name}.")

    @property
    def digest(self) -> str:
        """The digest in its mark, "" where an older version of ours put it there."""
        return self.mark.partition("/")[2].partition("/")[2]


def marked(raw: bytes, name: str, version: str) -> bytes:
    """Return a mail as our draft: it is no reply of ours yet, so it carries no key of one."""
    plain = _without(raw, KEY_HEADER)
    return f"{DRAFT_HEADER}: {name}/{version}/{digest_of(plain)}\r\n".encode() + plain


def digest_of(raw: bytes) -> str:
    """Return a name for all that a mail says but for our own mark."""
    said = _without(raw, DRAFT_HEADER).replace(b"\r\n", b"\n").rstrip()
    return sha256(said).hexdigest()[:_DIGITS]


def _without(raw: bytes, header: str) -> bytes:
    """Return a mail without a header that stands on one line."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    start = f"{header}:".lower().encode()
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(start)]
    return b"\r\n".join(lines) + blank + body
