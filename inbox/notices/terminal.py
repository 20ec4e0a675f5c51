"""What makes a terminal tell: the bell, and the notification sequence it understands. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from inbox.core.alerts import Alert
from inbox.core.plaintext import clean

BELL = "\a"
_ST = "\x1b\\"
_LONGEST = 200
"""Characters of a notification; longer ones are cut by most desktops anyway."""

_BY_PROGRAM = {
    "iTerm.app": "osc9",
    "WezTerm": "osc777",
    "ghostty": "osc777",
    "rio": "osc9",
    "contour": "osc777",
}
_BY_TERM = {"xterm-kitty": "osc99", "foot": "osc777", "rxvt": "osc777", "xterm-ghostty": "osc777"}


def way_of(setting: str, environ: Mapping[str, str]) -> str:
    """Return the sequence a terminal understands ("bell" where we know of none).

    Inside tmux or screen nothing but the bell gets through.
    """
    if setting != "auto":
        return setting
    term = environ.get("TERM", "")
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("tmux", "screen")):
        return "bell"
    if environ.get("KITTY_WINDOW_ID"):
        return "osc99"
    program = _BY_PROGRAM.get(environ.get("TERM_PROGRAM", ""))
    return program or next(
        (way for name, way in _BY_TERM.items() if term == name or term.startswith(f"{name}-")),
        "bell",
    )


def sequence(alert: Alert, way: str) -> str:
    """Return what is written to the terminal for an alert; empty when `way` is "off"."""
    if way == "off":
        return ""
    text = clean(alert.text, one_line=True)[:_LONGEST]
    body = {
        "osc9": f"\x1b]9;inbox: {text}{_ST}",
        "osc777": f"\x1b]777;notify;inbox;{text.replace(';', ',')}{_ST}",
        "osc99": f"\x1b]99;i=inbox:d=0;inbox{_ST}\x1b]99;i=inbox:p=body;{text}{_ST}",
    }
    return BELL + body.get(way, "")
