"""The lines of the link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.link import protocol
from inbox.link.protocol import (
    AccountChanged,
    AccountResult,
    Down,
    Hello,
    Leave,
    NotOurs,
    Nudge,
    Question,
    ReloadConfig,
    StoreChanged,
    Sync,
    Synced,
    Up,
)

UPS: tuple[Up, ...] = (
    StoreChanged(7),
    AccountChanged("a1", "offline"),
    Question("a1", "gone"),
    Synced(3, (AccountResult("shop", "ok", new=2, error=None),), ("nobody",)),
)
DOWNS: tuple[Down, ...] = (
    Nudge("a1"),
    Sync(3, ("shop",), accept_gone=True),
    ReloadConfig(),
    Leave("1.2"),
)


@pytest.mark.parametrize("line", UPS)
def test_what_the_engine_says_arrives_as_it_was_said(line: Up) -> None:
    """Screen and engine are two processes: a fact must survive the way between them."""
    raw = protocol.encode(line)

    assert protocol.up_of(raw) == line
    assert raw.endswith(b"\n")
    assert raw.count(b"\n") == 1


@pytest.mark.parametrize("line", DOWNS)
def test_what_the_engine_is_told_arrives_as_it_was_said(line: Down) -> None:
    """A nudge that arrives as something else would leave a reply lying."""
    assert protocol.down_of(protocol.encode(line)) == line


@given(st.binary(max_size=300))
def test_bytes_of_nobody_are_never_taken_for_a_line(raw: bytes) -> None:
    """Whoever writes into our socket cannot make the engine fail."""
    for read in (protocol.hello_of, protocol.up_of, protocol.down_of):
        try:
            line = read(raw)
        except NotOurs:
            continue
        assert read(protocol.encode(line)) == line


def test_a_deeply_nested_line_is_refused() -> None:
    """A line that would exhaust the parser's stack is only a bad line."""
    with pytest.raises(NotOurs):
        protocol.down_of(b"[" * 60_000)


def test_a_line_over_the_limit_is_not_sent() -> None:
    """The other end would take it for an attack and hang up."""
    with pytest.raises(NotOurs):
        protocol.encode(Nudge("x" * protocol.LINE_LIMIT))


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        (Hello(1, 1, "0.10.0"), Hello(1, 1, "0.9.0"), True),
        (Hello(1, 1, "0.9.0"), Hello(1, 1, "0.10.0"), False),
        (Hello(1, 1, "0.9.0"), Hello(1, 1, "0.9.0"), False),
        (Hello(1, 2, "0.1"), Hello(1, 1, "0.9"), True),
        (Hello(2, 1, "0.1"), Hello(1, 3, "0.9"), True),
    ],
)
def test_the_newer_product_is_known(one: Hello, other: Hello, *, newer: bool) -> None:
    """Only a newer screen may send an engine away; equals would do it to each other for ever."""
    assert protocol.newer(one, other) is newer
