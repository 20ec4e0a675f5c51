"""The README may not lag: its keys and its commands are those of the product."""

from __future__ import annotations

import re

from inbox.commands import keys_markdown
from tests.gates.tools import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[demo]' && .venv/bin/inbox demo"
TESTS = (
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest"
)


def test_the_readmes_keys_are_those_of_the_table_of_verbs() -> None:
    """A key in the README that does something else costs a seller an answer."""
    between = re.search(
        r"<!-- keys: made from inbox/commands -->\n(.*?)<!-- end of keys -->", README, re.DOTALL
    )

    assert between is not None
    assert between.group(1).strip() == keys_markdown().strip()


def test_both_commands_stand_on_one_line_each() -> None:
    """They are copied, pasted and must work as they stand."""
    lines = [line.strip() for line in README.splitlines()]

    assert DEMO in lines
    assert TESTS in lines


def test_ci_calls_the_readmes_test_command() -> None:
    """What a newcomer runs is what every change has passed."""
    assert TESTS in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """A seller with a late answer has no time for dead ends."""
    documents = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
    dead = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(
            r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")
        )
        if not (document.parent / target).exists()
    ]

    assert dead == []
