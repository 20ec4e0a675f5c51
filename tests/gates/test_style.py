"""Style, types and layers are checked where every other promise is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gates.tools import ROOT, run_tool


def test_ruff_finds_nothing() -> None:
    """A reader is never stopped by style, and a whole class of bugs never lands."""
    code, output = run_tool("ruff", "check", ".")

    assert code == 0, output


def test_the_formatter_would_change_nothing() -> None:
    """A diff shows what changed, not who edited it."""
    code, output = run_tool("ruff", "format", "--check", ".")

    assert code == 0, output


@pytest.mark.timeout(180)
def test_every_type_holds() -> None:
    """A conversation's id can never be passed where an account's is meant."""
    code, output = run_tool("mypy")

    assert code == 0, output


def test_nobody_imports_past_their_layer() -> None:
    """A widget that reaches into the store cannot be reasoned about."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["inbox", "inbox/store"])
def test_every_module_stands_on_the_map_of_its_package(package: str) -> None:
    """What nobody finds is written a second time."""
    folder = ROOT / package
    page = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    found = {each.stem for each in folder.glob("*.py")} | {
        each.parent.name for each in folder.glob("*/__init__.py")
    }

    missing = {name for name in found if f"`{name}`" not in page} - {"__init__", "__main__"}

    assert not missing, f"say in {package}/__init__.py what they are"
