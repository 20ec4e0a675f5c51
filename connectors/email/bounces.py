"""Whether a mail says that one of ours came back: which one, for whom, and why. Pure.

Reports in the form of RFC 3464 are read, and the free-form ones of servers
that know none. A mail is only believed to be a notice if its header says that
a machine sent it; a delay, a receipt and a holiday note are none. What a
notice says of our mail is taken from the header it gives back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from connectors.email.headers import Fields, opened
from connectors.email.parts import Leaf
from connectors.email.reply_keys import key_of
from connectors.values import Bounce, Party

_READ = 64 * 1024
"""Bytes of one part that are looked at."""
_REASON_LIMIT = 300
_RECIPIENTS_LIMIT = 10
_NAMES_LIMIT = 4
_STATUS_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_MACHINES = re.compile(r"(?i)(?:mailer-?daemon|postmaster|mail-?er|microsoftexchange\w*)(?:@.*)?")
_FAILED_SUBJECT = re.compile(
    r"(?i)undeliver|failure|failed|returned mail|returning message|rejected|not (?:be )?delivered"
    r"|unzustellbar|nicht zugestellt|non remis|échec|non distribu|no se pudo entregar|no entregado"
    r"|mancato recapito|mancata consegna|impossibile recapitare|não entregue|falha|onbestelbaar"
    r"|niedostarczon|nie dostarczono|nelivrat|не доставлен|недоставлен|не доставлено"
    r"|nedoručiteln|nedoručen|kan inte levereras|kunne ikke leveres|toimitus epäonnistui"
    r"|无法投递|退信|無法傳遞|配信不能|반송|teslim edilemedi|αποτυχία"
)
_DELAYED = re.compile(
    r"(?i)delay|warning|still being retried|verzöger|retard|retras|ritard|opóźn|vertrag"
)
_ANSWER = re.compile(
    r"(?<![\d.])(?:5\d\d[ -]{1,2}#?(?:5\.\d{1,3}\.\d{1,3}\b)?|5\.\d{1,3}\.\d{1,3}\b)[^\n]{3,200}"
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,64}@[A-Za-z0-9.-]{3,255}")
_HEADER_IN_TEXT = re.compile(
    r"(?im)^[> \t]{0,6}(message-id|x-seller-inbox-key):[ \t]*<?([^\s<>]{3,250})>?[ \t]*$"
)
_KINDS = {
    "1.1": "There is no such address.",
    "1.2": "There is no such mail domain.",
    "1.3": "The address is not formed rightly.",
    "1.10": "There is no such address.",
    "2.1": "The mailbox is closed.",
    "2.2": "The mailbox is full.",
    "2.3": "The mail is too large.",
    "3.4": "The mail is too large.",
    "4.1": "Their mail server did not answer.",
    "4.4": "Their mail server could not be found.",
    "4.7": "Their mail server did not take it in time.",
    "7.1": "Their mail server does not want it.",
    "7.26": "Their mail server does not believe that it comes from you (SPF, DKIM, DMARC).",
}
"""What RFC 3463's codes mean to a seller, by what follows their first digit."""


def bounce_of(
    fields: Fields, media_type: str, sender: Party, leaves: Sequence[Leaf], text: str
) -> Bounce | None:
    """Return what a notice says of a mail of ours that came back, None if this is none.

    `text` is what a person reads of the notice.
    """
    machine = _MACHINES.fullmatch(sender.address) is not None
    report = media_type == "multipart/report" or fields.raw("return-path") == b"<>"
    if not machine and not report and "x-failed-recipients" not in fields:
        return None
    statuses = [leaf for leaf in leaves if leaf.media_type in _STATUS_REPORTS]
    if statuses:
        failed = [group for leaf in statuses for group in _groups(leaf) if _has_failed(group)]
        if not failed:
            return None
        recipients = [address for group in failed if (address := _recipient(group))]
        reason = _reason(failed[0], text)
    elif _says_failed(fields, machine=machine):
        recipients = _ADDRESS.findall(fields.plain("x-failed-recipients"))
        recipients = recipients or _ADDRESS.findall(_above_copy(text))
        reason = _reason(None, text)
    else:
        return None
    names = _names(fields, leaves, text)
    return Bounce(names, tuple(dict.fromkeys(recipients))[:_RECIPIENTS_LIMIT], reason)


