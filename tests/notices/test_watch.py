"""Each change is told once by each way: over restarts, screens and quiet hours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from inbox.core.alerts import LATE, Alert, Quiet, intervals_of
from inbox.core.scheduling import wish_of
from inbox.notices.watch import COMMAND, SCREEN, NoticeSettings, Watch
from inbox.store import told
from inbox.store.database import Store
from tests.screens.shop import Shop, answered, hours, open_shop, wrote

SETTINGS = NoticeSettings(zone=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """One question, due in five hours: soon in twelve minutes, a fifth of a day before."""
    with open_shop(tmp_path, [wrote("Kate", "Where is it?", ago=hours(19), subject="Lamp")]) as one:
        yield one


def watch(shop: Shop, way: str = SCREEN, settings: NoticeSettings = SETTINGS) -> Watch:
    return Watch(shop.store, way, shop.hands, lambda: settings)


def texts(found: Watch) -> list[str]:
    return [alert.text for alert in found.look()]


def test_soon_and_late_are_told_once_each(shop: Shop) -> None:
    """Soon is when there is time to do something; late is when there was none."""
    one = watch(shop)
    said = [texts(one)]
    shop.hands.on(minutes=12, seconds=1)
    said += [texts(one), texts(one)]
    shop.hands.on(hours=4, minutes=48)
    said += [texts(one), texts(one)]

    assert said == [
        [],
        ["Due in 4h 47m: Kate · Lamp"],
        [],
        ["Late by 1s: Kate · Lamp"],
        [],
    ]


def test_it_is_not_told_again_after_a_restart_or_on_a_second_screen(shop: Shop) -> None:
    """Whoever rings first has rung."""
    shop.hands.on(hours=6)

    assert len(watch(shop).look()) == 1
    assert watch(shop).look() == ()


def test_of_many_screens_at_once_one_rings(shop: Shop) -> None:
    """They look in the same second."""
    shop.hands.on(hours=6)
    gate = threading.Barrier(4)
    found: list[Alert] = []

    def ring() -> None:
        one = watch(shop)
        gate.wait(10)
        found.extend(one.look())

    threads = [threading.Thread(target=ring) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(found) == 1


def test_screen_and_command_tell_each_for_itself(shop: Shop) -> None:
    """The phone must ring although the screen did."""
    shop.hands.on(hours=6)

    assert len(watch(shop, SCREEN).look()) == len(watch(shop, COMMAND).look()) == 1


def test_it_looks_only_when_there_may_be_something(shop: Shop) -> None:
    """A second that changes nothing costs a comparison."""
    one = watch(shop)
    one.look()
    revision = shop.store.revision()

    assert not one.wants(revision)
    shop.hands.on(hours=1)
    assert one.wants(revision)
    one.look()
    shop.take(wrote("Bo", "And mine?", ago=hours(0), subject="Shade"))
    assert one.wants(shop.store.revision())


def test_what_was_answered_in_time_is_never_told(shop: Shop) -> None:
    """Nothing is more tiring than an alarm about something done."""
    question = wrote("Kate", "Where is it?", ago=hours(19), subject="Lamp")
    shop.take(answered(question, "On its way.", ago=hours(0)))
    shop.hands.on(hours=30)

    assert watch(shop).look() == ()


def test_quiet_hours_hold_back_and_the_morning_tells_all_at_once(tmp_path: Path) -> None:
    """Noon to four is quiet here; at four two are late, and one sentence says so."""
    mails = [
        wrote("Kate", "Where is it?", ago=hours(21), subject="Lamp"),
        wrote("Omar", "And mine?", ago=hours(22), subject="Shade"),
    ]
    quiet = replace(SETTINGS, quiet=Quiet(intervals_of("12:00-16:00")))
    with open_shop(tmp_path, mails) as shop:
        one = watch(shop, settings=quiet)
        shop.hands.on(hours=3.5)
        assert one.look() == ()
        shop.hands.on(hours=0.5)
        assert one.wants(shop.store.revision())
        (alert,) = one.look()

    assert alert.text.startswith(
        "Not told until now: 2 answers are late (the oldest by 2h 0m: Omar"
    )


def test_what_the_seller_opts_in_is_told_in_quiet_hours(shop: Shop) -> None:
    """Some lose sleep over a late answer, some over an alarm."""
    quiet = replace(SETTINGS, quiet=Quiet(intervals_of("00:00-23:59"), frozenset({LATE})))
    one = watch(shop, settings=quiet)
    shop.hands.on(hours=1.5)
    assert one.look() == ()
    shop.hands.on(hours=4)

    assert texts(one) == ["Late by 30m: Kate · Lamp"]


def test_soon_can_be_switched_off(shop: Shop) -> None:
    """Late never can."""
    one = watch(shop, settings=replace(SETTINGS, soon=False))
    shop.hands.on(hours=2)
    assert one.look() == ()
    shop.hands.on(hours=4)

    assert len(one.look()) == 1


def test_what_is_put_off_is_told_when_it_is_back_or_late(shop: Shop) -> None:
    """The seller asked not to see it; the clock did not."""
    one, uid = watch(shop), shop.uid("Lamp")
    shop.triage.snooze({uid: shop.hands() + hours(2)})
    shop.hands.on(hours=1.5)
    assert one.look() == ()
    shop.hands.on(hours=0.5)
    assert one.wants(shop.store.revision())
    assert texts(one) == ["Due in 3h 0m: Kate · Lamp"]
    shop.triage.snooze({uid: shop.hands() + hours(5)})
    shop.hands.on(hours=4)

    assert texts(one) == ["Late by 1h 0m: Kate · Lamp"]


def test_a_failing_command_is_told_once_and_again_only_after_it_worked(store_shop: Store) -> None:
    """A sentence each minute would be switched off with the rest."""
    one = Watch(store_shop, SCREEN, lambda: None, lambda: SETTINGS)  # type: ignore[arg-type, return-value] # no clock is asked
    for said in ("it ended with 1.", "it ended with 1."):
        with store_shop.write() as tx:
            told.note_failure(tx, said)
    heard = [one.failure(), one.failure()]
    for said in ("", "it ended with 1."):
        with store_shop.write() as tx:
            told.note_failure(tx, said)

    assert [*heard, one.failure()] == ["it ended with 1.", "", "it ended with 1."]


@pytest.fixture
def store_shop(shop: Shop) -> Store:
    """Return the shop's store alone."""
    return shop.store


def test_a_held_answer_is_told_once(shop: Shop) -> None:
    """Nobody looks at an outbox for what they think will leave by itself."""
    shop.triage.reply(shop.uid("Lamp"), "Soon.", when=wish_of("4h", shop.hands(), UTC))
    shop.hands.on(minutes=3)
    shop.take(wrote("Kate", "Please cancel", ago=-hours(0.04), subject="Lamp"))
    one = watch(shop)

    assert [alert.state for alert in one.look()] == ["held"]
    assert (texts(one), texts(watch(shop))) == ([], [])
    assert texts(watch(shop, COMMAND)) == [
        "A scheduled answer is held, something new came: Kate · Lamp"
    ]
