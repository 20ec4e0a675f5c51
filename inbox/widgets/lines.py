"""One-line widgets: the strip on top, and the line of hints and results at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from inbox.commands import Command, keys_shown, shown
from inbox.core.model import AccountUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.view.strip import AccountStanding, Course, Standing
from inbox.widgets.roles import style_of
from inbox.widgets.signs import account_sign, engine_sign
from inbox.widgets.words import fit, harmless, outside

Piece = tuple[str, str]
_BAR = 5
"""Cells of the bar that says how far a first sync is."""
_NEW_LINE: Piece = ("\n", "")


class PieceLine(Static):
    """A line made of pieces by hand: no markup is ever read."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)
        self._shown: tuple[object, ...] = ()
        self._whole = False

    def paint(self, pieces: Sequence[Piece], *, whole: bool = False) -> None:
        """Show these pieces, cut at the width or (`whole`) on as many lines as they need."""
        shown = (*pieces, whole, self.app.theme, self.app.no_color)
        if shown == self._shown:
            return  # the clock asks every second
        self._shown = shown
        # Only what may take several lines lays the page anew: that costs more than painting it.
        layout, self._whole = whole or self._whole, whole
        text = Text(no_wrap=not whole, overflow="fold" if whole else "ellipsis", end="")
        for words, role in pieces:
            said = words if (words, role) == _NEW_LINE else harmless(words)
            text.append(said, style_of(self.app, role))
        self.update(text, layout=layout)


class AccountStrip(PieceLine):
    """The view's name and size on the left; accounts, outbox and engine on the right."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._title = ""
        self._count: int | None = None
        self._standing = Standing()
        self._course = Course()
        self._budgets: Mapping[AccountUid, str] = {}
        self._engine = "none"

    def set_view(self, title: str, count: int | None) -> None:
        """Show which list this is and how long it is (None: not known yet)."""
        self._title, self._count = title, count
        self._paint()

    def set_standing(self, standing: Standing) -> None:
        """Show how the accounts are."""
        self._standing = standing
        self._paint()

    def set_budgets(self, budgets: Mapping[AccountUid, str]) -> None:
        """Show how each account stands by its platform's measure, in few cells."""
        self._budgets = budgets
        self._paint()

    def set_engine(self, status: str) -> None:
        """Show how the engine is."""
        self._engine = status
        self._paint()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._paint()

    def _paint(self) -> None:
        width = self.size.width
        if width <= 0:
            return
        left: list[Piece] = [(f" {outside(self._title)}", "title")]
        if self._count is not None:
            left.append((f" {self._count}", "quiet"))
        late, owed = self._standing.counts.get("late", 0), self._standing.counts.get("owed", 0)
        if late:
            left.append((f"  ! {_('{n} late').format(n=late)}", "late"))
        if owed:
            left.append((f"  {_('{n} owed').format(n=owed)}", "plain"))
        room = width - sum(cell_len(words) for words, _role in left) - 2
        right = self._right(room)
        used = sum(cell_len(words) for words, _role in (*left, *right))
        self.paint([*left, (" " * max(width - used - 1, 1), "plain"), *right])

    def _right(self, room: int) -> list[Piece]:
        """Return outbox, accounts and engine, as many words as there is room for."""
        engine = engine_sign(self._engine)
        quiet_engine = self._engine in {"running", "none"}
        tail: list[Piece] = (
            [] if quiet_engine else [(f"  {engine.glyph} {engine.word}", engine.role)]
        )
        waiting = sum(each.on_their_way for each in self._standing.accounts)
        stuck = sum(each.stuck for each in self._standing.accounts)
        if waiting:
            tail.append((f"  ↑ {_('{n} going out').format(n=waiting)}", "soon"))
        if stuck:
            tail.append((f"  ! {_('{n} stuck: g t').format(n=stuck)}", "trouble"))
        if unreadable := self._standing.unreadable:
            tail.append((f"  ! {_('{n} unreadable: g u').format(n=unreadable)}", "trouble"))
        for accounts in (self._measured(), self._all(), self._troubled(), []):
            pieces = [*accounts, *tail]
            if sum(cell_len(words) for words, _role in pieces) <= room:
                return pieces
        return [(fit("".join(words for words, _role in tail).strip(), max(room, 0)), "trouble")]

    def _measured(self) -> list[Piece]:
        """Return every account with how it stands by its platform's measure."""
        found: list[Piece] = []
        for each in self._standing.accounts:
            found.append(self._account(each))
            if budget := self._budgets.get(each.uid):
                found.append((f" {outside(budget)}", "quiet"))
        return found

    def _all(self) -> list[Piece]:
        return [self._account(each) for each in self._standing.accounts]

    def _troubled(self) -> list[Piece]:
        """Return the accounts that are not well by name, the others as a number."""
        troubled = [
            each
            for each in self._standing.accounts
            if account_sign(each.state).role in {"soon", "trouble"}
        ]
        well = len(self._standing.accounts) - len(troubled)
        said = ngettext("{n} account ok", "{n} accounts ok", well).format(n=well)
        return [*map(self._account, troubled), *([(f"  ● {said}", "ok")] if well else [])]

    def _account(self, account: AccountStanding) -> Piece:
        sign = account_sign(account.state)
        to_come = account.remaining if account.state == "syncing" else 0
        bar = self._course.bar(account.uid, to_come, _BAR)
        left = f" {bar} {to_come}" if bar else ""
        return (f"  {sign.glyph} {outside(account.name)} {sign.word}{left}", sign.role)


