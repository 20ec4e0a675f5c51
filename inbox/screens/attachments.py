"""The files of a conversation: fetched when asked for, saved, or shown by the system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import ConversationUid, MessageUid
from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.screens.moving import Moving
from inbox.view.attachments import FileRow, Held
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, name_of, outside, short_when, size_words

Deed = Callable[[str, bytes], Path]
"""Does something with a file's name and bytes and returns where it lies now."""


class AttachmentsScreen(Moving, KeyScreen):
    """A row for each file; what is not here yet is fetched before it is saved or opened."""

    CONTEXT: ClassVar[Context] = Context.FILES

    def __init__(
        self,
        desk: Desk,
        conversation: ConversationUid,
        rows: Sequence[FileRow],
        message: MessageUid | None,
    ) -> None:
        super().__init__(desk)
        self._conversation = conversation
        self._rows = tuple(rows)
        self._at = next((at for at, row in enumerate(rows) if row.file.message == message), 0)
        self._then: dict[int, tuple[Deed, str]] = {}
        """What to do with the files that are on their way, by their number."""

    def compose(self) -> ComposeResult:
        """Return the rows, a line about the one under the cursor, and the bottom line."""
        yield TextPage(id="page")
        yield TextPage(id="about")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the rows."""
        self.query_one("#about", TextPage).can_focus = False
        self.query_one("#page", TextPage).focus()
        self._show(self._rows)

    def store_changed(self) -> None:
        """Read it again: a file may have come in."""
        uid = self._conversation
        self.ask(lambda: self.desk.reader.attachments(uid), self._show, group="files")

    def spot(self) -> int:
        """Return the cursor's row."""
        return self._at

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self._rows) - 1, 0)

    def page_size(self) -> int:
        """Return how many rows are seen."""
        return self.query_one("#page", TextPage).page

    def go_spot(self, spot: int) -> None:
        """Move the cursor."""
        self._at = max(min(spot, self.last_spot()), 0)
        self._show(self._rows)

    def action_open(self, _count: int | None = None) -> None:
        """Let the system show the file; what could run is saved only."""
        self._do(self.desk.open_file, _("Opened: {path}"))

    def action_save(self, _count: int | None = None) -> None:
        """Save the file in the folder for downloads."""
        self._do(self.desk.save_file, _("Saved: {path}"))

    def action_save_all(self, _count: int | None = None) -> None:
        """Save every file."""
        for row in self._rows:
            self._with(row, self.desk.save_file, _("Saved: {path}"))

    def _do(self, deed: Deed, said: str) -> None:
        if self._rows:
            self._with(self._rows[self._at], deed, said)

    def _with(self, row: FileRow, deed: Deed, said: str) -> None:
        """Do it now if the file is here, else once it is."""
        if row.held is Held.KEPT:
            self._carry(row, deed, said)
            return
        self._then[row.number] = (deed, said)
        self.say(_("Fetching {name} …").format(name=outside(row.name)))
        self.carry_out(
            lambda: self.desk.triage.want_files([row.file]), lambda _none: self.store_changed()
        )

    def _carry(self, row: FileRow, deed: Deed, said: str) -> None:
        def work() -> Path:
            file = row.file
            return deed(row.name, self.desk.reader.file(file.message, file.attachment.ref))

        self.carry_out(work, lambda path: self.say(said.format(path=outside(str(path)))))

    def _show(self, rows: Sequence[FileRow]) -> None:
        self._rows = tuple(rows)
        self._at = max(min(self._at, self.last_spot()), 0)
        for row in self._rows:
            if row.number in self._then and row.held in {Held.KEPT, Held.FAILED}:
                deed, said = self._then.pop(row.number)
                if row.held is Held.KEPT:
                    self._carry(row, deed, said)
                else:
                    self.say(_("{name}: {why}").format(
                        name=outside(row.name), why=outside(row.file.error)), "trouble",
                    )  # fmt: skip
        page = self.query_one("#page", TextPage)
        if not self._rows:
            page.show([PageLine(""), PageLine(_("  No file came with this."), "quiet")])
            return
        page.show([self._line(row, here=at == self._at) for at, row in enumerate(self._rows)])
        top, height = page.scroll_offset.y, page.page
        at = self._at
        page.go(at if at < top else at - height + 1 if at >= top + height else top)
        self.query_one("#about", TextPage).show(self._about(self._rows[at]))

    def _line(self, row: FileRow, *, here: bool) -> PageLine:
        size = size_words(row.file.attachment.size)
        when = short_when(row.accepted_at, self.desk.clock(), self.desk.zone)
        text = (
            f"{'>' if here else ' '} {fit(state_words(row), 10)} {fit(size, 9, right=True)}"
            f"  {fit(outside(row.name) or _('file without a name'), 36)} {fit(when, 7)}"
            f" {name_of(row.sender)}"
        )
        return PageLine(text, "cursor" if here else "plain", Wrap.CUT)

    def _about(self, row: FileRow) -> list[PageLine]:
        lines = [PageLine(""), PageLine(outside(row.file.attachment.media_type), "quiet")]
        if row.file.error:
            lines.append(PageLine(outside(row.file.error), "trouble"))
        return lines


def state_words(row: FileRow) -> str:
    """Return the word for where a file is, of a large one on its way how much of it came."""
    size = row.file.attachment.size
    if row.held is Held.WANTED and row.file.came and size:
        return _("{} % came").format(min(99, 100 * row.file.came // size))
    words = {
        Held.ABSENT: _("at service"),
        Held.WANTED: _("fetching"),
        Held.KEPT: _("here"),
        Held.FAILED: _("failed"),
    }
    return words[row.held]
