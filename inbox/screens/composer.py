"""Writing an answer: what they asked stays in sight, and what is written is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, TextArea

from inbox.commands import Context
from inbox.core.model import ConversationUid, FileHead, OutboxItem
from inbox.core.scheduling import Wish
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.acting import leaving_words
from inbox.screens.desk import Desk
from inbox.screens.drafting import DraftingScreen
from inbox.screens.writing import Writing, begun, next_writer, signed_anew
from inbox.view.addressing import Addressees, addressed_by
from inbox.view.refusals import ReplyRefused
from inbox.widgets.addresses import LABEL, AddressLines
from inbox.widgets.editor import ReplyEditor
from inbox.widgets.field import Field
from inbox.widgets.lines import PieceLine
from inbox.widgets.reading_pane import ReadingPane
from inbox.widgets.words import files_words, fit, in_full

__all__ = ["ComposerScreen", "Writing", "begun"]

_SAVE_AFTER = 1.0
"""Seconds without a key after which what is written is kept."""


class ComposerScreen(DraftingScreen):
    """Conversation, addresses, subject and text. Letters are text here, so keys are with Ctrl."""

    CONTEXT: ClassVar[Context] = Context.COMPOSER

    def __init__(
        self,
        desk: Desk,
        writing: Writing,
        *,
        picking: bool = False,
        copies: bool = False,
        queued: Callable[[ConversationUid], None],
        planned: Wish | None = None,
    ) -> None:
        super().__init__(desk, writing)
        self._copies = copies or writing.begins
        self._planned = planned
        self._tell_queued = queued
        self._picking = picking

    def compose(self) -> ComposeResult:
        """Return the conversation, and beside or below it the answer."""
        with Vertical(id="composing"):
            yield ReadingPane(self.desk.clock, self.desk.zone, id="asked")
            with Vertical(id="answer"):
                if self.writing.addressable:
                    yield AddressLines(
                        self.writing.to, self.writing.known, copies=self._copies, id="addresses"
                    )
                else:
                    yield PieceLine(id="to")
                yield PieceLine(id="from")
                with Horizontal(id="subject-line", classes="field-line"):
                    yield PieceLine(id="subject-label")
                    yield Field(self.writing.subject, id="subject")
                yield ReplyEditor(self.writing.text, id="text")
                yield PieceLine(id="count")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show whom it goes to, and put the cursor into what is to be written first."""
        self._paint_head()
        self.lead_on(self.query(Field))
        pane = self.query_one("#asked", ReadingPane)
        pane.can_focus = False
        pane.show(self.writing.reading)
        pane.display = not self.writing.begins
        self._count()
        uid = self.writing.parts.conversation
        if not self.writing.begins:
            self.carry_out(lambda: self.desk.triage.opened(uid), lambda _none: None)
        if self.writing.begins or self.writing.text.strip() == self.signature:
            self.editor.move_cursor((0, 0))
        else:
            self.editor.go_on_writing(self.signature)
        if self.writing.addressable and not self.writing.to[0].strip():
            self.query_one(AddressLines).go_to("to")
        else:
            self.editor.focus()
        self.set_interval(_SAVE_AFTER, self.save)
        if self._picking:
            self.action_insert_canned()

    def _paint_head(self) -> None:
        """Show from whom it goes, and to whom where that is not typed."""
        parts = self.writing.parts
        if not self.writing.addressable:
            to = ", ".join(in_full(party) for party in (*parts.recipients, *parts.cc))
            self._paint_line("to", _("To"), to, "title")
        ours = f"{in_full(parts.sender)} · {parts.account_name}"
        self._paint_line("from", _("From"), ours, "plain")
        self.query_one("#subject-label", PieceLine).paint([(fit(_("Subject"), LABEL), "quiet")])

    def _paint_line(self, name: str, label: str, words: str, role: str) -> None:
        line = self.query_one(f"#{name}", PieceLine)
        line.paint([(fit(label, LABEL), "quiet"), (words, role)])

    def on_resize(self) -> None:
        """Put the answer beside the conversation where there is room, else below it."""
        self.set_class(self.app.size.width >= 120, "beside")  # noqa: PLR2004 - cells, as on the list page

    def tick(self) -> None:
        """Repaint the deadline."""
        super().tick()
        self.query_one("#asked", ReadingPane).tick()

    def store_changed(self) -> None:
        """Show what came in while this is written: it may change the answer."""
        uid = self.writing.parts.conversation
        self.look_elsewhere()
        if any(file.coming for file in self.files):
            self.carry_out(lambda: self.desk.triage.draft_files(uid), self._filed)
        if self.writing.begins:
            return
        pane = self.query_one("#asked", ReadingPane)
        self.ask(
            lambda: replace(self.desk.reader.reading(uid), draft=""), pane.show, group="reading"
        )

    @on(TextArea.Changed, "#text")
    def counted(self) -> None:
        """Count the characters."""
        self._count()

    @on(Input.Submitted, "#subject")
    def subject_entered(self) -> None:
        """Go on to the text."""
        self.editor.focus()

    @on(Input.Submitted, "AddressField")
    def address_entered(self) -> None:
        """Go on to the next line."""
        self.focus_next()

    def action_copies(self, _count: int | None = None) -> None:
        """Show the lines for copies, where the service takes addresses."""
        if self.writing.addressable:
            self.query_one(AddressLines).show_copies()
        else:
            self.say(_("This goes to whom it answers, and to nobody else."))

    def action_next_account(self, _count: int | None = None) -> None:
        """Let a mail that answers nothing go from the next account that can write one."""
        uid, now = self.writing.parts.conversation, self.writing.parts.account
        if not self.writing.begins:
            self.say(_("An answer goes from where they wrote to."))
            return
        self.save()

        def turn() -> Writing:
            kept = self.desk.triage.draft(uid)
            if kept is not None:
                to = Addressees(kept.to, kept.cc, kept.bcc)
                account = next_writer(self.desk, now)
                self.desk.triage.save_draft(uid, kept.text, kept.subject, to, account)
            return begun(self.desk, uid)

        def turned(writing: Writing) -> None:
            before, after = self.signature, writing.parts.signature.strip()
            self.writing = replace(self.writing, parts=writing.parts)
            at = self.editor.cursor_location
            self.editor.put(signed_anew(self.editor.text, before, after))
            self.editor.move_cursor(at)
            self._paint_head()

        self.carry_out(turn, turned)

    def action_asked_down(self, count: int | None = None) -> None:
        """Scroll the conversation that is answered."""
        self.query_one("#asked", ReadingPane).move(count or 3)

    def action_asked_up(self, count: int | None = None) -> None:
        """Scroll it back."""
        self.query_one("#asked", ReadingPane).move(-(count or 3))

    def action_review(self, _count: int | None = None) -> None:
        """Show what goes out."""
        from inbox.screens.review import Reviewed, ReviewScreen

        self.save()
        to = self.writing.addressees(self.to)
        try:
            parts = addressed_by(self.writing.parts, to or Addressees())
        except ReplyRefused as refused:
            self.say_failure(refused)
            return
        reviewed = Reviewed(
            parts=parts,
            subject=self.subject,
            text=self.editor.text,
            files=self.files,
            planned=self._planned,
            form=self.form,
        )
        page = ReviewScreen(
            self.desk,
            reviewed,
            self.send,
            self.action_leave,
            filed=self._filed,
            later=self.send,
            formed=self._formed,
        )
        self.app.push_screen(page)

    def action_attach(self, _count: int | None = None) -> None:
        """Choose a file that goes along."""
        from inbox.screens.attaching import AttachScreen

        self.app.push_screen(AttachScreen(self.desk, self._chosen))

    def _chosen(self, path: Path) -> None:
        uid = self.writing.parts.conversation
        self.save()
        self.carry_out(lambda: self.desk.attach(uid, path), self._filed)

    def _filed(self, files: tuple[FileHead, ...]) -> None:
        """Know the files that go along now."""
        self.files = files
        self._count()

    def _formed(self, form: str) -> None:
        """Know in which form it leaves; the draft does, too."""
        self.form = form
        self.save_again()

    def send(self, when: Wish | None = None) -> None:
        """Queue the reply, for a time if one is given; what refuses it is said, the text stays."""
        uid, text, subject = self.writing.parts.conversation, self.editor.text, self.subject
        to, after, form = self.writing.addressees(self.to), self.after, self.form
        self.ended = True

        def queue() -> OutboxItem | Exception:
            try:
                return self.desk.triage.reply(
                    uid, text, subject=subject, after=after, when=when, to=to, form=form
                )
            except Exception as failure:  # noqa: BLE001 - told by _queued, which also keeps the text
                return failure

        self.carry_out(queue, self._queued)

    def _queued(self, item: OutboxItem | Exception) -> None:
        if isinstance(item, Exception):
            self.ended = False
            self.save_again()
            self.say_failure(item)
            return
        self.say(leaving_words(item, self.desk.zone), "soon")
        self._tell_queued(item.conversation)
        self.leave()

    def _count(self) -> None:
        length = len(self.editor.text.strip())
        limit = self.writing.parts.limit
        said = ngettext("{n} character", "{n} characters", length).format(n=length)
        if limit is not None:
            said = _("{said} of {limit}").format(said=said, limit=limit)
        if self.files:
            said = f"{said} · {files_words(self.files)}"
            coming = sum(file.coming for file in self.files)
            if coming:
                said = _("{said}, {n} being fetched").format(said=said, n=coming)
        role = "trouble" if limit is not None and length > limit else "quiet"
        self.query_one("#count", PieceLine).paint([(said, role)])
