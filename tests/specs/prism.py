"""Prism on loopback: serves a vendor's specification, or checks what passes a simulator."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from tests.fakes.missing import need
from tests.fakes.ports import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT.parent / "shared" / "specs"
"""The vendors' specifications: no part of the project, since their licences forbid it."""
SAMPLES = 200
"""Random answers that each operation must survive."""
_STARTS_WITHIN = 60.0
_ANSWERS_WITHIN = 5.0


def specification(name: str) -> Path:
    """Return a specification's file; skip the test where the folder is not at hand."""
    if not SPECS.is_dir():
        pytest.skip("the vendors' specifications are not part of the project")
    return SPECS / name


def prism_command() -> str:
    """Return the command; skip the test, or fail where nothing may be skipped."""
    found = os.environ.get("SELLER_INBOX_PRISM") or shutil.which("prism")
    return need(found, "Prism is not installed (npm: @stoplight/prism-cli)")


@contextlib.contextmanager
def mocked(name: str, *options: str, errors: bool = True) -> Iterator[str]:
    """Yield the address of a mock of a specification: it refuses what the vendor does not allow."""
    words = ["mock", *(["--errors"] if errors else []), *options, str(specification(name))]
    with _running(words) as address:
        yield address


@contextlib.contextmanager
def checked(name: str, upstream: str) -> Iterator[str]:
    """Yield the address of a proxy that fails each request and each answer the vendor would not."""
    with _running(["proxy", "--errors", str(specification(name)), upstream]) as address:
        yield address


@contextlib.contextmanager
def _running(words: list[str]) -> Iterator[str]:
    """Run Prism at a free port until the end of the block."""
    command, port = prism_command(), free_port()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [command, *words[:1], "-h", HOST, "-p", str(port), *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://{HOST}:{port}"
            _await(address, child)
            yield address
        finally:
            child.terminate()
            child.wait(20)


def _await(address: str, child: subprocess.Popen[bytes]) -> None:
    """Return once it answers."""
    end = time.monotonic() + _STARTS_WITHIN
    while child.poll() is None and time.monotonic() < end:
        with contextlib.suppress(httpx2.HTTPError):
            httpx2.get(address, timeout=_ANSWERS_WITHIN)
            return
        time.sleep(0.05)
    pytest.fail("Prism did not start")


def answers(
    address: str,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    json: object = None,
    content: bytes | None = None,
) -> list[bytes]:
    """Return random answers to an operation (run the mock with `-d`).

    `json` or `content` is what is sent.
    """
    found: list[bytes] = []
    with httpx2.Client(base_url=address, timeout=_ANSWERS_WITHIN, trust_env=False) as client:
        for _ in range(SAMPLES):
            answer = client.request(method, path, headers=headers, json=json, content=content)
            assert answer.is_success, answer.text
            found.append(answer.content)
    return found
