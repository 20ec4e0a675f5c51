"""What all pages share: keys by the table, work off the screen's thread, results in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from inbox import errors
from inbox.commands import Begun, Command, Context, KeyReader, Pressed, of_context
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.typing_ahead import KeysFreed
from inbox.widgets.lines import BottomLine, Said, for_a_while

if TYPE_CHECKING:
    from textual.worker import WorkType

T = TypeVar("T")

PAINTED_WITHIN = 0.1
"""Seconds in which the first page reaches the terminal; threads begun before would delay it."""


class KeyScreen(Screen[None]):
    """A page whose keys come from the table of commands."""

    CONTEXT: ClassVar[Context]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.keys = KeyReader(desk.commands, self.CONTEXT)
        self._newest: dict[str, int] = {}
        self._ready = False
        self._waiting: list[Callable[[], None]] = []
        self._held_for: dict[str, int] = {}
        notice = desk.notice
        self._said_before = notice.said if notice.passing else None
        """What was said before this page was opened: its own keys are of more use here."""
        self.touched = False
        """Whether a key was read on this page since it was opened."""

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
        """Take keys, once everything is there."""
        # The page's own focus() went through the app's queue too, before this.
        self.app.call_later(self._become_ready)

    @property
    def ready(self) -> bool:
        """Whether this page stands and takes keys; one that is closing has lost its lines."""
        return self._ready and bool(self.query("#bottom"))

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call back once this page takes keys: now, if it does already."""
        if self._ready:
            callback()
        else:
            self._waiting.append(callback)

    def tick(self) -> None:
        """Repaint what changes with the time; called once a second."""
        self.bottom.tick(self.desk.clock())

    def set_engine(self, status: str) -> None:
        """Know how the engine is."""

    def store_changed(self) -> None:
        """Read again what this page shows: the store has something new."""

    def keep(self) -> None:
        """Keep what is written here: the product is about to be left."""

    def say(self, said: str | Said, role: str = "plain") -> None:
        """Tell the seller what was done, here and on the page this one was opened from."""
        self.desk.notice.said = said if callable(said) else for_a_while(said, self.desk.clock())
        self.desk.notice.role = role
        self.desk.notice.passing = not callable(said)
        shown = self.app.screen
        if isinstance(shown, KeyScreen):
            shown.repeat()

    def say_failure(self, failure: BaseException) -> None:
        """Tell the seller why something did not work; what nobody foresaw goes to the log too."""
        said = errors.said(failure)
        if not said.known:
            self.desk.log(failure)
        self.say(str(said), "trouble")

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        *,
        group: str,
        hold: bool = False,
        after_deeds: bool = False,
    ) -> None:
        """Run `work` in a thread and `then` here with its answer: a question to the store.

        It is dropped when a newer one of its group was asked, or when this
        page is left. `hold` keeps the keys typed meanwhile for what comes;
        `after_deeds` waits until what was done before it is in the store.
        """
        if hold:
            self._held_for[group] = self._held_for.get(group, 0) + 1
            self.desk.typing.hold()
        self.begin(partial(self._ask, work, then, group, after_deeds=after_deeds), group)

    def open_page(
        self,
        work: Callable[[], T],
        page: Callable[[T], KeyScreen],
        *,
        after_deeds: bool = False,
    ) -> None:
        """Open the page made of an answer; keys typed meanwhile are for that page."""
        self.ask(
            work,
            lambda found: self.app.push_screen(page(found)),
            group="page",
            hold=True,
            after_deeds=after_deeds,
        )

    def carry_out(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[], object] | None = None,
    ) -> None:
        """Run `work` in a thread and `then` here with its answer: a deed of the seller's.

        Deeds follow each other in the order of the keys, and none is ever
        dropped. `failed` is called once it was told that one did not work.
        """
        self.begin(partial(self._carry_out, work, then, failed), "deeds", stays=True)

    def begin(self, work: WorkType[None], group: str, *, stays: bool = False) -> None:
        """Begin work that ends with this page, or `stays` as long as the app.

        It is a function, not what one has begun: then none is left half begun
        where the end comes first.
        """
        worker = self.app if stays else self
        worker.run_worker(work, group=group, exit_on_error=False)

    async def on_key(self, event: events.Key) -> None:
        """Read a stroke."""
        self.read_key(event)

    def read_key(self, event: events.Key) -> None:
        """Turn a stroke into a command of this page; what means nothing here goes on its way."""
        if self.desk.typing.kept(event):
            event.stop()
            event.prevent_default()
            return
        self.touched = True
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

    @on(BottomLine.Clicked)
    def key_clicked(self, event: BottomLine.Clicked) -> None:
        """Do what a key does that was clicked at the bottom."""
        event.stop()
        if not self.desk.typing.holding:
            self.run_command(Pressed(event.command, None))

    def run_command(self, pressed: Pressed) -> None:
        """Carry a command out: the method `action_<name>(count)`, `action_go(view)`."""
        name, _colon, view = pressed.command.action.partition(":")
        if pressed.command.place and not hasattr(self, f"action_{name}"):
            self._go_from_below(pressed)
        else:
            getattr(self, f"action_{name}")(view or pressed.count)

    def offered(self) -> tuple[Command, ...]:
        """Return the commands of this page, for the palette and for help."""
        return of_context(self.desk.commands, self.CONTEXT)

    def action_back(self, _count: int | None = None) -> None:
        """Leave this page."""
        self.leave()

    def leave(self) -> None:
        """Close this page and what was opened from it; nothing happens if it is closed already."""
        while self in self.app.screen_stack:
            self.app.pop_screen()

    def _go_from_below(self, pressed: Pressed) -> None:
        """Leave this page for where the page below leads; nothing that is being written is left."""
        stack = self.app.screen_stack
        below = stack[stack.index(self) - 1]
        if isinstance(below, KeyScreen) and below.CONTEXT in pressed.command.contexts:
            self.leave()
            below.run_command(pressed)
        else:
            self.say(_("Not from here: go back first."))

    def action_quit_now(self, _count: int | None = None) -> None:
        """Leave the product, once what was asked for is done."""
        self.quit_saying("")

    def quit_saying(self, words: str) -> None:
        """Leave once what was asked for is done; these words stay on the terminal."""

        async def leave() -> None:
            async with self.desk.turn:
                self.app.exit(message=words or None)

        self.begin(leave, "deeds", stays=True)

    def action_suspend(self, _count: int | None = None) -> None:
        """Leave the terminal to the shell for a while."""
        from inbox.screens.standing_aside import stand_aside

        stand_aside(self)

    def action_palette(self, _count: int | None = None) -> None:
        """Open the palette."""
        from textual.command import CommandPalette

        shown = self.app.screen
        if shown is not self:
            # Left meanwhile: a palette of this page would be closed before it stands.
            if isinstance(shown, KeyScreen) and shown.ready:
                shown.action_palette()
        elif not CommandPalette.is_open(self.app):
            hint = _("What do you want to do?")
            palette = CommandPalette(placeholder=hint, id="--command-palette")
            self.desk.typing.hold()

            async def show() -> None:
                await self.app.push_screen(palette)
                palette.call_after_refresh(self.free_keys)

            self.begin(show, "palette", stays=True)

    def action_help(self, _count: int | None = None) -> None:
        """Show the keys of this page."""
        from inbox.screens.pages import HelpScreen

        self.app.push_screen(HelpScreen(self.desk, self.CONTEXT))

    async def _ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        group: str,
        *,
        after_deeds: bool,
    ) -> None:
        number = self._newest[group] = self._newest.get(group, 0) + 1
        try:
            if after_deeds:
                async with self.desk.turn:  # each takes its turn in the order of the keys
                    pass
            answer = await asyncio.to_thread(work)
        except Exception as failure:  # noqa: BLE001 - whatever reading raises is told, the screen lives on
            if self.is_attached and number == self._newest[group]:
                self.say_failure(failure)
        else:
            if self.is_attached and number == self._newest[group]:
                then(answer)
        if number == self._newest[group]:
            self._release(group)

    def on_unmount(self) -> None:
        """Be asked nothing any more."""
        self._ready = False

    def free_keys(self, holders: int = 1) -> None:
        """End that many holdings of keys; after the last one the held keys are read."""
        for _each in range(holders):
            self.desk.typing.release()
        self.app.post_message(KeysFreed())

    def _become_ready(self) -> None:
        self._ready = self.is_attached
        self.repeat()
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()

    def _release(self, group: str) -> None:
        """Let the held keys go to what is on top now, once it is there to take them."""
        holders = self._held_for.pop(group, 0)

        shown = self.app.screen
        if holders and isinstance(shown, KeyScreen):
            shown.when_ready(lambda: self.free_keys(holders))
        elif holders:
            self.free_keys(holders)

    async def _carry_out(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[], object] | None,
    ) -> None:
        async with self.desk.turn:
            try:
                answer = await asyncio.to_thread(work)
            except Exception as failure:  # noqa: BLE001 - whatever a verb raises is told, the screen lives on
                self.say_failure(failure)
                if failed is not None:
                    failed()
                return
        then(answer)

    def repeat(self) -> None:
        """Show what was said last, as long as it is to be shown; else the keys."""
        if not self._ready:
            return
        now = self.desk.clock()
        notice = self.desk.notice
        if notice.text(now) and notice.said is not self._said_before:
            self.bottom.say(notice.said or "", notice.role, now)
        else:
            self.bottom.silence(now)


def stroke_of(event: events.Key) -> str:
    """Return a key as the table writes it: the character itself, else the key's name."""
    if event.is_printable and event.character is not None and event.character != " ":
        return event.character
    return event.key
