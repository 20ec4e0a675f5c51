"""`inbox done` and its like: the seller's word on conversations, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from inbox.cli.output import one_line, print_json, tell
from inbox.cli.session import Session
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.triage import Triage, Undone

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_IDS = click.argument("ids", metavar="ID...", nargs=-1, required=True)


def _verb(
    name: str,
    summary: str,
    act: Callable[[Triage, list[ConversationUid]], object],
    became: Callable[[], str],
    *,
    ends: bool = False,
) -> click.Command:
    """Return the command that does one thing to conversations and says what they became.

    `became` is asked when it was done: only then is the seller's language known.
    `ends`: it ends our own promise, and whose clock goes on is told.
    """

    @click.command(name, help=summary)
    @_IDS
    @_JSON
    @click.pass_obj
    def verb(session: Session, *, ids: Sequence[str], as_json: bool) -> None:
        uids = resolved(session, ids)
        act(session.triage, uids)
        report(session, uids, became(), as_json=as_json)
        if ends and not as_json:
            _report_owed(session, uids)

    return verb


done = _verb(
    "done",
    _("Mark conversations as done; a service's own clock goes on."),
    lambda triage, uids: triage.done(uids),
    lambda: _("done"),
    ends=True,
)
reopen = _verb(
    "reopen",
    _("Open conversations again that were done."),
    lambda triage, uids: triage.reopen(uids),
    lambda: _("open again"),
)
close = _verb(
    "close",
    _("Close conversations at their service, where it can be done; undo takes it back at first."),
    lambda triage, uids: triage.close(uids),
    lambda: _("closed"),
)


@click.command("no-reply-needed", help=_("Say that the last message there asks nothing."))
@_IDS
@_JSON
@click.pass_obj
def no_reply_needed(session: Session, *, ids: Sequence[str], as_json: bool) -> None:
    """Say that no reply is needed."""
    uids = resolved(session, ids)
    session.triage.no_reply_needed(uids)
    report(session, uids, _("no reply needed"), as_json=as_json)
    if not as_json:
        _report_owed(session, uids)
        _tell_services(session, uids)


@click.command(
    "not-a-buyer", help=_("Say that who wrote there is no buyer: what they write is never owed.")
)
@_IDS
@click.option("--domain", is_flag=True, help=_("The sender's whole domain."))
@_JSON
@click.pass_obj
def not_a_buyer(session: Session, *, ids: Sequence[str], domain: bool, as_json: bool) -> None:
    """Say that senders are no buyers."""
    uids = resolved(session, ids)
    session.triage.not_a_buyer(uids, domain=domain)
    report(session, uids, _("not a buyer"), as_json=as_json)


spam = _verb(
    "spam",
    _("Mark conversations as spam: only is:spam shows them."),
    lambda triage, uids: triage.spam(uids),
    lambda: _("spam"),
    ends=True,
)
not_spam = _verb(
    "not-spam",
    _("Bring conversations back from spam."),
    lambda triage, uids: triage.not_spam(uids),
    lambda: _("no spam"),
)
trash = _verb(
    "trash",
    _("Throw conversations away, at the service too; a service's own clock goes on."),
    lambda triage, uids: triage.trash(uids),
    lambda: _("thrown away"),
    ends=True,
)
untrash = _verb(
    "untrash",
    _("Bring conversations back from the trash."),
    lambda triage, uids: triage.untrash(uids),
    lambda: _("out of the trash"),
)


read = _verb(
    "read",
    _("Mark conversations read, at the service too where it keeps that."),
    lambda triage, uids: triage.read(uids),
    lambda: _("read"),
)
unread = _verb(
    "unread",
    _("Mark conversations unread, at the service too where it keeps that."),
    lambda triage, uids: triage.unread(uids),
    lambda: _("unread"),
)
star = _verb(
    "star", _("Star conversations."), lambda triage, uids: triage.star(uids), lambda: _("starred")
)
unstar = _verb(
    "unstar",
    _("Take the star off conversations."),
    lambda triage, uids: triage.unstar(uids),
    lambda: _("not starred"),
)
discard = _verb(
    "discard",
    _("Throw away what was begun there and not sent; undo brings it back for 30 days."),
    lambda triage, uids: triage.discard(uids),
    lambda: _("draft thrown away"),
)


@click.command("tag", help=_("Tag conversations with NAME."))
@click.argument("name")
@_IDS
@_JSON
@click.pass_obj
def tag(session: Session, *, name: str, ids: Sequence[str], as_json: bool) -> None:
    """Tag conversations."""
    uids = resolved(session, ids)
    session.triage.tag(uids, _tag_name(name))
    report(session, uids, _("tagged {}").format(name), as_json=as_json)


@click.command("untag", help=_("Take the tag NAME off conversations."))
@click.argument("name")
@_IDS
@_JSON
@click.pass_obj
def untag(session: Session, *, name: str, ids: Sequence[str], as_json: bool) -> None:
    """Take a tag off conversations."""
    uids = resolved(session, ids)
    session.triage.untag(uids, _tag_name(name))
    report(session, uids, _("no longer tagged {}").format(name), as_json=as_json)


@click.command("undo", help=_("Take back what was done last, here or on the screen."))
@_JSON
@click.pass_obj
def undo(session: Session, *, as_json: bool) -> None:
    """Take back the newest thing that can be."""
    undone = session.triage.undo()
    passed = len(undone.passed_over) if undone is not None else 0
    if passed:
        tell(
            ngettext(
                "{} reply has left already and stays sent.",
                "{} replies have left already and stay sent.",
                passed,
            ).format(passed)
        )
    _report_turn(session, undone, _("Taken back: {}."), _("Nothing to undo."), as_json=as_json)


@click.command("redo", help=_("Do again what was taken back last."))
@_JSON
@click.pass_obj
def redo(session: Session, *, as_json: bool) -> None:
    """Do the newest undone thing again."""
    redone = session.triage.redo()
    _report_turn(session, redone, _("Redone: {}."), _("Nothing to redo."), as_json=as_json)


def resolved(session: Session, ids: Sequence[str]) -> list[ConversationUid]:
    """Return the conversations of the ids, each once."""
    with session.store.read() as tx:
        return list(dict.fromkeys(session.resolve(tx, ids)))


def _tag_name(name: str) -> str:
    """Return the tag if it is one: a word that `tag:` can ask for."""
    if not name or not name.isprintable() or any(c.isspace() or c in ',"' for c in name):
        raise click.UsageError(_("A tag is one word without commas and quotes."))
    return name


def _tell_services(session: Session, uids: Sequence[ConversationUid]) -> None:
    """Say where services are told that these need no answer: no mail of ours tells them."""
    from inbox.store import messages
    from inbox.view.replying import not_needed_page_of

    for row in _rows(session, uids):
        if row["owed"]:
            continue  # their clock goes on whatever they are told
        account = session.config.account(str(row["account"]))
        with session.store.read() as tx:
            page = not_needed_page_of(messages.heads(tx, ConversationUid(str(row["id"]))))
        if page:
            tell(_("Tell the service as well, so that its clock stops: {page}").format(page=page))
        elif account is not None and account.kind == "email" != row["service"]:
            said = _("Tell {service} as well, so that its clock stops.")
            tell(said.format(service=row["service"]))


def report(session: Session, uids: Sequence[ConversationUid], what: str, *, as_json: bool) -> None:
    """Say what was done, in JSON as the rows that changed."""
    if as_json:
        print_json(_rows(session, uids), session.zone)
        return
    for row in _rows(session, uids):
        subject = one_line(str(row["subject"]))
        tell(_("{id}  {what}: {subject}").format(id=row["id"], what=what, subject=subject))


def _report_owed(session: Session, uids: Sequence[ConversationUid]) -> None:
    """Say what is owed all the same: a service counts on, whatever the seller's word."""
    for row in _rows(session, uids):
        if row["owed"]:
            said = _("{id}  still owed by the rule {rule}: its clock goes on.")
            tell(said.format(id=row["id"], rule=row["rule"]))


def _report_turn(
    session: Session, turned: Undone | None, done_words: str, nothing: str, *, as_json: bool
) -> None:
    """Say what an undo or a redo did."""
    from inbox.view.verb_words import verb_words

    verb = turned.verb if turned is not None else None
    if as_json:
        uids = turned.conversations if turned is not None else ()
        value: dict[str, Any] = {"verb": verb.value if verb is not None else None}
        print_json({**value, "conversations": _rows(session, uids)}, session.zone)
        return
    if turned is None or verb is None:
        tell(nothing)
        return
    tell(done_words.format(verb_words(verb)))
    if turned.withdrawn is not None:
        tell(_("The reply is out of the outbox; its words are kept as a draft."))


def _rows(session: Session, uids: Sequence[ConversationUid]) -> list[dict[str, object]]:
    """Return the rows of the list for those conversations, as they are now."""
    from inbox.store import conversations
    from inbox.view.rows import as_json

    now = session.clock()
    with session.store.read() as tx:
        return [as_json(one, session.book, now) for one in conversations.page(tx, uids)]
