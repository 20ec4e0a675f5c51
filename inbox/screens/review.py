"""The last look before a reply goes out: from whom, to whom, under what subject, which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import FileHead
from inbox.core.scheduling import Wish, phrase_of
from inbox.core.sizes import size_words
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.triage import ReplyParts
from inbox.view.policy import warnings_of
from inbox.view.refusals import FilesLost
from inbox.view.reply_forms import after_it, form_words
from inbox.view.replying import ReplyRefused, forgotten_file, refusal, whole_text
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import in_full, long_when, outside, outside_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A reply as it would go out."""

    parts: ReplyParts
    subject: str
    text: str
    files: tuple[FileHead, ...] = ()
    planned: Wish | None = None
    """The time it had before it was taken back to be written anew."""
    form: str = ""
    """In which form of the service's it leaves; "": as a plain answer."""


class ReviewScreen(KeyScreen):
    """Shows the reply whole; `y` sends it."""

    CONTEXT: ClassVar[Context] = Context.REVIEW

    def __init__(
        self,
        desk: Desk,
        reviewed: Reviewed,
        send: Callable[[], None],
        postpone: Callable[[], None],
        *,
        filed: Callable[[tuple[FileHead, ...]], None] = lambda _files: None,
        later: Callable[[Wish], None] = lambda _wish: None,
        formed: Callable[[str], None] = lambda _form: None,
    ) -> None:
        super().__init__(desk)
        self._reviewed = reviewed
        self._send = send
        self._postpone = postpone
        self._tell_filed = filed
        self._send_later = later
        self._tell_formed = formed
        self._refusal = self._judged()

    def compose(self) -> ComposeResult:
        """Return the reply as a page."""
        yield TextPage(self._lines(), id="page")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Let the keys scroll the text."""
        self.query_one("#page", TextPage).focus()

    def action_send(self, _count: int | None = None) -> None:
        """Send, unless something stands against it."""
        if self._refusal is not None:
            self.say_failure(self._refusal)
            return
        self.leave()
        self._send()

    def action_schedule(self, _count: int | None = None) -> None:
        """Ask when it is to leave, unless something stands against it."""
        from inbox.screens.scheduling import ScheduleScreen

        if self._refusal is not None:
            self.say_failure(self._refusal)
            return
        uid, wish = self._reviewed.parts.conversation, self._reviewed.planned
        phrase = phrase_of(wish, self.desk.clock(), self.desk.zone) if wish else ""
        self.open_page(
            lambda: self.desk.reader.answering(uid),
            lambda about: ScheduleScreen(self.desk, about, self._later, phrase),
        )

    def _later(self, wish: Wish) -> None:
        """Let it leave at that time."""
        self.leave()
        self._send_later(wish)

    def action_postpone(self, _count: int | None = None) -> None:
        """Keep it as a draft and leave."""
        self.leave()
        self._postpone()

    def action_change(self, _count: int | None = None) -> None:
        """Go on writing."""
        self.leave()

    def action_reply_form(self, _count: int | None = None) -> None:
        """Let it leave in the next form that the service takes here."""
        parts = self._reviewed.parts
        if not parts.forms:
            self.say(_("This service takes plain answers only."))
            return
        form = after_it(parts, self._reviewed.form)
        self._reviewed = replace(self._reviewed, form=form)
        self._tell_formed(form)
        self.query_one("#page", TextPage).show(self._lines())

    def action_attach(self, _count: int | None = None) -> None:
        """Choose a file that goes along."""
        from inbox.screens.attaching import AttachScreen

        uid = self._reviewed.parts.conversation

        def chosen(path: Path) -> None:
            self.carry_out(lambda: self.desk.attach(uid, path), self._filed)

        self.app.push_screen(AttachScreen(self.desk, chosen))

    def action_detach(self, _count: int | None = None) -> None:
        """Take the last file out again."""
        uid = self._reviewed.parts.conversation
        if self._reviewed.files:
            self.carry_out(lambda: self.desk.triage.detach_last(uid), self._filed)

    def _filed(self, files: tuple[FileHead, ...]) -> None:
        """Show the files that go along now."""
        self._reviewed = replace(self._reviewed, files=files)
        self._refusal = self._judged()
        self._tell_filed(files)
        self.query_one("#page", TextPage).show(self._lines())

    def _judged(self) -> ReplyRefused | None:
        seen = self._reviewed
        refused = refusal(seen.parts, seen.text, seen.subject, seen.files)
        lost = [each for each in seen.files if each.error]
        if refused is None and lost:
            return FilesLost([outside(each.name) for each in lost], outside(lost[0].error))
        return refused

    def store_changed(self) -> None:
        """Look whether files that are being fetched are here now."""
        uid = self._reviewed.parts.conversation
        if any(each.coming for each in self._reviewed.files):
            self.carry_out(lambda: self.desk.triage.draft_files(uid), self._filed)

    def _lines(self) -> list[PageLine]:
        parts = self._reviewed.parts
        to = ", ".join(in_full(party) for party in parts.recipients)
        lines = [
            PageLine(_("Send this reply?") if parts.answered else _("Send this?"), "title"),
            PageLine(""),
            PageLine(_("From     {who}").format(who=in_full(parts.sender))),
            PageLine(_("To       {who}").format(who=to)),
            *_copies(parts),
            PageLine(_("Subject  {subject}").format(subject=outside(self._reviewed.subject))),
        ]
        lines += _form(parts, self._reviewed.form)
        for file in self._reviewed.files:
            said = _("File     {name} · {size}").format(
                name=outside(file.name), size=size_words(file.size)
            )
            if file.coming:
                why = outside(file.error) if file.error else _("being fetched")
                said = f"{said} · {why}"
            lines.append(PageLine(said, "soon" if file.coming else "plain"))
        coming = sum(each.coming and not each.error for each in self._reviewed.files)
        if coming:
            said = ngettext(
                "It waits for {n} file in the outbox, and leaves with it.",
                "It waits for {n} files in the outbox, and leaves with them.",
                coming,
            )
            lines.append(PageLine(said.format(n=coming), "soon"))
        if self._reviewed.planned is not None:
            when = long_when(self._reviewed.planned.at, self.desk.clock(), self.desk.zone)
            said = _("It was to leave {when}: s keeps that time, y sends it now.")
            lines.append(PageLine(said.format(when=when), "soon"))
        lines.append(PageLine(""))
        forgotten = forgotten_file(self._reviewed.text, self._reviewed.files)
        badly = warnings_of(parts.service, self._reviewed.text)
        for warning in filter(None, (parts.doubt, forgotten, *badly)):
            lines += [PageLine(f"! {outside(warning)}", "soon"), PageLine("")]
        if self._refusal is not None:
            said = f"! {self._refusal.sentence} {self._refusal.hint}"
            lines += [PageLine(said, "trouble"), PageLine("")]
        whole = whole_text(parts, self._reviewed.text)
        lines += [PageLine(line) for line in outside_lines(whole).rstrip("\n").split("\n")]
        return lines


def _form(parts: ReplyParts, name: str) -> list[PageLine]:
    """Return as what it leaves, where the service takes more than plain answers."""
    if not parts.forms:
        return []
    form = next((each for each in parts.forms if each.name == name), None)
    said = _("Sent as  {form} (f changes it)").format(form=outside(form_words(form)))
    lines = [PageLine(said, "soon" if form else "plain")]
    return [*lines, PageLine(f"         {outside(form.help)}", "quiet")] if form else lines


def _copies(parts: ReplyParts) -> list[PageLine]:
    """Return who gets it too."""
    lines = []
    for said, parties in ((_("Cc       {who}"), parts.cc), (_("Bcc      {who}"), parts.bcc)):
        if parties:
            who = ", ".join(in_full(party) for party in parties)
            lines.append(PageLine(said.format(who=who)))
    return lines
