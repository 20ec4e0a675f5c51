"""What stands around a conversation: its order and its buyer, as a page or beside it."""

from __future__ import annotations

from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.screens.pages import PageScreen, sentence
from inbox.view.panel import Panel, words
from inbox.widgets.text_page import PageLine
from inbox.widgets.words import long_when, outside


class PanelScreen(PageScreen):
    """The panel as a page of its own, where there is no room beside the conversation."""

    def __init__(self, desk: Desk, found: Panel) -> None:
        super().__init__(desk)
        self._found = found

    def lines(self) -> list[PageLine]:
        """Return the order and the buyer's other matters."""
        subject = outside(self._found.conversation.subject)
        return [PageLine(subject, "title"), PageLine(""), *panel_lines(self.desk, self._found)]

    def store_changed(self) -> None:
        """Read it again: the order may just have been fetched."""
        uid = self._found.conversation.uid
        self.ask(lambda: self.desk.reader.panel(uid), self._again, group="panel")

    def _again(self, found: Panel) -> None:
        top = self.spot()
        self._found = found
        self.page.show(self.lines())
        self.go_spot(top)


def panel_lines(desk: Desk, found: Panel) -> list[PageLine]:
    """Return the panel's lines, harmless, headings as such."""
    now, zone = desk.clock(), desk.zone
    lines = words(found, lambda at: long_when(at, now, zone), now)
    return [
        sentence(line) if line.startswith(" ") else PageLine(outside(line), "title")
        for line in lines
    ]


def open_service_page(screen: KeyScreen, uid: ConversationUid) -> None:
    """Show where a conversation's page is; asked again while that is said, open it."""

    def found(panel: Panel) -> None:
        if not panel.page.startswith("https://"):
            screen.say(_("The service gives no page for this conversation."))
            return
        question = _("O again opens {page}").format(page=outside(panel.page))
        notice = screen.desk.notice
        if notice.text(screen.desk.clock()) != question:
            screen.say(question)
            return
        screen.say(_("Opened {page}").format(page=outside(panel.page)))
        screen.carry_out(lambda: screen.desk.browse(panel.page), opened)

    def opened(done: bool) -> None:  # noqa: FBT001 - the answer itself
        if not done:
            screen.say(_("No browser could be opened here."), "trouble")

    screen.ask(lambda: screen.desk.reader.panel(uid), found, group="page", hold=True)