Said = Callable[[datetime], str]
"""A sentence that may change with the time; empty when it is over."""

SAID_FOR = timedelta(seconds=15)
"""How long a result stands in the bottom line."""


def for_a_while(words: str, now: datetime) -> Said:
    """Return a sentence that falls silent by itself."""
    return lambda later: words if later - now < SAID_FOR else ""


class BottomLine(PieceLine):
    """Says what was just done, what may follow a begun key, else the keys of this page."""

    class Clicked(Message):
        """A key was clicked instead of pressed."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    def __init__(self, commands: Sequence[Command], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._commands = commands
        self._said: Said | None = None
        self._role = "plain"
        self._begun: tuple[str, tuple[tuple[str, Command], ...]] = ("", ())
        self._note = ""
        self._spots: list[tuple[range, Command]] = []
        """The keys that stand there: in which cells, and what each does."""
        self._now = datetime.min.replace(tzinfo=UTC)

    def say(self, said: str | Said, role: str, now: datetime) -> None:
        """Say a sentence until another one, or until it falls silent by itself."""
        self._said = said if callable(said) else for_a_while(said, now)
        self._role = role
        self.tick(now)

    def silence(self, now: datetime) -> None:
        """Go back to the keys."""
        self._said = None
        self.tick(now)

    def note(self, words: str, now: datetime) -> None:
        """Keep a few words before everything else, like the number of selected rows."""
        self._note = words
        self.tick(now)

    def begin(self, typed: str, follow: tuple[tuple[str, Command], ...], now: datetime) -> None:
        """Show a begun sequence and what may follow; an empty one ends that."""
        self._begun = (typed, follow)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Paint what is to be said now."""
        self._now = now
        self._spots = []
        typed, follow = self._begun
        before: list[Piece] = [(f" {self._note} ·", "soon")] if self._note else []
        if typed:
            begun = [[(f" {shown(typed)} …", "key")]]
            for stroke, command in follow:
                key = (f"  {shown(stroke)}", "key")
                begun.append([key, (f" {_short(command)}", "quiet")])
            pieces = unbroken(begun, self.size.width)
            self.paint(pieces, whole=_NEW_LINE in pieces)
            return
        words = self._said(now) if self._said is not None else ""
        if words:
            self.paint([*before, (f" {outside(words)}", self._role)], whole=True)
            return
        self._said = None
        self.paint([*before, *self._keys(sum(cell_len(text) for text, _ in before))])

    def on_resize(self) -> None:
        """Fit the new width."""
        self.tick(self._now)

    def on_click(self, event: events.Click) -> None:
        """Tell which key was clicked."""
        found = next((command for cells, command in self._spots if event.x in cells), None)
        if found is not None:
            self.post_message(self.Clicked(found))

    def _keys(self, start: int) -> list[Piece]:
        """Return as many keys as there is room for from a cell on; the way out and help always."""
        room = self.size.width - start
        first = {command.title: command for command in reversed(self._commands)}
        named = [command for command in self._commands if first[command.title] is command]
        hints: list[list[Piece]] = [
            [(f" {keys_shown(each).split('  ')[0]}", "key"), (f" {each.title} ", "quiet")]
            for each in named
        ]
        spare = [index for index, each in enumerate(named[:-1]) if "escape" not in each.keys]
        while spare and sum(cell_len(text) for hint in hints for text, _role in hint) > room:
            hints[spare.pop()].clear()
        for command, hint in zip(named, hints, strict=True):
            end = start + sum(cell_len(text) for text, _role in hint)
            self._spots.append((range(start, end), command))
            start = end
        return [piece for hint in hints for piece in hint]


def unbroken(parts: Sequence[Sequence[Piece]], width: int) -> list[Piece]:
    """Return the parts on as many lines of that many cells as they need, none of them broken."""
    found: list[Piece] = []
    left = width
    for part in parts:
        cells = sum(cell_len(words) for words, _role in part)
        if cells > left and found:
            found.append(_NEW_LINE)
            left = width
        found += part
        left -= cells
    return found


def _short(command: Command) -> str:
    """Return a title without its "Go to", which stands before it already."""
    return command.title.removeprefix(_("Go to ")).strip()
