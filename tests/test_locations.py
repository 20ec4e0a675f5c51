"""Everything lies in one known place, and only its owner can read it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from inbox.locations import Locations, NotPrivate, is_anything, make_private, make_runtime


def test_inbox_home_puts_everything_under_one_folder(tmp_path: Path) -> None:
    """A demo, a test or a second shop leaves nothing anywhere else."""
    found = Locations.from_env({"INBOX_HOME": str(tmp_path)})

    paths = [
        found.config_file,
        found.store_file,
        found.log_file,
        found.canned,
        found.drafts,
        found.cache,
        found.socket,
    ]
    assert all(path.is_relative_to(tmp_path) for path in paths)
    assert found.home == tmp_path


def test_without_it_the_platform_s_folders_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Backups and clean-up tools find our files where they look for them."""
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))

    found = Locations.from_env({"XDG_RUNTIME_DIR": "/run/user/1000"})

    assert found.home is None
    assert found.config_file == tmp_path / "config" / "seller-inbox" / "config.toml"
    assert found.store_file == tmp_path / "data" / "seller-inbox" / "inbox.db"
    assert found.socket.parent.parent == Path("/run/user/1000/seller-inbox")


def test_nothing_is_created_by_asking_where_it_would_be(tmp_path: Path) -> None:
    """`inbox --help` on a new machine leaves no folders behind."""
    Locations.under(tmp_path / "new")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [1, 60, 200])
def test_the_socket_s_path_fits_however_deep_the_home_lies(tmp_path: Path, length: int) -> None:
    """A Unix socket's path has 104 bytes at most; a deep home must not cost the engine."""
    found = Locations.under(tmp_path / ("d" * length))

    assert len(bytes(found.socket)) <= 104


def test_two_homes_never_share_a_socket(tmp_path: Path) -> None:
    """The demo's screen must not talk to the real shop's engine."""
    deep = tmp_path / ("d" * 100)

    assert Locations.under(deep / "a").socket != Locations.under(deep / "b").socket
    assert Locations.under(deep / "a").socket == Locations.under(deep / "b" / ".." / "a").socket


def test_folders_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    """Buyers' addresses and words are nobody else's business."""
    found = Locations.under(tmp_path / "home")
    found.prepare()

    folders = [found.config_file.parent, found.data, found.drafts, found.log_file.parent]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 4


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """The seller may have opened it on purpose, to a backup user for one."""
    tmp_path.chmod(0o750)

    make_private(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_runtime_folder_that_somebody_put_there_is_refused(tmp_path: Path) -> None:
    """Who owns the folder of the socket could read and answer in our name."""
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)

    with pytest.raises(NotPrivate):
        make_runtime(tmp_path / "link")


def test_a_runtime_folder_that_is_too_open_is_closed(tmp_path: Path) -> None:
    """An old version or a careless copy may have left it readable."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)

    make_runtime(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_that_leads_nowhere_is_something_and_what_cannot_be_asked_is_an_error(
    tmp_path: Path,
) -> None:
    """Nothing there means a new store; that must not be said of one that nobody may look at."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")

    assert [is_anything(each) for each in (link, tmp_path / "a", link / "a")] == [
        True,
        False,
        False,
    ]
    with pytest.raises(OSError, match="too long"):
        is_anything(tmp_path / ("a" * 5000))
