"""What all pages share: keys by the table, work off the screen's thread, results in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from inbox import errors
from inbox.commands import Begun, Command, Context, KeyReader, Pressed, of_context
from inbox.screens.desk import Desk
from inbox.widgets.lines import BottomLine, Said

T = TypeVar("T")


class KeyScreen(Screen[None]):
    """A page whose keys come from the table of commands."""

    CONTEXT: ClassVar[Context]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.keys = KeyReader(desk.commands, self.CONTEXT)
        self._newest: dict[str, int] = {}

    def bottom_line(self) -> BottomLine:
        """Return the line of hints and results, to be composed last."""
        mine = of_context(self.desk.commands, self.CONTEXT)
        return BottomLine([command for command in mine if command.hint], id="bottom")

    def compose(self) -> ComposeResult:
        """Return the bottom line; pages put their widgets before it."""
        yield self.bottom_line()

    @property
    def bottom(self) -> BottomLine:
        """The line of hints and results."""
        return self.query_one("#bottom", BottomLine)

    def on_screen_resume(self) -> None:
        """Show what was said while another page was on top."""
        self.repeat()

    def on_mount(self) -> None:
        """Show the keys, or what was said last."""
        self.repeat()

    def tick(self) -> None:
        """Repaint what changes with the time; called once a second."""
        self.bottom.tick(self.desk.clock())

    def store_changed(self) -> None:
        """Read again what this page shows: the store has something new."""

    def say(self, said: str | Said, role: str = "plain") -> None:
        """Tell the seller what was done, here and on the page this one was opened from."""
        self.desk.notice.said = said if callable(said) else (lambda _now: said)
        self.desk.notice.role = role
        shown = self.app.screen
        if isinstance(shown, KeyScreen):
            shown.repeat()

    def say_failure(self, failure: BaseException) -> None:
        """Tell the seller why something did not work; what nobody foresaw goes to the log too."""
        said = errors.said(failure)
        if not said.known:
            self.desk.log(failure)
        self.say(str(said), "trouble")

    def later(self, work: Callable[[], T], then: Callable[[T], object], *, group: str = "") -> None:
        """Run `work` in a thread and `then` here with its answer.

        With a group it is a question: dropped when a newer one of that group
        was asked, or when this page is left. Without one it is a deed: deeds
        follow each other in the order of the keys, and none is ever dropped.
        """
        if group:
            self.run_worker(self._ask(work, then, group), group=group, exit_on_error=False)
        else:
            self.app.run_worker(self._carry_out(work, then), group="deeds", exit_on_error=False)

    async def on_key(self, event: events.Key) -> None:
        """Read a stroke."""
        self.read_key(event)

    def read_key(self, event: events.Key) -> None:
        """Turn a stroke into a command of this page; what means nothing here goes on its way."""
        begun = self.keys.begun
        found = self.keys.feed(stroke_of(event))
        if found is None:
            return
        event.stop()
        event.prevent_default()
        now = self.desk.clock()
        if isinstance(found, Begun):
            self.bottom.begin(found.typed, found.follow, now)
            return
        if begun:
            self.bottom.begin("", (), now)
        self.run_command(found)

    def run_command(self, pressed: Pressed) -> None:
        """Carry a command out: the method `action_<name>(count)`."""
        name, _colon, view = pressed.command.action.partition(":")
        if view:
            self.action_go(view)
        else:
            getattr(self, f"action_{name}")(pressed.count)

    def offered(self) -> tuple[Command, ...]:
        """Return the commands of this page, for the palette and for help."""
        return of_context(self.desk.commands, self.CONTEXT)

    def action_go(self, view: str) -> None:
        """Open one of the views; the list page knows them."""

    def action_back(self, _count: int | None = None) -> None:
        """Leave this page."""
        self.dismiss()

    def action_quit_now(self, _count: int | None = None) -> None:
        """Leave the product, once what was asked for is done."""

        async def leave() -> None:
            async with self.desk.turn:
                self.app.exit()

        self.app.run_worker(leave(), group="deeds", exit_on_error=False)

    def action_palette(self, _count: int | None = None) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_help(self, _count: int | None = None) -> None:
        """Show the keys of this page."""
        from inbox.screens.pages import HelpScreen

        self.app.push_screen(HelpScreen(self.desk, self.CONTEXT))

    async def _ask(self, work: Callable[[], T], then: Callable[[T], object], group: str) -> None:
        number = self._newest[group] = self._newest.get(group, 0) + 1
        try:
            answer = await asyncio.to_thread(work)
        except Exception as failure:  # noqa: BLE001 - whatever reading raises is told, the screen lives on
            if self.is_attached and number == self._newest[group]:
                self.say_failure(failure)
            return
        if self.is_attached and number == self._newest[group]:
            then(answer)

    async def _carry_out(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        async with self.desk.turn:
            try:
                answer = await asyncio.to_thread(work)
            except Exception as failure:  # noqa: BLE001 - whatever a verb raises is told, the screen lives on
                self.say_failure(failure)
                return
        then(answer)

    def repeat(self) -> None:
        """Show what was said last, as long as it is to be shown; else the keys."""
        now = self.desk.clock()
        notice = self.desk.notice
        if notice.text(now):
            self.bottom.say(notice.said or "", notice.role, now)
        else:
            self.bottom.silence(now)


def stroke_of(event: events.Key) -> str:
    """Return a key as the table writes it: the character itself, else the key's name."""
    if event.is_printable and event.character is not None and event.character != " ":
        return event.character
    return event.key
