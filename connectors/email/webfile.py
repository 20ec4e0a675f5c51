"""One small file over https from whoever has it, quickly or not at all. Proves nothing of us.

Each server on the way must prove its name by TLS; a way that leads out of https is not followed.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import weakref
from urllib.parse import urlsplit

import httpx2

from connectors.http import USER_AGENT
from connectors.http_lines import Watch, client_of, hang_up, trusted

SECONDS = 8.0
"""Seconds for all of it, redirects included."""
_SILENCE = 4.0
MAX_BYTES = 64 * 1024
_REDIRECTS = 3
_OK, _ELSEWHERE = 200, range(300, 400)


def fetched(url: str, context: ssl.SSLContext | None = None) -> bytes | None:
    """Return the file's bytes, None if it cannot be had for whatever reason."""
    lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()
    over = threading.Event()
    deadline = time.monotonic() + SECONDS

    def give_up() -> None:
        over.set()
        for line in list(lines):
            hang_up(line)

    timer = threading.Timer(SECONDS, give_up)
    timer.daemon = True
    timer.start()
    times = httpx2.Timeout(_SILENCE)
    try:
        with client_of(context or trusted(), times, writes=False) as client:
            for _turn in range(_REDIRECTS + 1):
                found = _one(client, url, Watch(lines, over, None))
                if isinstance(found, bytes) or found is None or time.monotonic() > deadline:
                    return found if isinstance(found, bytes) else None
                url = found
            return None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return None
    finally:
        timer.cancel()


def _one(client: httpx2.Client, url: str, watch: Watch) -> bytes | str | None:
    """Return the file, or the address where it is to be had, or None."""
    if urlsplit(url).scheme != "https":
        return None
    request = client.build_request(
        "GET",
        url,
        # Unpacked nothing: a small answer may be a large file.
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        extensions={"trace": watch},
    )
    with contextlib.closing(client.send(request, stream=True)) as response:
        if response.status_code in _ELSEWHERE:
            where = response.headers.get("location", "")
            return str(httpx2.URL(url).join(where)) if where else None
        if response.status_code != _OK or response.headers.get("content-encoding"):
            return None
        body = b""
        for part in response.iter_raw():
            body += part
            if len(body) > MAX_BYTES:
                return None
        return body
