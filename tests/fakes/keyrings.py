"""A keyring that keeps secrets in a file, for children too: named by PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """Keeps everything in the file that FAKE_KEYRING names."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept, or None."""
        return _read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        _write({**_read(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        _write({key: value for key, value in _read().items() if key != f"{service} {username}"})


class ForgetfulKeyring(FileKeyring):
    """Says yes and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Pretend."""


class StuckKeyring(FileKeyring):
    """Waits for a window that nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        """Answer when it is too late."""
        time.sleep(float(os.environ.get("FAKE_KEYRING_SECONDS", "5")))
        return None


class LoudKeyring(FileKeyring):
    """Breaks, and says the secret in its error."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Break."""
        raise RuntimeError(f"could not keep {password}")


def _read() -> dict[str, str]:
    path = Path(os.environ["FAKE_KEYRING"])
    found = json.loads(path.read_text()) if path.exists() else {}
    return {str(key): str(value) for key, value in found.items()}


def _write(kept: dict[str, str]) -> None:
    Path(os.environ["FAKE_KEYRING"]).write_text(json.dumps(kept))
