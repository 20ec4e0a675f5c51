"""`inbox demo`: the real product on real mail servers and simulated marketplaces, kept nowhere.

The servers and the buyers are one child process (`child`), which makes the
throw-away INBOX_HOME and removes it when this process is gone, however it
went. Everything between them and the screen is the product itself.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import msgspec

from inbox.demo.ending import remove
from inbox.i18n import gettext as _
from inbox.locations import Locations

ACCOUNT = "shop"
"""What the demo's mail account is called; those at marketplaces are called by their kind."""
_NEEDED = ("aiosmtpd", "pymap")
_HISTORY = timedelta(days=14)
_POLL_SECONDS = 10
"""Marketplaces do not tell of news by themselves, and a visitor does not wait for minutes."""
_END_SECONDS = 15.0
_KILL_SECONDS = 5.0


class DemoUnavailable(Exception):
    """The demo cannot run here; `sentence` says why and `hint` what to do."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class Served(msgspec.Struct, frozen=True):
    """A marketplace that the child simulates."""

    kind: str
    settings: dict[str, str]


class Ready(msgspec.Struct, frozen=True):
    """What the child says once it serves."""

    home: str
    user: str
    imap_port: int
    smtp_port: int
    password_file: str
    markets: tuple[Served, ...]


def run(*, speed: float = 1.0, seed: int = 1, screen: bool = True) -> None:
    """Play the demo until the screen is closed; raises DemoUnavailable.

    `speed` is how many times faster than life the buyers write. Without
    `screen` the home's path is printed, and the demo lasts until the input
    ends.
    """
    with served(speed=speed, seed=seed, meanwhile=_load_screen if screen else _load) as home:
        locations = Locations.under(home)
        if screen:
            from inbox.opening import run as open_screen

            open_screen(locations)
            return
        print(home, flush=True)  # noqa: T201 - the one thing that a script needs
        while sys.stdin.read(4096):
            pass


def _load() -> None:
    """Load what sets up the home."""
    import inbox.config
    import inbox.demo.stories
    import inbox.store.uids  # noqa: F401 - used by _set_up


def _load_screen() -> None:
    """Load the screen as well."""
    _load()
    import inbox.opening  # noqa: F401 - used by run


@contextmanager
def served(
    *, speed: float = 1.0, seed: int = 1, meanwhile: Callable[[], None] = _load
) -> Iterator[Path]:
    """Serve the demo and yield its home, set up as a seller would; all is gone afterwards.

    `meanwhile` is done while the servers start in their own process.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise DemoUnavailable(
            _("The demo needs packages that are not installed: {}.").format(", ".join(missing)),
            _("Install them: {}").format("pip install 'seller-inbox[demo]'"),
        )
    command = [sys.executable, "-m", "inbox.demo.child", str(speed), str(seed)]
    before = os.environ.get("INBOX_HOME")
    with subprocess.Popen(  # noqa: S603 - our own module, by this very Python
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        home: Path | None = None
        try:
            meanwhile()
            ready = _ready(child.stdout)
            home = Path(ready.home)
            _set_up(Locations.under(home), ready)
            os.environ["INBOX_HOME"] = str(home)
            yield home
        finally:
            _restore(before)
            _end(child)
            if home is not None:
                remove(home)


def _ready(said: IO[bytes] | None) -> Ready:
    """Return what the child says once it serves; raises DemoUnavailable if it ends before."""
    line = said.readline() if said is not None else b""
    if not line:
        raise DemoUnavailable(
            _("The demo's mail servers did not start."),
            _("Is there room in the folder for temporary files?"),
        )
    return msgspec.convert(json.loads(line), Ready)


def _set_up(locations: Locations, ready: Ready) -> None:
    """Write the configuration that a seller of the invented shop would have."""
    from inbox.config import AccountConfig, add_account
    from inbox.core.model import AccountUid
    from inbox.demo.stories import read
    from inbox.store.uids import new_uid

    shop = read().shop
    locations.prepare()
    locations.config_file.touch(mode=0o600)
    locations.config_file.write_text(
        f"[settings]\nname = {json.dumps(shop.name)}\npoll_seconds = {_POLL_SECONDS}\n",
        encoding="utf-8",
    )
    owed_since = datetime.now(UTC) - _HISTORY
    account = AccountConfig(
        uid=AccountUid(new_uid()),
        name=ACCOUNT,
        kind="email",
        owed_since=owed_since,
        settings={
            "address": shop.address,
            "aliases": shop.aliases,
            "name": shop.title,
            "signature": shop.signature,
            "username": ready.user,
            "password_command": shlex.join(["cat", ready.password_file]),
            "imap_host": "127.0.0.1",
            "imap_port": str(ready.imap_port),
            "imap_security": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(ready.smtp_port),
            "smtp_security": "none",
        },
    )
    add_account(locations.config_file, account)
    for one in ready.markets:
        uid = AccountUid(new_uid())
        market = AccountConfig(
            uid=uid, name=one.kind, kind=one.kind, owed_since=owed_since, settings=one.settings
        )
        add_account(locations.config_file, market)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the child's input, which ends it, and see that it ends."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.terminate()
        try:
            child.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def _restore(before: str | None) -> None:
    """Put INBOX_HOME back to what it was."""
    if before is None:
        os.environ.pop("INBOX_HOME", None)
    else:
        os.environ["INBOX_HOME"] = before