def receipted(media_type: str, leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """Return the Message-IDs of the mail that a receipt is about: some have no other link."""
    if media_type != "multipart/report":
        return ()
    receipts = (leaf for leaf in leaves if leaf.media_type == "message/disposition-notification")
    groups = (group for leaf in receipts for group in _groups(leaf))
    return tuple(name for group in groups for name in group.ids("original-message-id"))[:1]


def _says_failed(fields: Fields, *, machine: bool) -> bool:
    """Return whether a notice without a report says that it is about a failure."""
    subject = fields.text("subject")
    if _DELAYED.search(subject):
        return False
    return "x-failed-recipients" in fields or (
        machine and _FAILED_SUBJECT.search(subject) is not None
    )


def _groups(leaf: Leaf) -> Iterator[Fields]:
    """Yield a report's groups of fields: one about the mail, then one for each recipient."""
    content = leaf.content()[:_READ].replace(b"\r\n", b"\n")
    for block in re.split(rb"\n[ \t]*\n", content):
        if fields := Fields(block.lstrip(b"\n") + b"\n"):
            yield fields


def _has_failed(group: Fields) -> bool:
    """Return whether a recipient's group says that the mail will not reach them."""
    return group.plain("action").strip().lower() == "failed"


def _recipient(group: Fields) -> str:
    """Return the address that a group is about: the one we wrote to, where it says that."""
    for name in ("original-recipient", "final-recipient"):
        found = _ADDRESS.search(group.text(name).partition(";")[2])
        if found is not None:
            return found[0]
    return ""


def _reason(group: Fields | None, text: str) -> str:
    """Return why it came back: in our words where the code tells, then in the server's."""
    said = group.text("diagnostic-code").partition(";")[2].strip() if group else ""
    status = group.plain("status").strip() if group else ""
    if not said:
        found = _ANSWER.search(_above_copy(text))
        said = found[0].strip(" ()") if found else ""
    if not status:
        coded = re.search(r"(?<![\d.])5\.(\d{1,3}\.\d{1,3})(?![\d.])", said)
        status = coded[0] if coded else ""
    kind = _KINDS.get(status.partition(".")[2], "")
    return " ".join(f"{kind} {said}".split())[:_REASON_LIMIT] or "Their mail server sent it back."


def _above_copy(text: str) -> str:
    """Return a notice's own words: what stands above the header that it gives back."""
    copy = re.search(r"(?im)^[> \t]{0,6}(?:return-path|received|from|message-id):", text)
    return text[: copy.start() if copy else _READ]


def _names(fields: Fields, leaves: Sequence[Leaf], text: str) -> tuple[str, ...]:
    """Return what the mail that came back is called: its key and Message-ID, in their order."""
    found: list[str] = []
    for leaf in leaves:
        if leaf.media_type not in _RETURNED:
            continue
        content = leaf.content()[:_READ].replace(b"\r\n", b"\n").lstrip(b"\n")
        block, _body = opened(content)
        key = key_of(block.plain("x-seller-inbox-key"))
        found += [*([key] if key else []), *block.ids("message-id")]
    if not found:
        # The copy's header stands at its beginning; where much stands above it, near the end.
        ends = text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"
        found += [name for _, name in sorted(_HEADER_IN_TEXT.findall(ends), reverse=True)]
    if not found:
        found += fields.ids("in-reply-to") or fields.ids("references")[-1:]
    return tuple(dict.fromkeys(found))[:_NAMES_LIMIT]
