"""What a stranger calls a file never decides where it lands or whether it runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core.filenames import MOST_BYTES, may_be_opened, numbered, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Rechnung Nr. 7 (Müller).pdf", "Rechnung Nr. 7 (Müller).pdf"),
        ("照片.jpg", "照片.jpg"),
        ("../../.ssh/authorized_keys", "ssh_authorized_keys"),
        ("C:\\Users\\anna\\photo.jpg", "C_Users_anna_photo.jpg"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("  photo.jpg . ", "photo.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("photo\n.jpg", "photo.jpg"),
        ("CON.txt", "file_CON.txt"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("\x00", "file"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name: str, safe: str) -> None:
    """No path, not hidden, no option of a command, no trick with direction."""
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_whatever_it_is_called_it_is_one_visible_file_in_the_folder(name: str) -> None:
    """Any text at all may stand in a mail."""
    safe = safe_name(name)

    assert safe
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r')
    assert safe[0] not in ".-~ "
    assert len(safe.encode()) <= MOST_BYTES
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_extension() -> None:
    """What a file is must still be seen."""
    safe = safe_name("ä" * 300 + ".pdf")

    assert safe.endswith("ä.pdf")
    assert len(safe.encode()) <= MOST_BYTES


def test_the_second_file_of_a_name_has_a_number() -> None:
    """Nothing is replaced."""
    assert [numbered("a.tar.gz", n) for n in (1, 2)] == ["a.tar.gz", "a.tar (2).gz"]
    assert numbered("README", 3) == "README (3)"


@pytest.mark.parametrize(
    ("name", "content", "opened"),
    [
        ("photo.JPG", b"\xff\xd8\xff", True),
        ("invoice.pdf", b"%PDF-1.7", True),
        ("notes.txt", b"hello", True),
        ("invoice.pdf.exe", b"MZ", False),
        ("invoice.pdf", b"MZ\x90", False),
        ("photo.jpg", b"#!/bin/sh\nrm -rf ~", False),
        ("photo.png", b"\x7fELF", False),
        ("page.html", b"<html>", False),
        ("photo.svg", b"<svg>", False),
        ("notes.txt", b"  <!DOCTYPE html><img src=http://tracker.example>", False),
        ("open me.desktop", b"[Desktop Entry]", False),
        ("macro.docm", b"PK", False),
        ("archive.zip", b"PK", False),
        ("photo.exe.", b"\xff\xd8", False),
        ("noextension", b"hello", False),
        ("jpg", b"hello", False),
    ],
)
def test_only_what_is_known_for_harmless_is_opened(
    name: str, content: bytes, *, opened: bool
) -> None:
    """A program called invoice must cost a seller nothing."""
    assert may_be_opened(name, content) is opened
