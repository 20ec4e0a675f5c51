"""Marks at the server: flags set and taken, mails moved to another folder and back.

Nothing is ever expunged but the very mails that were copied before: other
programs' deleted mail is theirs. Every step may be repeated.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.email.folders import Choice, Listed, holds_all, new_name
from connectors.email.imap import Mailbox
from connectors.email.uidset import EMPTY, UidSet
from connectors.values import Mark, Place, Role

FLAGS = {
    Mark.SEEN: ("\\Seen", True),
    Mark.UNSEEN: ("\\Seen", False),
    Mark.ANSWERED: ("\\Answered", True),
}
_ASIDE = frozenset({Role.ARCHIVE, Role.JUNK, Role.TRASH})
_LYING = frozenset({Role.INBOX, Role.OTHER})
MOVES: Mapping[Mark, tuple[frozenset[Role], Role]] = {
    Mark.ARCHIVED: (_LYING, Role.ARCHIVE),
    Mark.UNARCHIVED: (frozenset({Role.ARCHIVE}), Role.INBOX),
    Mark.JUNK: (_LYING | {Role.ARCHIVE}, Role.JUNK),
    Mark.NOT_JUNK: (frozenset({Role.JUNK}), Role.INBOX),
    Mark.TRASHED: (_LYING | {Role.ARCHIVE, Role.JUNK}, Role.TRASH),
    Mark.NOT_TRASHED: (frozenset({Role.TRASH}), Role.INBOX),
}
"""Where mails lie that a mark moves, and what the folder is for that they go to."""
_REMEMBERED = 10_000
_SAME = ("INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")

_Spot = tuple[str, str, str]


@dataclass(slots=True)
class Moved:
    """Where mails lie that we moved; lives as a connector does, the next pull tells the store."""

    _now: OrderedDict[_Spot, Place] = field(default_factory=OrderedDict)
    _before: OrderedDict[_Spot, str] = field(default_factory=OrderedDict)
    """The folder they came from, to go back there."""

    def note(self, old: Place, new: Place) -> None:
        """Remember a move."""
        self._now.pop(_spot(new), None)  # a mail crossed out and taken back lies where it lay
        self._now[_spot(old)] = new
        if old.role not in _ASIDE:
            self._before[_spot(new)] = old.folder
        for each in (self._now, self._before):
            while len(each) > _REMEMBERED:
                each.popitem(last=False)

    def now(self, place: Place) -> Place:
        """Return where the mail lies that lay there."""
        while (later := self._now.get(_spot(place))) is not None:
            place = later
        return place

    def origin(self, place: Place) -> str:
        """Return the folder a mail came from; INBOX where we do not know."""
        return self._before.get(_spot(place), "INBOX")

    def landed(self, folder: str, epoch: str) -> UidSet:
        """Return the mails that we moved into a folder."""
        return UidSet.of(
            int(place.id)
            for place in self._now.values()
            if (place.folder, place.epoch) == (folder, epoch)
        )


def flag(mailbox: Mailbox, places: Iterable[Place], mark: Mark) -> None:
    """Set or take the flag on those of one folder's mails that are still there."""
    every = list(places)
    word, on = FLAGS[mark]
    if every and mailbox.change(every[0].folder, every[0].epoch):
        _store(mailbox, _uids(every), word, on=on)


def put_aside(
    mailbox: Mailbox,
    lying: Sequence[Place],
    role: Role,
    moved: Moved,
    choose: Callable[[Sequence[Listed]], Choice],
) -> None:
    """Move mails of one folder to where mails of that role lie, or back to where they were."""
    listed = mailbox.folders()
    targets: dict[str, list[Place]] = {}
    for place in lying:
        if role is Role.INBOX:
            name = moved.origin(place)
            name = name if any(each.name == name for each in listed) else "INBOX"
        else:
            name = choose(listed).folder_for(role) or new_name(listed, role)
        targets.setdefault(name, []).append(place)
    for target, some in targets.items():
        if target != "INBOX" and all(each.name != target for each in listed):
            mailbox.create(target)
        put = label if _is_label(mailbox, listed, some[0].folder) else move
        for old, new in zip(some, put(mailbox, some, target, role), strict=True):
            if new != old:
                moved.note(old, new)


def _is_label(mailbox: Mailbox, listed: Sequence[Listed], folder: str) -> bool:
    """Return whether mails stay in a folder whatever other folder they are put in (Gmail's all)."""
    return "X-GM-EXT-1" in mailbox.capabilities and any(
        each.name == folder and holds_all(each) for each in listed
    )


