"""`inbox reply`: a text or a canned response into the outbox, from where the engine sends it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.filling import ORDER
from inbox.cli.output import Failed, local, one_line, print_json, say, tell
from inbox.cli.scheduling import held_words, wished
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from connectors.values import OutgoingFile
    from inbox.core.model import ConversationUid, OutboxItem
    from inbox.core.scheduling import Wish
    from inbox.view.addressing import Addressees
    from inbox.view.reply_parts import ReplyParts

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is to be sent, before it is queued."""

    text: str
    after: Mapping[str, str] = field(default_factory=dict)
    canned: str = ""
    """The shortcode of the response it was made from."""
    files: Sequence[OutgoingFile] | None = None
    """What goes along; None: the files of the draft."""
    typed: bool = False
    """Whether the seller wrote it just now, so that it stands nowhere else."""


@click.command(
    "reply",
    help=_(
        "Answer the conversation ID. The reply goes into the outbox; a running inbox or the next"
        " sync sends it once the time to undo is over, or at the time that --at names.\n\n"
        "Without --text and --canned your editor opens. Without a terminal --yes is needed."
    ),
)
@click.argument("uid", metavar="ID")
@click.option("--text", metavar="FILE|-", help=_("The text: a file, or - for the input."))
@click.option("--canned", metavar="NAME", help=_("A canned response, filled in."))
@click.option("--var", "pairs", multiple=True, metavar="NAME=VALUE", help=_("Fill one in."))
@ORDER
@click.option("--language", default="", help=_("The language of the canned response."))
@click.option("--attach", "paths", multiple=True, metavar="FILE", help=_("A file that goes along."))
@click.option("--at", "when", metavar="WHEN", help=_("Let it leave later."))
@click.option("--all", "everyone", is_flag=True, help=_("To all who got the mail."))
@click.option("--as", "form", metavar="NAME", help=_("As what its service has beside answers."))
@click.option("--yes", is_flag=True, help=_("Do not ask before it is queued."))
@click.option("--no-delay", is_flag=True, help=_("Leave no time to undo."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def reply(
    session: Session,
    *,
    uid: str,
    text: str | None,
    canned: str | None,
    pairs: Sequence[str],
    order: str | None,
    language: str,
    paths: Sequence[str],
    when: str | None,
    everyone: bool,
    form: str | None,
    yes: bool,
    no_delay: bool,
    as_json: bool,
) -> None:
    """Queue an answer."""
    refuse_contradiction(text, canned, pairs, order)
    refuse_unasked(yes=yes, given=text is not None or canned is not None)
    with session.store.read() as tx:
        (conversation,) = session.resolve(tx, [uid])
    wish = None if when is None else wished(session, conversation, when)
    if canned is not None:
        written = of_canned(session, conversation, canned, pairs, language=language, order=order)
    elif text is not None:
        written = Written(text=read_text(text))
    else:
        written = of_editor(session, conversation)
    files = files_at(paths)
    if files or not written.typed:
        written = replace(written, files=files)
    queue(
        session,
        conversation,
        written,
        when=wish,
        ask=not yes,
        delay=not no_delay,
        everyone=everyone,
        form=form,
        json=as_json,
    )


def queue(
    session: Session,
    conversation: ConversationUid,
    written: Written,
    *,
    when: Wish | None,
    ask: bool,
    delay: bool = True,
    everyone: bool = False,
    form: str | None = None,
    json: bool,
) -> None:
    """Put what was written into the outbox and say what happens next with it.

    `form` None: as the draft that was gone on with was to leave.
    """
    form = _form_of(session, conversation, written, form)
    to = _chosen(session, conversation) if written.typed and not everyone else None
    with _words_kept(session, conversation, written):
        if ask and not _agreed(session, conversation, written, to, everyone=everyone, form=form):
            raise click.Abort
        item = session.triage.reply(
            conversation,
            written.text,
            delay=delay,
            after=written.after or None,
            files=written.files,
            when=when,
            to=to,
            everyone=everyone,
            form=form,
        )
    note_use(session, written)
    warn(session, item, written.text)
    report(session, item, as_json=json)


def note_use(session: Session, written: Written) -> None:
    """Count the canned response that a mail was made from, so that it is offered sooner."""
    if written.canned:
        from inbox.store import canned_use

        with session.store.write() as tx:
            canned_use.used(tx, written.canned, session.clock())


def warn(session: Session, item: OutboxItem, text: str) -> None:
    """Say what was forgotten, or is taken badly by the service; there is time to undo."""
    from inbox.store import conversations
    from inbox.view.policy import warnings_of
    from inbox.view.replying import doubt_of, forgotten_file

    if item.reply.interim:
        tell(_("It only says that an answer will follow: one stays owed."))
    with session.store.read() as tx:
        service = conversations.get(tx, item.conversation).service
        doubt = doubt_of(tx, item.conversation)
    forgotten = forgotten_file(item.reply.text, item.reply.files)
    for warning in filter(None, (doubt, forgotten, *warnings_of(service, text))):
        tell(one_line(warning))


def refuse_contradiction(
    text: str | None, canned: str | None, pairs: Sequence[str], order: str | None
) -> None:
    """Raise UsageError for options that do not go together."""
    if text is not None and canned is not None:
        raise click.UsageError(_("Give --text or --canned, not both."))
    if pairs and canned is None:
        raise click.UsageError(_("--var fills in a --canned response."))
    if order is not None and canned is None:
        raise click.UsageError(_("--order is for a --canned response."))


def refuse_unasked(*, yes: bool, given: bool = True) -> None:
    """Raise UsageError where without a terminal the words, or the word to send, are not given."""
    if on_terminal():
        return
    if not given:
        raise click.UsageError(_("Without a terminal, give --text FILE, --text - or --canned."))
    if not yes:
        raise click.UsageError(_("Without a terminal nobody can be asked: add --yes."))


def read_text(name: str) -> str:
    """Return the text of a file, or of the input for `-`; wrong usage if it is none."""
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else Path(name).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as broken:
        said = _("The text cannot be read: {file}: {why}.")
        raise click.UsageError(said.format(file=name, why=broken.strerror)) from broken
    except UnicodeDecodeError as broken:
        raise click.UsageError(_("The text is not UTF-8: {}.").format(name)) from broken
    if len(raw) > _MOST_BYTES:
        raise click.UsageError(_("The text is too long to be a reply: {}.").format(name))
    return text.replace("\r\n", "\n")


def of_editor(session: Session, conversation: ConversationUid) -> Written:
    """Return what the seller wrote in their editor, beginning with the draft."""
    from inbox.editor import edit

    session.triage.reply_parts(conversation)  # says now, not after the work, if nobody can answer
    draft = session.triage.draft(conversation)
    text = edit(
        draft.text if draft is not None else "",
        session.locations,
        session.environ,
        command=session.config.settings.editor,
    )
    return Written(text=text, typed=True)


def of_canned(
    session: Session,
    conversation: ConversationUid,
    name: str,
    pairs: Sequence[str],
    *,
    language: str,
    order: str | None,
) -> Written:
    """Return a canned response filled in; asks for what is missing, or fails naming it."""
    from inbox.cli.filling import Filler, given_values

    values = given_values(pairs)
    filler = Filler(session, name, conversation, language, order)
    filler.choose_order(values)
    filled = filler.filled(values)
    asked: dict[str, str] = {}
    if filled.missing and on_terminal():
        asked = {each: str(click.prompt(each, err=True)) for each in filled.missing}
        filled = filler.filled({**values, **asked})
    if filled.missing:
        missing = ", ".join(filled.missing)
        hint = " ".join(f"--var {each}=..." for each in filled.missing)
        said = _("The reply still holds places to fill in: {missing}.\nFill them in: {hint}")
        raise Failed(said.format(missing=missing, hint=hint))
    return Written(
        text=filled.text,
        after=filler.response.after,
        canned=filler.response.shortcode,
        typed=bool(asked),
    )


def files_at(paths: Sequence[str]) -> tuple[OutgoingFile, ...]:
    """Return the files to send; wrong usage for one that cannot be read."""
    from inbox.files import FileRefused, outgoing

    try:
        return tuple(outgoing(Path(path)) for path in paths)
    except FileRefused as refused:
        raise click.UsageError(refused.sentence) from refused


def _chosen(session: Session, conversation: ConversationUid) -> Addressees | None:
    """Return whom the draft goes to that was gone on with; None: whoever is answered."""
    from inbox.view.addressing import typed_in

    draft = session.triage.draft(conversation)
    return typed_in(draft) if draft is not None else None


def _form_of(
    session: Session, conversation: ConversationUid, written: Written, given: str | None
) -> str:
    """Return in which form it leaves, "" for an answer: as given, else as its draft was to."""
    if given is not None:
        return "" if given == "answer" else given
    draft = session.triage.draft(conversation) if written.typed else None
    return draft.form if draft is not None else ""


def _agreed(
    session: Session,
    conversation: ConversationUid,
    written: Written,
    to: Addressees | None,
    *,
    everyone: bool,
    form: str,
) -> bool:
    """Show what would go out, to whom, and return whether the seller agrees."""
    from inbox.view.addressing import Addressees, addressed_by
    from inbox.view.reply_forms import form_named, form_words

    parts = session.triage.reply_parts(conversation, everyone=everyone)
    if form:
        tell(_("Sent as: {}").format(one_line(form_words(form_named(parts, form)))))
    parts = addressed_by(parts, to or Addressees())
    names = [file.name for file in written.files or ()]
    return agreed(parts, parts.subject, written.text, names)


def agreed(parts: ReplyParts, subject: str, text: str, names: Sequence[str]) -> bool:
    """Show a mail with its files' names, and return whether the seller agrees to it."""
    tell(_("From: {}").format(one_line(f"{parts.sender.name} <{parts.sender.address}>")))
    tell(_("To: {}").format(", ".join(one_line(each.address) for each in parts.recipients)))
    if parts.cc:
        tell(_("Cc: {}").format(", ".join(one_line(each.address) for each in parts.cc)))
    if parts.bcc:
        tell(_("Bcc: {}").format(", ".join(one_line(each.address) for each in parts.bcc)))
    tell(_("Subject: {}").format(one_line(subject)))
    tell("")
    tell(text)
    tell("")
    for name in names:
        tell(_("Attached: {}").format(one_line(name)))
    return click.confirm(_("Send it?"), default=True, err=True)


@contextmanager
def _words_kept(
    session: Session, conversation: ConversationUid, written: Written
) -> Iterator[None]:
    """Keep what the seller typed as the draft if it is not queued after all."""
    try:
        yield
    except BaseException:
        if written.typed and written.text.strip():
            session.triage.save_draft(conversation, written.text)
            tell(_("Not sent. Your text is kept as the draft."))
        raise


def report(session: Session, item: OutboxItem, *, as_json: bool) -> None:
    """Say what happens next with the reply."""
    if as_json:
        from inbox.view import outbox

        with session.store.read() as tx:
            print_json(outbox.as_json(outbox.row_of(tx, item.key, session.book)), session.zone)
        return
    say(item.key)
    if item.awaits:
        count = len(item.awaits)
        said = ngettext(
            "It waits for {n} file, which is fetched first, and leaves with it.",
            "It waits for {n} files, which are fetched first, and leaves with them.",
            count,
        )
        tell(said.format(n=count))
    if held := held_words(session, item):
        tell(held)
    elif item.schedule is None and item.send_after > session.clock():
        at = f"{local(item.send_after, session.zone):%H:%M:%S}"
        tell(_('Queued. Until {} it can be taken back: "inbox undo".').format(at))
    else:
        tell(_("Queued."))
    if item.schedule is not None and session.link is None:
        said = _('It leaves only while an inbox or "inbox sync --watch" runs; else with the next.')
        tell(said)
    elif session.link is not None:
        tell(_("The inbox that is running sends it then."))
    else:
        tell(_('No inbox is running: the next "inbox sync" sends it.'))
