"""Throw-away certificates for servers on loopback, made by the openssl command."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.fakes.missing import need

_CA_CONFIG = """
[req]
distinguished_name = dn
x509_extensions = ca
prompt = no
[dn]
CN = Invented test authority
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority and one server certificate signed by it, as PEM files."""

    ca_file: Path
    cert_file: Path
    key_file: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what a Python server needs to speak TLS with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


@cache
def _openssl() -> str:
    """Return the path of the openssl command."""
    return need(shutil.which("openssl"), "the openssl command is not installed")


def _run(folder: Path, *arguments: str) -> None:
    """Run openssl in the folder."""
    subprocess.run([_openssl(), *arguments], cwd=folder, check=True, capture_output=True)


def make_certificates(
    folder: Path, names: str = "IP:127.0.0.1,IP:::1,DNS:localhost"
) -> Certificates:
    """Return fresh certificates for the names (openssl's subjectAltName), written to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openssl.cnf").write_text(_CA_CONFIG.format(names=names), encoding="ascii")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _run(
        folder,
        *("req", "-x509", "-config", "openssl.cnf", *new_key),
        *("-keyout", "ca.key", "-out", "ca.pem", "-days", "30"),
    )
    _run(
        folder,
        *("req", "-new", "-config", "openssl.cnf", *new_key),
        *("-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"),
    )
    _run(
        folder,
        *("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
        *("-CAcreateserial", "-out", "server.pem", "-days", "30"),
        *("-extfile", "openssl.cnf", "-extensions", "server"),
    )
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
