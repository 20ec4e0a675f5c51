"""The files of a conversation: fetched when asked for, saved, or shown by the system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from inbox.commands import Context
from inbox.core.model import ConversationUid, MessageUid
from inbox.core.sizes import size_words
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.row_page import RowPage
from inbox.view.attachments import FileRow, Held
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import fit, name_of, outside, short_when

Deed = Callable[[str, bytes], Path]
"""Does something with a file's name and bytes and returns where it lies now."""


class AttachmentsScreen(RowPage[FileRow]):
    """A row for each file; what is not here yet is fetched before it is saved or opened."""

    CONTEXT: ClassVar[Context] = Context.FILES
    TELLS_MORE = True

    def __init__(
        self,
        desk: Desk,
        conversation: ConversationUid,
        rows: Sequence[FileRow],
        message: MessageUid | None,
    ) -> None:
        super().__init__(desk, rows)
        self._conversation = conversation
        self._at = next((at for at, row in enumerate(rows) if row.file.message == message), 0)
        self._then: dict[int, tuple[Deed, str]] = {}
        """What to do with the files that are on their way, by their number."""

    def store_changed(self) -> None:
        """Read it again: a file may have come in."""
        uid = self._conversation
        self.ask(lambda: self.desk.reader.attachments(uid), self.show, group="files")

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
        if self.row is not None:
            self._with(self.row, deed, said)

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

    def show(self, rows: Sequence[FileRow]) -> None:
        """Show these rows, and do what waited for a file that is here now."""
        for row in rows:
            if row.number in self._then and row.held in {Held.KEPT, Held.FAILED}:
                deed, said = self._then.pop(row.number)
                if row.held is Held.KEPT:
                    self._carry(row, deed, said)
                else:
                    self.say(_("{name}: {why}").format(
                        name=outside(row.name), why=outside(row.file.error)), "trouble",
                    )  # fmt: skip
        super().show(rows)

    def heading(self) -> str:
        """Return what is listed."""
        return _("Files of this conversation")

    def name_of_row(self, row: FileRow) -> str:
        """Return its number."""
        return str(row.number)

    def empty(self) -> str:
        """Return what is said where no file came."""
        return _("  No file came with this.")

    def line_of(self, row: FileRow, *, here: bool) -> PageLine:
        """Return where it is, its size, its name, and who sent it when."""
        size = size_words(row.file.attachment.size)
        when = short_when(row.accepted_at, self.desk.clock(), self.desk.zone)
        text = (
            f"{'>' if here else ' '} {fit(state_words(row), 10)} {fit(size, 9, right=True)}"
            f"  {fit(outside(row.name) or _('file without a name'), 36)} {fit(when, 7)}"
            f" {name_of(row.sender)}"
        )
        return PageLine(text, "cursor" if here else "plain", Wrap.CUT)

    def about(self, row: FileRow) -> list[PageLine]:
        """Return its kind, and why it could not be fetched."""
        lines = [PageLine(outside(row.file.attachment.media_type), "quiet", lead=" ")]
        if row.file.error:
            lines.append(PageLine(outside(row.file.error), "trouble", lead=" "))
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
