"""Pages that are only read: help, the source of a message, why a deadline is what it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Command, Context, keys_shown, of_context
from inbox.commands.values import MOVING
from inbox.core.model import ConversationUid, MessageUid
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.screens.moving import Moving
from inbox.view.explain import Explanation, words
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, long_when, outside

_KEYS, _TITLE = 14, 22
"""Cells of the columns in help."""

_MOST_SOURCE = 1_000_000
"""Bytes of a source that are shown; the command line prints all of it."""


class PageScreen(Moving, KeyScreen):
    """Lines to read; back leaves."""

    CONTEXT: ClassVar[Context] = Context.PAGE

    def lines(self) -> list[PageLine]:
        """Return what there is to read."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Return the page and the bottom line."""
        yield TextPage(self.lines(), id="page")
        yield self.bottom_line()

    @property
    def page(self) -> TextPage:
        """The lines."""
        return self.query_one("#page", TextPage)

    def on_mount(self) -> None:
        """Let the keys move the page."""
        self.page.focus()

    def spot(self) -> int:
        """Return the topmost line seen."""
        return self.page.scroll_offset.y

    def last_spot(self) -> int:
        """Return the last line."""
        return self.page.last_line

    def page_size(self) -> int:
        """Return how many lines are seen."""
        return self.page.page

    def go_spot(self, spot: int) -> None:
        """Scroll there."""
        self.page.go(spot)


class HelpScreen(PageScreen):
    """The keys of the page it was opened from, then those that work everywhere."""

    def __init__(self, desk: Desk, context: Context) -> None:
        super().__init__(desk)
        self._about = context

    def lines(self) -> list[PageLine]:
        """Return a line for each command: what can be done first, what works everywhere last."""
        mine = of_context(self.desk.commands, self._about)
        sections: dict[str, list[Command]] = {
            title: []
            for title in (_title(self._about), _("Going to"), _("Moving"), _("Everywhere"))
        }
        for each in mine:
            sections[_section(each, self._about)].append(each)
        found: list[PageLine] = []
        for title, commands in sections.items():
            if commands:
                found += [PageLine(title, "title"), PageLine(""), *map(_line, commands)]
                found.append(PageLine(""))
        return [
            *found,
            PageLine(_("Keys can be changed in the configuration, under [keys]."), "quiet"),
        ]


class WhyScreen(PageScreen):
    """What a deadline rests on."""

    def __init__(self, desk: Desk, explanation: Explanation) -> None:
        super().__init__(desk)
        self._explanation = explanation

    def lines(self) -> list[PageLine]:
        """Return the explanation in sentences."""
        now, zone = self.desk.clock(), self.desk.zone
        said = words(self._explanation, lambda at: long_when(at, now, zone), now)
        subject = outside(self._explanation.conversation.subject)
        return [
            PageLine(_("Why this deadline: {subject}").format(subject=subject), "title"),
            PageLine(""),
            *map(sentence, said),
        ]


def sentence(line: str) -> PageLine:
    """Return a sentence as a line; what is wrapped stands below where it begins."""
    words_only = line.lstrip(" ")
    return PageLine(outside(words_only), lead=" " * (len(line) - len(words_only)))


class SourceScreen(PageScreen):
    """A message as it came."""

    def __init__(self, desk: Desk, source: bytes) -> None:
        super().__init__(desk)
        self._source = source

    def lines(self) -> list[PageLine]:
        """Return the source's lines, harmless."""
        text = self._source[:_MOST_SOURCE].decode("utf-8", errors="replace")
        lines = [
            PageLine(outside(line.expandtabs(8)), wrap=Wrap.EDGE) for line in text.splitlines()
        ]
        if len(self._source) > _MOST_SOURCE:
            lines.append(PageLine(_("… inbox show --source prints the rest."), "quiet"))
        return lines


def show_source(screen: KeyScreen, uid: ConversationUid, message: MessageUid | None) -> None:
    """Open the source of a message, by default of the last that came in."""

    def show(source: bytes | None) -> None:
        if source is None:
            screen.say(_("No source is kept of this message."))
        else:
            screen.app.push_screen(SourceScreen(screen.desk, source))

    screen.ask(lambda: screen.desk.reader.source(uid, message), show, group="page", hold=True)


def _title(context: Context) -> str:
    titles = {
        Context.LIST: _("Keys of the list"),
        Context.READING: _("Keys while reading"),
        Context.STOWED: _("Keys of what is stowed away"),
        Context.OUTBOX: _("Keys of the outbox"),
        Context.FORECAST: _("Keys of the forecast"),
        Context.FILES: _("Keys of the files"),
        Context.COMPOSER: _("Keys while writing"),
        Context.REVIEW: _("Keys before sending"),
        Context.SCHEDULE: _("Keys while setting a time"),
        Context.HAPPENED: _("Keys while saying what happened"),
        Context.PICKER: _("Keys of the canned responses"),
        Context.ORDERS: _("Keys while choosing an order"),
    }
    return titles.get(context, _("Keys of this page"))


def _section(command: Command, about: Context) -> str:
    """Return the heading under which help shows a command."""
    if command.contexts == frozenset(Context):
        return _("Everywhere")
    if command.place:
        return _("Going to")
    return _("Moving") if command.contexts == MOVING else _title(about)


def _line(command: Command) -> PageLine:
    lead = f"  {fit(keys_shown(command), _KEYS)}{fit(command.title, _TITLE)}"
    return PageLine(command.help, lead=lead)
