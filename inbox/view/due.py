"""What is due, in one line: for a person, for a script, for tmux and for waybar. Pure.

It also says what it cannot know: an account that is not reached may hold
questions that nobody has seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from inbox.core.countdown import countdown
from inbox.i18n import gettext as _
from inbox.store.glance import Due, Glance

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNWELL = frozenset({"partial", "offline", "login", "broken", "asking"})
_UNSEEN_AFTER = timedelta(hours=1)
"""An account not looked after for longer is not known."""
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def instant(micros: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(at: datetime) -> int:
    """Return an aware instant in microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def state_of(due: Due, now: datetime) -> str:
    """Return "late", "soon" or "ok"."""
    if now > instant(due.due_at):
        return "late"
    return "soon" if now >= instant(due.soon_at) else "ok"


def unknown(look: Glance, names: Mapping[str, str], now: datetime) -> list[str]:
    """Return the accounts, by name, whose mail may not all be known: ill, or long not looked at."""
    seen = {each.account: each for each in look.accounts}
    found = []
    for uid, name in names.items():
        state = seen.get(uid)
        fresh = state and state.at is not None and now - instant(state.at) <= _UNSEEN_AFTER
        if state is None or state.state in _UNWELL or not fresh:
            found.append(name)
    return found


def plain(look: Glance, names: Mapping[str, str], now: datetime, _zone: tzinfo | None) -> str:
    """Return one line for a person."""
    parts = [words for words, _state in _parts(look, now)] or [_("nothing is owed")]
    return " · ".join([*parts, *_doubts(look, names, now)])


def tmux(look: Glance, names: Mapping[str, str], now: datetime, _zone: tzinfo | None) -> str:
    """Return one line for tmux's status, coloured; empty when nothing is owed."""
    colours = {"late": "#[fg=red,bold]", "soon": "#[fg=yellow]", "ok": ""}
    parts = [
        f"{colours[state]}{_one_line(words)}#[default]" if colours[state] else _one_line(words)
        for words, state in _parts(look, now)
    ]
    doubts = [_one_line(words).replace("#", "##") for words in _doubts(look, names, now)]
    return " ".join([*parts, *doubts])


def waybar(look: Glance, names: Mapping[str, str], now: datetime, zone: tzinfo | None) -> str:
    """Return one line of JSON as waybar's custom modules read it: text, tooltip, class."""
    parts = _parts(look, now)
    lines = [_line(each, now, zone) for each in look.first]
    if look.owed > len(lines):
        lines.append(_("… and {n} more").format(n=look.owed - len(lines)))
    lines += _doubts(look, names, now)
    return json.dumps(
        {
            "text": _markup(" ".join(words for words, _state in parts)),
            "tooltip": _markup("\n".join(lines)),
            "class": parts[0][1] if parts else "none",
            "alt": parts[0][1] if parts else "none",
        },
        ensure_ascii=False,
    )


def as_json(look: Glance, names: Mapping[str, str], now: datetime, zone: tzinfo | None) -> str:
    """Return what `inbox due --json` prints."""
    first = [
        {
            "id": each.uid,
            "account": names.get(each.account, each.account),
            "party": each.party,
            "subject": each.subject,
            "rule": each.rule,
            "due_at": instant(each.due_at).astimezone(zone).isoformat(),
            "due_state": state_of(each, now),
            "left_seconds": (instant(each.due_at) - now) // timedelta(seconds=1),
        }
        for each in look.first
    ]
    value = {
        "owed": look.owed,
        "late": look.late,
        "soon": look.soon,
        "first": first,
        "unknown": unknown(look, names, now),
    }
    return json.dumps(value, ensure_ascii=True, indent=2)


Format = Callable[[Glance, Mapping[str, str], datetime, tzinfo | None], str]

FORMATS: Mapping[str, Format] = {"plain": plain, "json": as_json, "tmux": tmux, "waybar": waybar}


def _parts(look: Glance, now: datetime) -> list[tuple[str, str]]:
    """Return what there is to say, the worst first, each with its state."""
    found = []
    ages = {state: each for each in reversed(look.first) if (state := state_of(each, now))}
    if look.late:
        left = countdown(instant(ages["late"].due_at), now) if "late" in ages else ""
        found.append((f"! {_('{n} late').format(n=look.late)} {left}".strip(), "late"))
    if look.soon:
        left = countdown(instant(ages["soon"].due_at), now) if "soon" in ages else ""
        found.append((f"▲ {_('{n} soon').format(n=look.soon)} {left}".strip(), "soon"))
    rest = look.owed - look.late - look.soon
    if rest:
        left = countdown(instant(ages["ok"].due_at), now) if "ok" in ages else ""
        words = _("{n} more") if found else _("{n} owed")
        found.append((f"● {words.format(n=rest)} {left}".strip(), "ok"))
    return found


def _doubts(look: Glance, names: Mapping[str, str], now: datetime) -> list[str]:
    """Return what may be missing from this look."""
    missing = unknown(look, names, now)
    return [_("not up to date: {names}").format(names=", ".join(missing))] if missing else []


def _line(due: Due, now: datetime, zone: tzinfo | None) -> str:
    """Return one conversation of the tooltip."""
    at = instant(due.due_at)
    when = f"{at.astimezone(zone):%d.%m. %H:%M}"
    return _one_line(f"{countdown(at, now):>7}  {when}  {due.party} · {due.subject}")


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _markup(text: str) -> str:
    """Return text as Pango takes it: no mark-up of a stranger's."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
