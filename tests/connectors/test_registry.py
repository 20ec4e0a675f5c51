"""Connectors are found by their entry points, a stranger's too, and a broken one stops nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.email import EmailConnector
from connectors.memory import MemoryConnector


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place where a stranger's packages are installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.forget()
    yield tmp_path
    registry.forget()


def install(folder: Path, kind: str, module: str, code: str) -> None:
    """Install a stranger's package with one connector."""
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[inbox.connectors]\n{kind} = {module}:Connector\n")


def test_ours_are_found() -> None:
    """The wizard offers them."""
    assert registry.load("email") is EmailConnector
    assert registry.load("memory") is MemoryConnector
    assert registry.settings_of("email") == EmailConnector.SETTINGS


def test_a_strangers_connector_is_found(plugins: Path) -> None:
    """The contract is public."""
    code = (
        "from connectors.memory import MemoryConnector\n"
        "class Connector(MemoryConnector):\n    kind = 'parrot'\n"
    )
    install(plugins, "parrot", "parrot_plugin", code)

    assert registry.load("parrot").kind == "parrot"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('no such library')", "RuntimeError: no such library"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("Connector = 5", "is not a connector"),
        ("", "has no attribute 'Connector'"),
        (
            "from connectors.memory import MemoryConnector as Connector",
            "does not say it is 'broken'",
        ),
    ],
)
def test_a_broken_connector_is_told_and_stops_nobody(plugins: Path, code: str, said: str) -> None:
    """One stranger's mistake must not close the seller's whole inbox."""
    install(plugins, "broken", "broken_plugin", code)
    sys.modules.pop("broken_plugin", None)
    found = registry.kinds()["broken"]

    assert isinstance(found, registry.Broken)
    assert said in found.said
    assert registry.load("email") is EmailConnector
    with pytest.raises(registry.UnknownKind, match=r"broken_plugin"):
        registry.load("broken")


def test_a_strangers_connector_does_not_take_our_place(plugins: Path) -> None:
    """A package that calls itself e-mail would get the passwords."""
    install(plugins, "email", "a_thief", "raise RuntimeError('should not be imported')")

    assert registry.load("email") is EmailConnector


def test_an_unknown_kind_is_answered_with_those_there_are() -> None:
    """A slip of the pen in the configuration."""
    with pytest.raises(registry.UnknownKind, match=r"no connector named 'emial'.*email, .*memory"):
        registry.load("emial")


def test_reading_the_settings_loads_nothing_heavy() -> None:
    """The screen's process starts fast and holds no connection."""
    code = (
        "import sys\n"
        "from connectors import registry\n"
        "registry.settings_of('email')\n"
        "heavy = {'imapclient', 'imaplib', 'smtplib', 'selectolax', 'pytest', 'httpx2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"
