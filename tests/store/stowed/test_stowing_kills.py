"""A power cut while old conversations go out: each is in the store or in a file, and once."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.steps import STOW_STEPS
from inbox import config
from inbox.rules import load_book
from inbox.store import doctor
from inbox.store.database import Store
from inbox.store.derive import derive
from inbox.store.stowed import bringing, catalogue
from tests.store.keeping.home import CONFIG, Home
from tests.store.stowed.silent import asked_long_ago, contents, files_of, fill, held_by, stowed_uids

WORDS = ("stow", "--older-than", "1y", "--yes")


def run(home: Home, log: Path, *words: str, kill_at: str = "") -> int:
    """Run a command in a process of its own and return how it ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.child", kill_at, "self", str(log), *words],
        env={**os.environ, "INBOX_HOME": str(home.where.home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode


def everything(store: Store, book: Any) -> dict[str, Any]:
    """Bring all back and return what the store has then."""
    with store.write() as tx:
        wanted = [uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")]
        derive(tx, bringing.bring_back(tx, wanted), book)
    return contents(store)


def here_and_there(store: Store) -> list[str]:
    """Return every conversation as often as the store knows it, in itself or in a file."""
    with store.read() as tx:
        here = [uid for (uid,) in tx.sql.execute("SELECT uid FROM doc_conversations")]
        return sorted(
            [*here, *(uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed"))]
        )


def files_hold_what_is_known(store: Store) -> bool:
    """Return whether every file there is holds just what the store says that it holds."""
    with store.read() as tx:
        folder = catalogue.folder_of(tx)
        known = {
            file.name: [spot.conversation for spot in catalogue.spots_in(tx, file.name)]
            for file in catalogue.files(tx)
        }
    found = {path.name: held_by(path) for path in folder.iterdir()}
    return found == known


@pytest.mark.slow
@pytest.mark.parametrize("step", STOW_STEPS)
def test_a_kill_at_any_step_loses_and_doubles_nothing(
    home: Home, tmp_path: Path, step: str
) -> None:
    """And the next run mends what is left lying about."""
    home.write_config(f"{CONFIG}owed_since = 2026-11-06\n")
    book = load_book(config.load(home.where.config_file))
    log = tmp_path / "steps"
    with closing(home.store()) as store:
        old = fill(store)
    for _ in range(2):  # judged by the rules that the command line has, then what fell due noted
        assert run(home, log, "list") == 0
    with closing(home.store()) as store:
        before, every = contents(store), here_and_there(store)
    if step in STOW_STEPS[STOW_STEPS.index("stow.rewritten") :]:
        assert run(home, log, *WORDS) == 0
        with closing(home.store()) as store, store.write() as tx:
            derive(tx, bringing.bring_back(tx, old[:1]), book)

    assert run(home, log, *WORDS, kill_at=step) == -signal.SIGKILL

    with closing(home.store()) as store:
        assert here_and_there(store) == every
        assert doctor.examine(store, book) == []
    assert run(home, log, *WORDS) == 0
    with closing(home.store()) as store:
        assert stowed_uids(store) == set(old)
        assert here_and_there(store) == every
        assert files_hold_what_is_known(store)
        assert everything(store, book) == before
        assert doctor.examine(store, book) == []


@pytest.mark.slow
def test_a_full_disk_is_told_and_takes_nothing(home: Home) -> None:
    """What cannot be written stays where it is."""
    home.write_config(f"{CONFIG}owed_since = 2026-11-06\n")
    noise = random.Random(7).randbytes(150_000).hex()  # nothing that gzip makes much smaller
    home.take(asked_long_ago(1, text=noise))
    with closing(home.store()) as store:
        before = contents(store)

    done = subprocess.run(
        [sys.executable, "-m", "inbox", *WORDS],
        env={**os.environ, "INBOX_HOME": str(home.where.home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )

    assert (done.returncode, "There is no room left on the disk" in done.stderr) == (1, True)
    with closing(home.store()) as store:
        assert contents(store)["doc_messages"] == before["doc_messages"]
        assert files_of(store) == []
