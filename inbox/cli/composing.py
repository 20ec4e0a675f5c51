"""`inbox compose` and `inbox forward`: mails that answer nothing, into the outbox like a reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from inbox.cli.answers import (
    Written,
    agreed,
    files_at,
    note_use,
    of_canned,
    read_text,
    refuse_contradiction,
    refuse_unasked,
    report,
    warn,
)
from inbox.cli.filling import ORDER
from inbox.cli.output import tell
from inbox.cli.scheduling import wished
from inbox.cli.session import Session
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from inbox.core.model import ConversationUid, MessageUid, OutboxItem
    from inbox.view.addressing import Addressees

_SHARED = (
    click.option("--to", required=True, multiple=True, metavar="ADDRESS", help=_("To whom.")),
    click.option("--cc", multiple=True, metavar="ADDRESS", help=_("Who gets it too.")),
    click.option("--bcc", multiple=True, metavar="ADDRESS", help=_("The same, in secret.")),
    click.option("--text", metavar="FILE|-", help=_("The text: a file, or - for the input.")),
    click.option("--canned", metavar="NAME", help=_("A canned response, filled in.")),
    click.option("--var", "pairs", multiple=True, metavar="NAME=VALUE", help=_("Fill one in.")),
    ORDER,
    click.option("--language", default="", help=_("The language of the canned response.")),
    click.option(
        "--attach", "paths", multiple=True, metavar="FILE", help=_("A file that goes along.")
    ),
    click.option("--at", "when", metavar="WHEN", help=_("Let it leave later.")),
    click.option("--yes", is_flag=True, help=_("Do not ask before it is queued.")),
    click.option("--no-delay", is_flag=True, help=_("Leave no time to undo.")),
    click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md.")),
)


_HANDED_ON = (
    *("canned", "pairs", "order", "language", "paths", "when"),
    *("yes", "no_delay", "as_json"),
)
_TAKEN = frozenset({"to", "cc", "bcc", "text", *_HANDED_ON})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What both commands are told."""

    to: Addressees
    text: str | None
    canned: str | None
    pairs: Sequence[str]
    order: str | None
    language: str
    paths: Sequence[str]
    when: str | None
    yes: bool
    no_delay: bool
    as_json: bool


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with the options that both have, which it gets as one value."""

    @click.pass_obj
    def run(session: Session, /, **asked: Any) -> None:
        own = {name: value for name, value in asked.items() if name not in _TAKEN}
        text, canned = asked["text"], asked["canned"]
        refuse_contradiction(text, canned, asked["pairs"], asked["order"])
        refuse_unasked(yes=asked["yes"])
        given = _Given(
            to=_addressees(asked["to"], asked["cc"], asked["bcc"]),
            text=None if text is None else read_text(text),
            **{name: asked[name] for name in _HANDED_ON},
        )
        command(session, given, **own)

    shared: Callable[..., None] = run
    for option in reversed(_SHARED):
        shared = option(shared)
    return shared


@click.command(
    "compose",
    help=_(
        "Write a new mail. It goes into the outbox as a reply does, and becomes a conversation of"
        " its own.\n\n"
        "Without --text and --canned your editor opens. Without a terminal --yes is needed."
    ),
)
@click.option("--account", metavar="NAME", help=_("From which account; else the first that can."))
@click.option("--subject", default="", help=_("What it is about."))
@_shared
def compose(session: Session, given: _Given, *, account: str | None, subject: str) -> None:
    """Queue a mail that answers nothing."""
    refuse_unasked(yes=given.yes, given=given.text is not None or given.canned is not None)
    typed = given.text is None and given.canned is None
    uid = session.account(account).uid if account is not None else None
    begun = session.triage.begin(uid, given.to, subject=subject, text=given.text or "")
    with _litter_kept(session, begun, typed=typed):
        _refuse_unaddressed(session, begun, given.to)
        _attach(session, begun, given.paths)
        written = _words(session, begun, given)
        if typed:
            written = Written(text=_edited(session, begun, subject, given))
        item = _sent(session, begun, subject, written, given)
    _told(session, item, written, given)


@click.command(
    "forward",
    help=_(
        "Pass a message of the conversation ID on: the last that came in, or --message. Its words"
        " go below yours (--text, --canned), its files along. It answers nobody: what is owed"
        " stays owed.\n\n"
        "Without a terminal --yes is needed."
    ),
)
@click.argument("uid", metavar="ID")
@click.option("--message", metavar="MESSAGE", help=_("The id of the message, from show --json."))
@click.option("--whole", is_flag=True, help=_("The mail as a file, with all its headers."))
@_shared
def forward(session: Session, given: _Given, *, uid: str, message: str | None, whole: bool) -> None:
    """Queue a mail that passes another on."""
    with session.store.read() as tx:
        (conversation,) = session.resolve(tx, [uid])
    chosen = _message(session, conversation, message)
    begun = session.triage.forward(
        conversation, chosen, to=given.to, whole=whole, zone=session.zone
    )
    with _litter_kept(session, begun, typed=False):
        _refuse_unaddressed(session, begun, given.to)
        _attach(session, begun, given.paths)
        written, draft = _words(session, begun, given), session.triage.draft(begun)
        subject, passed = (draft.subject, draft.text) if draft is not None else ("", "")
        above = written.text.rstrip()
        written = replace(written, text=f"{above}\n\n{passed}" if above else passed)
        item = _sent(session, begun, subject, written, given)
    _told(session, item, written, given)


def _addressees(to: Sequence[str], cc: Sequence[str], bcc: Sequence[str]) -> Addressees:
    from inbox.view.addressing import Addressees

    return Addressees(", ".join(to), ", ".join(cc), ", ".join(bcc))


def _refuse_unaddressed(session: Session, begun: ConversationUid, to: Addressees) -> None:
    """Raise why it can go to nobody, before anything is written or fetched."""
    from inbox.view.addressing import addressed_by, unaddressable

    refused = unaddressable(addressed_by(session.triage.reply_parts(begun), to))
    if refused is not None:
        raise refused


def _message(
    session: Session, conversation: ConversationUid, wanted: str | None
) -> MessageUid | None:
    """Return the message of that id or its beginning; wrong usage if there is none."""
    from inbox.store import messages

    if wanted is None:
        return None
    with session.store.read() as tx:
        found = [head.uid for head in messages.heads(tx, conversation)]
    matching = [uid for uid in found if uid.startswith(wanted.strip().lower())]
    if len(matching) != 1:
        raise click.UsageError(
            _("There is no such message in this conversation: {}.").format(wanted)
        )
    return matching[0]


def _words(session: Session, begun: ConversationUid, given: _Given) -> Written:
    """Return the words that were given, or those of a canned response for whom it goes to."""
    if given.canned is None:
        return Written(text=given.text or "")
    return of_canned(
        session, begun, given.canned, given.pairs, language=given.language, order=given.order
    )


def _attach(session: Session, begun: ConversationUid, paths: Sequence[str]) -> None:
    for file in files_at(paths):
        session.triage.attach(begun, file)


def _edited(session: Session, begun: ConversationUid, subject: str, given: _Given) -> str:
    """Return what the seller wrote in their editor, kept as the draft."""
    from inbox.editor import edit

    parts = session.triage.reply_parts(begun)
    signature = parts.signature.strip()
    text = edit(
        f"\n\n{signature}" if signature else "",
        session.locations,
        session.environ,
        command=session.config.settings.editor,
    )
    session.triage.save_draft(begun, text, subject, given.to)
    return text


def _sent(
    session: Session, begun: ConversationUid, subject: str, written: Written, given: _Given
) -> OutboxItem:
    """Queue the mail, after a question unless there is none to ask."""
    from inbox.view.addressing import addressed_by

    wish = None if given.when is None else wished(session, begun, given.when)
    if not given.yes:
        parts = addressed_by(session.triage.reply_parts(begun), given.to)
        names = [each.name for each in session.triage.draft_files(begun)]
        if not agreed(parts, subject, written.text, names):
            raise click.Abort
    return session.triage.reply(
        begun,
        written.text,
        subject=subject,
        delay=not given.no_delay,
        after=written.after,
        to=given.to,
        when=wish,
    )


def _told(session: Session, item: OutboxItem, written: Written, given: _Given) -> None:
    note_use(session, written)
    warn(session, item, written.text)
    report(session, item, as_json=given.as_json)


@contextmanager
def _litter_kept(session: Session, begun: ConversationUid, *, typed: bool) -> Iterator[None]:
    """Keep what the seller typed as a draft if it is not queued after all; else nothing of it."""
    try:
        yield
    except BaseException:
        draft = session.triage.draft(begun)
        if typed and draft is not None and draft.text.strip():
            tell(_("Not sent. Your text is kept as the draft of {}.").format(begun))
        else:
            session.triage.forget_draft(begun)
        raise