def label(mailbox: Mailbox, places: Sequence[Place], target: str, role: Role) -> list[Place]:
    """Show those of a folder's mails in another one, too; return their places there, as `move`."""
    if not mailbox.change(places[0].folder, places[0].epoch):
        return list(places)
    landed: dict[int, tuple[str, int]] = {}
    for part in _uids(places).lines():
        said = mailbox.command("UID", "COPY", part, mailbox.named(target))
        landed |= _copied(said.get("COPYUID", ()))
    return [_place(place, landed, target, role) for place in places]


def move(mailbox: Mailbox, places: Iterable[Place], target: str, role: Role) -> list[Place]:
    """Move those of one folder's mails that are still there; return their new places.

    They stand in the order of `places`; where a server does not tell the
    new UID, the old place stands there again.
    """
    every = list(places)
    if (
        not every
        or every[0].folder == target
        or not mailbox.change(every[0].folder, every[0].epoch)
    ):
        return every
    landed: dict[int, tuple[str, int]] = {}
    for part in _uids(every).lines():
        if "MOVE" in mailbox.capabilities:
            said = mailbox.command("UID", "MOVE", part, mailbox.named(target))
            landed |= _copied(said.get("COPYUID", ()))
        else:
            landed |= _copy_and_remove(mailbox, every[0], UidSet.parse(part), target)
    return [_place(place, landed, target, role) for place in every]


def _uids(places: Iterable[Place]) -> UidSet:
    """Return the UIDs of places in one folder."""
    return UidSet.of(int(place.id) for place in places)


def _place(old: Place, landed: Mapping[int, tuple[str, int]], folder: str, role: Role) -> Place:
    """Return where a mail lies now."""
    new = landed.get(int(old.id))
    return Place(folder, new[0], str(new[1]), role) if new else old


def _store(mailbox: Mailbox, uids: UidSet, word: str, *, on: bool) -> None:
    """Set or take a flag in the open folder."""
    for part in uids.lines():
        mailbox.command("UID", "STORE", part, f"{'+' if on else '-'}FLAGS.SILENT", f"({word})")


def _copy_and_remove(
    mailbox: Mailbox, spot: Place, uids: UidSet, target: str
) -> dict[int, tuple[str, int]]:
    """Move where the server knows no MOVE; return the new (epoch, UID) of each as it tells."""
    landed = _there_already(mailbox, uids, target)
    if not mailbox.change(spot.folder, spot.epoch):
        return {}
    present = mailbox.search("UID", str(uids)) & uids
    missing = present - UidSet.of(landed)
    if missing:
        said = mailbox.command("UID", "COPY", str(missing), mailbox.named(target))
        landed |= _copied(said.get("COPYUID", ()))
    if present:
        _store(mailbox, present, "\\Deleted", on=True)
        # Without UIDPLUS it stays there, crossed out: a plain EXPUNGE would take others' too.
        if "UIDPLUS" in mailbox.capabilities:
            mailbox.command("UID", "EXPUNGE", str(present))
    return {uid: where for uid, where in landed.items() if uid in present}


def _there_already(mailbox: Mailbox, uids: UidSet, target: str) -> dict[int, tuple[str, int]]:
    """Return the mails that an interrupted move copied before, no longer crossed out there.

    The same Message-ID, size and instant: another mail of the same name is copied.
    """
    mine = mailbox.fetch(uids, *_SAME)
    epoch = mailbox.examine(target).epoch
    found: dict[int, int] = {}
    for uid, mail in mine.items():
        name = next(iter(mail.sections.values()), b"").partition(b":")[2].strip()
        if not name.isascii() or not name:
            continue
        others = mailbox.search("HEADER", "Message-ID", name.decode("ascii"))
        for other in mailbox.fetch(others, *_SAME).values() if others else ():
            if replace(other, uid=uid, flags=mail.flags) == mail:
                found[uid] = other.uid
    if found and mailbox.change(target, epoch):
        _store(mailbox, UidSet.of(found.values()), "\\Deleted", on=False)
    return {uid: (epoch, other) for uid, other in found.items()}


def _copied(said: Iterable[bytes]) -> dict[int, tuple[str, int]]:
    """Return what COPYUID tells: the new (epoch, UID) by the old UID; nothing out of nonsense."""
    found: dict[int, tuple[str, int]] = {}
    for line in said:
        words = line.decode("ascii", "replace").split()
        try:
            epoch, old, new = words
            pairs = list(zip(_in_order(old), _in_order(new), strict=True))
        except ValueError:
            continue
        found |= {before: (epoch, after) for before, after in pairs}
    return found


def _in_order(text: str) -> list[int]:
    """Return the UIDs of a set in the order in which it names them."""
    every = (uid for part in text.split(",") for uid in (UidSet.parse(part) or EMPTY))
    return list(every)


def _spot(place: Place) -> _Spot:
    """Return what a mail is found by, whatever the folder is for."""
    return place.folder, place.epoch, place.id
