"""Text that attacks a terminal or a widget, with a plain word at each end."""

from __future__ import annotations

ESC = "\x1b"

ATTACKS = (
    f"{ESC}]52;c;cm0gLXJmIH4=\x07",  # OSC 52: writes the clipboard
    f"{ESC}]8;;http://evil.example{ESC}\\here{ESC}]8;;{ESC}\\",  # OSC 8: a link that says another
    f"{ESC}]0;owned\x07",  # the window's title
    f"{ESC}[2J{ESC}[31;41m",  # clears the screen
    f"{ESC}P+q544e{ESC}\\",  # DCS: asks the terminal to answer
    "\x9b31m\x9d52;c;eA==\x9c",  # the same as single C1 characters
    "\u202egpj.exe\u2066x\u2069",  # bidi overrides
    "[/] [/b] [bold red] [@click=app.quit] [link=http://evil.example]x[/link] [",  # markup
    "$foreground [$error] {{ customer.first_name }} {% include %} %s {0} {name!r}",
    "刘伟👩‍👩‍👧‍👦e\u0301\u200b\u200d\ufeffꙮ\u0600\u180e",  # wide, joined, zero width
    "\r\nBcc: everyone@example.org\r\n\x00\x08\x7f\t\v\f\x85\u2028",  # line ends, controls
    "a" * 5_000,  # no place to break
)

HOSTILE = "BEGIN " + " ".join(ATTACKS) + " END"

SHORT = tuple(f"BEGIN {attack[:200]} END" for attack in ATTACKS)

FORBIDDEN = (
    b"\x1b]52",
    b"\x1b]8;",
    b"\x1b]0;owned",
    b"\x1bP+q",
    b"\x1b[31;41m",
    b"\xc2\x9b",
    b"\xc2\x9d",
    "\u202e".encode(),
    "\u2066".encode(),
    b"\x1b[2J\x1b[31",
    b"\x08",
    b"\x7f",
)
"""What must never reach a terminal, whatever a stranger wrote."""
