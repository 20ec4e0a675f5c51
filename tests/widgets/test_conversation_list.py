"""The list widget alone, on rows without a store: cursor, repainting, a hundred thousand rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.strip import Strip

from inbox.core.model import Conversation, ConversationUid
from inbox.view.rows import Rows
from inbox.widgets.conversation_list import ConversationList
from inbox.widgets.pointer import in_sight
from tests.screens.shop import NOON, Hands, hours
from tests.widgets.test_row_line import LAMP


def rows_of(*names: str) -> Rows:
    """Return rows of these ids, due one hour after the other."""

    def load(uids: Sequence[ConversationUid]) -> list[Conversation]:
        return [
            replace(
                LAMP, uid=uid, subject=f"Subject {uid}", due_at=NOON + hours(1 + names.index(uid))
            )
            for uid in uids
        ]

    return Rows([ConversationUid(name) for name in names], load, lambda _each: "mail")


def many(count: int) -> Rows:
    """Return that many rows."""

    def load(uids: Sequence[ConversationUid]) -> list[Conversation]:
        return [replace(LAMP, uid=uid, subject=f"Subject {uid}") for uid in uids]

    return Rows(
        [ConversationUid(str(number)) for number in range(count)], load, lambda _each: "mail"
    )


class ListApp(App[None]):
    """A list and nothing else."""

    def __init__(self, clock: Hands) -> None:
        super().__init__()
        self.found = ConversationList(clock, NOON.tzinfo)
        self.opened: list[ConversationUid] = []

    def compose(self) -> ComposeResult:
        yield self.found

    def on_conversation_list_opened(self, event: ConversationList.Opened) -> None:
        self.opened.append(event.uid)


async def test_a_refresh_moves_the_cursor_to_no_other_conversation() -> None:
    """What the eye is on stays under the cursor, wherever the order puts it."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 24)):
        app.found.show(rows_of("a", "b", "c", "d"))
        app.found.go(2)
        found = []
        for names in ("abcd", "xabcd", "dcba", "xycz", "c", "abd", "bd", "x", ""):
            app.found.show(rows_of(*names))
            found.append(app.found.uid)

        assert found == ["c", "c", "c", "c", "c", "a", "b", "x", None]


async def test_when_its_conversation_leaves_the_cursor_takes_the_nearest() -> None:
    """Done, and the next one is there: below if there is one, else above."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 24)):
        app.found.show(rows_of(*"abcd"))
        app.found.go(1)
        app.found.show(rows_of(*"acd"))
        below = app.found.uid
        app.found.go(2)
        app.found.show(rows_of(*"ac"))

        assert (below, app.found.uid) == ("c", "c")


async def test_rows_that_come_in_above_do_not_move_what_is_read() -> None:
    """A list that jumps under the eye cannot be read."""
    app = ListApp(Hands())
    names = [f"n{number}" for number in range(200)]
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.show(rows_of(*names))
        app.found.go(100)
        await pilot.pause()
        line = app.found.cursor - app.found.scroll_offset.y
        app.found.show(rows_of(*(f"new{number}" for number in range(7)), *names))
        await pilot.pause()

        assert app.found.uid == "n100"
        assert app.found.cursor - app.found.scroll_offset.y == line


async def test_only_countdowns_that_read_differently_are_painted_again() -> None:
    """A clock that repaints everything each second eats the battery."""
    clock = Hands()
    app = ListApp(clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.show(rows_of("a", "b", "c"))
        await pilot.pause()
        at_once = app.found.tick()
        clock.on(seconds=1)
        await pilot.pause()
        after_a_second = app.found.tick()
        await pilot.pause()
        clock.on(seconds=59)

        assert (at_once, after_a_second) == (0, 3)
        await pilot.pause()
        assert app.found.tick() == 0


async def test_what_comes_in_out_of_sight_paints_nothing() -> None:
    """While much comes in the list is read again and again; most of it is far below."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 10)) as pilot:
        asked: list[int] = []
        render_line = app.found.render_line

        def noted(y: int) -> Strip:
            asked.append(y)
            return render_line(y)

        app.found.render_line = noted  # type: ignore[method-assign] # what Textual asks for is the question
        painted = []
        names = "abcdefghijklmnop"
        for order in (names, names[:12] + "ponm", "b" + "a" + names[2:]):
            app.found.show(rows_of(*order))
            await pilot.pause()
            painted.append(bool(asked))
            asked.clear()

        assert painted == [True, False, True]
        assert app.found.rows is not None
        assert app.found.rows.ids[-4:] == tuple(names[12:])


async def test_on_another_day_every_row_is_painted_again() -> None:
    """What stands as 14:05 was yesterday then."""
    clock = Hands()
    app = ListApp(clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.show(rows_of("a"))
        app.found.tick()
        await pilot.pause()
        before = app.found.render_line(0).text
        clock.on(hours=36)
        app.found.tick()
        await pilot.pause()

        assert before[-5:] == "10:00"
        assert ":" not in app.found.render_line(0).text[-7:]


async def test_a_hundred_thousand_rows_scroll() -> None:
    """A busy year must not make the list slow: only what is seen is loaded and painted."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 24)) as pilot:
        started = perf_counter()
        app.found.show(many(100_000))
        app.found.go(99_999)
        await pilot.pause()
        app.found.go(50_000)
        await pilot.pause()
        took = perf_counter() - started

        assert app.found.uid == "50000"
        assert "Subject 50000" in _painted(app)
        assert timedelta(seconds=took) < timedelta(seconds=3)


async def test_a_click_moves_the_cursor_and_a_second_one_opens() -> None:
    """The mouse works too."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.show(rows_of("a", "b", "c"))
        await pilot.click(app.found, offset=(10, 2))
        assert app.found.uid == "c"
        await pilot.click(app.found, offset=(10, 1), times=2)
        await pilot.pause()

        assert app.opened == ["b"]


def _painted(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_the_wheel_takes_the_cursor_along_and_a_refresh_leaves_the_page() -> None:
    """A key on a row that nobody sees would be about the wrong buyer."""
    app = ListApp(Hands())
    async with app.run_test(size=(80, 10)) as pilot:
        app.found.show(many(100))
        await pilot.pause()
        for _turn in range(6):
            app.found.post_message(scrolled(app.found))
        await pilot.pause()
        top = app.found.scroll_offset.y
        assert top == 12
        assert app.found.uid == "14"
        app.found.show(many(101))
        await pilot.pause()

        assert (app.found.scroll_offset.y, app.found.uid) == (top, "14")


@pytest.mark.parametrize(
    ("cursor", "top", "seen"),
    [(0, 0, 0), (0, 1, 3), (9, 0, 7), (50, 40, 47), (50, 90, 92), (99, 90, 99), (3, 1, 3)],
)
def test_the_cursor_comes_into_sight_by_the_shortest_way(cursor: int, top: int, seen: int) -> None:
    """Ten of a hundred rows are seen; two of them stay above and below, but at the ends."""
    assert in_sight(cursor, top, 10, 100) == seen


def scrolled(seen: ConversationList) -> events.MouseScrollDown:
    """Return one turn of the wheel."""
    return events.MouseScrollDown(seen, 5, 5, 0, 0, 0, False, False, False)
