"""The terminal itself: what it sends, and whether it has room for a page.

None of its bytes ends the program, and no pasted one passes for a key.
Textual reads UTF-8 alone and panics at any other byte, and an escape code in
what is pasted makes it take the letters behind for keys: they could send.
"""

from __future__ import annotations

import os
import re
import select
import sys
from codecs import getincrementaldecoder, lookup
from contextlib import suppress
from typing import TextIO

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from inbox.commands.values import QUIT_ALWAYS, shown
from inbox.i18n import gettext as _

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
"""What terminals put around what is pasted."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LOOKS_EVERY = 0.1
"""Seconds between two looks whether the program has ended, as in Textual."""

LEAST_WIDTH, LEAST_HEIGHT = 60, 15
"""Cells below which the pages cannot be read."""


def too_small(size: Size) -> bool:
    """Return whether the pages cannot be read in a terminal of that size."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


class TooSmallScreen(Screen[None]):
    """Covers everything until there is room."""

    def compose(self) -> ComposeResult:
        """Return the sentence."""
        said = _(
            "The terminal is too small: {width}x{height} at least. Make it larger; {key} leaves."
        )
        words = said.format(width=LEAST_WIDTH, height=LEAST_HEIGHT, key=shown(QUIT_ALWAYS))
        yield Static(words, markup=False)


class Pastes:
    """Takes all that is no text out of what is pasted; what is typed passes as it is."""

    def __init__(self) -> None:
        self._inside = False
        self._kept = ""
        """Inside: held back, the end may begin with it. Outside: passed on, the beginning may."""

    def passed(self, typed: str) -> str:
        """Return what is to be read of the next characters from the terminal."""
        found: list[str] = []
        while typed:
            typed = self._pasted(typed, found) if self._inside else self._keys(typed, found)
        return "".join(found)

    def _keys(self, typed: str, found: list[str]) -> str:
        """Pass keys on until a paste has begun; return what is left."""
        whole = self._kept + typed
        begun = whole.find(_BEGIN)
        if begun < 0:
            found.append(typed)
            self._kept = whole[1 - len(_BEGIN) :]
            return ""
        taken = begun + len(_BEGIN) - len(self._kept)
        found.append(typed[:taken])
        self._inside, self._kept = True, ""
        return typed[taken:]

    def _pasted(self, typed: str, found: list[str]) -> str:
        """Pass text on until the paste has ended; return what is left."""
        text, end, rest = (self._kept + typed).partition(_END)
        self._kept = ""
        if end:
            self._inside = False
        else:
            held = next(n for n in range(len(_END) - 1, -1, -1) if text.endswith(_END[:n]))
            text, self._kept = text[: len(text) - held], text[len(text) - held :]
        found.append(_NO_TEXT.sub("", text) + end)
        return rest


class PatientDriver(LinuxDriver):
    """Textual's driver for a terminal that may send anything."""

    def start_application_mode(self) -> None:
        """Begin to paint, in letters that the terminal has."""
        if not _letters_of(sys.__stderr__).startswith("utf"):
            from inbox.screens.letters import suit

            suit(sys.__stderr__)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's

    def run_input_thread(self) -> None:
        """Read what comes until the program ends: as Textual does, but for the two cases above."""
        parser, pastes = XTermParser(self._debug), Pastes()
        letters = _letters_of(sys.__stdin__)
        # Where nothing is known of letters (LANG=C) they are mostly UTF-8 all the same.
        letters = "utf-8" if letters == "ascii" else letters
        decode = getincrementaldecoder(letters)(errors="replace").decode
        while not self.exit_event.is_set():
            typed = ""
            if select.select([self.fileno], [], [], _LOOKS_EVERY)[0]:
                came = os.read(self.fileno, 4096)
                if not came:  # the terminal is gone; whoever watches it ends us
                    self.exit_event.wait(_LOOKS_EVERY)
                typed = pastes.passed(decode(came))
            for event in parser.feed(typed) if typed else ():
                self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
        with suppress(EOFError, ParseError):
            list(parser.feed(""))


class TerminalApp(App[None]):
    """An app that reads its terminal in our way."""

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver, made patient where it reads a terminal."""
        driver = super().get_driver_class()
        if driver is LinuxDriver or not issubclass(driver, LinuxDriver):
            return PatientDriver if driver is LinuxDriver else driver
        return type(driver.__name__, (PatientDriver, driver), {})


def _letters_of(side: TextIO | None) -> str:
    """Return how a side of the terminal writes letters, as the environment says."""
    return lookup(side.encoding if side is not None else "utf-8").name
