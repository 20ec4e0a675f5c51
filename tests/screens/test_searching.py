"""Searching and own views on the list page: as one types, and what Enter adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox.app import InboxApp
from inbox.commands import rebound, saved, table
from inbox.screens.reading import ReadingScreen
from inbox.view import rows
from tests.screens.driving import hands_on
from tests.screens.shop import Shop, answered, hours, open_shop, wrote


async def test_the_list_follows_a_search_letter_by_letter(shop: Shop) -> None:
    """The last word is only begun while it is typed; a blank ends it."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("lam")
        await hands.see("“lam”: 1 found", "Lamp")
        await hands.write(" ")

        await hands.see("“lam”: 0 found", "Nothing found")


async def test_a_search_that_is_none_says_where(shop: Shop) -> None:
    """The column, and what may stand there."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("x due:2")

        await hands.see("Not a search yet, column 7", "<2h, >2d")


@pytest.mark.slow
async def test_many_hits_are_shown_in_part_until_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key answers at once; nothing found stays out of reach."""
    monkeypatch.setattr(rows, "TYPED", 2)
    monkeypatch.setattr(rows.typed_rows, "__defaults__", (2,))
    mails = [wrote(f"Buyer{n}", "vase", ago=hours(n), subject=f"Vase {n}") for n in range(5)]
    with open_shop(tmp_path, mails) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("/")
            await hands.write("vase")
            await hands.see("“vase”: the newest 2, Enter: all", "Vase 0", "Vase 1")
            await hands.press("enter")

            await hands.see("“vase”: 5 found", "Vase 4")
            await hands.press("u", "/")
            await hands.write("-lamp")

            await hands.see("“-lamp”: 5 found")


async def test_keys_that_follow_enter_at_once_are_no_part_of_the_search(shop: Shop) -> None:
    """Quick hands, or a slow line: the next key is about what was found."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        hands.burst(*"lamp", "enter", "s")
        await hands.see("“lamp”: 1 found", "Starred: Kate")


async def test_views_of_ones_own_are_a_key_away_and_in_help(shop: Shop) -> None:
    """What is asked every morning is asked by two keys."""
    views = {"Lamps now": "lamp", "Waiting long": "is:waiting before:1m"}
    commands = rebound((*table(), *saved(views)), {})[0]
    async with hands_on(InboxApp(replace(shop.desk, views=views, commands=commands))) as hands:
        await hands.press("g", "1")
        await hands.see("Lamps now 1", "Lamp")
        await hands.press("g", "2")
        await hands.see("Waiting long 1", "Shade")
        await hands.press("?", "G")

        await hands.see("Keys")
    assert [command.title for command in commands[-2:]] == ["Go to Lamps now", "Go to Waiting long"]


@pytest.mark.slow
async def test_a_dot_does_the_same_to_the_next(shop: Shop) -> None:
    """Ten newsletters are ten keys, not thirty."""
    async with hands_on(shop.app()) as hands:
        await hands.press(".")
        await hands.see("Nothing was done yet")
        await hands.press("s")
        await hands.see("Starred: Kate O'Neil")
        await hands.press(".", ".")
        await hands.press("g", "s")

        await hands.see("Starred 3")


async def test_a_dot_goes_on_where_the_last_action_left(shop: Shop) -> None:
    """Done moves on by itself: the next is not passed over."""
    async with hands_on(shop.app()) as hands:
        await hands.press("e", ".")
        await hands.press("g", "e")

        await hands.see("Done 2")


@pytest.mark.slow
async def test_a_dot_works_while_reading_too(shop: Shop) -> None:
    """The next conversation is shown, and the same is done to it."""
    async with hands_on(shop.app()) as hands:
        await hands.press("enter", "s")
        await hands.see("Starred: Kate O'Neil")
        await hands.press(".")
        await hands.see("Paket 1001", "★")


@pytest.mark.slow
async def test_after_a_search_n_and_p_go_from_hit_to_hit(tmp_path: Path) -> None:
    """Also where folded text holds it: what was found must not stay hidden."""
    lines = "\n".join(f"line {number}" for number in range(40))
    first = wrote("Kate", f"{lines}\nA crooked foot.", ago=hours(9), subject="Vase")
    ours = answered(first, "Send a photo, please.", ago=hours(8))
    text = "Here it is.\n\nOn Monday you wrote:\n> Is the crooked part loose?\n> Regards"
    last = wrote("Kate", text, ago=hours(7), subject="Re: Vase", in_reply_to=(ours.message_id,))
    with open_shop(tmp_path, [first, ours, last]) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("/")
            await hands.write("crooked")
            await hands.see("“crooked”: 1 found")
            await hands.press("enter", "enter")
            await hands.on(ReadingScreen)
            await hands.press("g", "g", "n")
            await hands.see("Hit 1 of 2", "A crooked foot.")
            await hands.press("n")
            await hands.see("Hit 2 of 2", "Is the crooked part loose?")
            await hands.press("p")

            await hands.see("Hit 1 of 2", "A crooked foot.")
