"""Fetch a file that a service only names the address of: from its own hosts, from no other."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from connectors.contract import Rejected
from connectors.http import Nobody, Web


def fetched(address: str, hosts: Sequence[str], account: str) -> bytes:
    """Return a file's bytes, asked without a proof of who we are; raise Rejected, Temporary.

    `hosts`: names that are the service's; one that begins with a dot stands
    for all below it.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not any(host == each or (each[:1] == "." and host.endswith(each)) for each in hosts):
        raise Rejected("The file does not lie at the service; it is not fetched.")
    files = Web(account=account, base_url=f"{parts.scheme}://{parts.netloc}", authorizer=Nobody())
    try:
        return files.get(address, about_one=True).body
    finally:
        files.close()
