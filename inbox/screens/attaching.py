"""Choosing a file that goes along with an answer: a path, with what lies in its folder below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.field import Field
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import outside

_ROWS = 12


class AttachScreen(KeyScreen):
    """Typing narrows, Tab completes, Enter attaches."""

    CONTEXT: ClassVar[Context] = Context.ATTACH

    def __init__(self, desk: Desk, attach: Callable[[Path], None]) -> None:
        super().__init__(desk)
        self._chosen = attach

    def compose(self) -> ComposeResult:
        """Return the field and what could be meant."""
        with Vertical(id="picking"):
            yield Field("~/", placeholder=_("Path of a file"), id="path")
            yield TextPage(id="near")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show what lies in the seller's home."""
        self.query_one("#near", TextPage).can_focus = False
        field = self.query_one("#path", Input)
        field.focus()
        field.cursor_position = len(field.value)
        self._look(field.value)

    @on(Input.Changed, "#path")
    def typed(self, event: Input.Changed) -> None:
        """Show what could be meant; a path typed behind the one that stands there replaces it."""
        anew = begun_anew(event.value)
        if anew != event.value:
            self._put(anew)
        else:
            self._look(event.value)

    def action_attach_file(self, _count: int | None = None) -> None:
        """Attach the file, or go into the folder."""
        value = self.query_one("#path", Input).value
        if Path(value).expanduser().is_dir():
            self._put(value.rstrip("/") + "/")
            return
        self.leave()
        self._chosen(Path(value))

    def action_complete(self, _count: int | None = None) -> None:
        """Complete what is typed as far as it is clear."""
        value = self.query_one("#path", Input).value
        found = near(value)
        beginning = common([path.name for path in found])
        folder = value[: value.rfind("/") + 1]
        if beginning:
            whole = len(found) == 1 and found[0].is_dir()
            self._put(folder + beginning + ("/" if whole else ""))

    def _put(self, value: str) -> None:
        field = self.query_one("#path", Input)
        field.value = value
        field.cursor_position = len(value)

    def _look(self, value: str) -> None:
        found = near(value)
        lines = [
            PageLine(f"  {outside(path.name)}{'/' if path.is_dir() else ''}", "plain", Wrap.CUT)
            for path in found[:_ROWS]
        ]
        if len(found) > _ROWS:
            lines.append(PageLine(_("  … and {n} more").format(n=len(found) - _ROWS), "quiet"))
        page = self.query_one("#near", TextPage)
        page.show(lines or [PageLine(_("  Nothing there begins so."), "quiet")])


def begun_anew(value: str) -> str:
    """Return the path that begins last in this: of `~//etc/hosts` it is `/etc/hosts`."""
    return value[max(value.rfind("//"), value.rfind("/~/")) + 1 :]


def near(value: str) -> list[Path]:
    """Return what lies in the folder of a path that is being typed and begins so, sorted."""
    folder, _slash, beginning = value.rpartition("/")
    if not value.startswith(("/", "~")):
        folder = folder or "."
    try:
        return sorted(
            path
            for path in Path(f"{folder}/").expanduser().iterdir()
            if path.name.startswith(beginning) and (beginning or not path.name.startswith("."))
        )
    except (OSError, RuntimeError):
        return []


def common(names: list[str]) -> str:
    """Return the letters that all the names begin with."""
    first, last = min(names, default=""), max(names, default="")
    end = next((at for at, letter in enumerate(first) if not last.startswith(letter, at)), None)
    return first[:end]
