"""Debian's Dovecot as a child on loopback: a real IMAP server whose mails are files to look at."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.fakes.certificates import make_certificates
from tests.fakes.missing import need
from tests.fakes.ports import HOST, free_port, listening, wait_until

_CONFIG = """
protocols = imap
listen = {server.host}
base_dir = {server.run_folder}/base
state_dir = {server.run_folder}/state
log_path = {server.root}/dovecot.log
auth_failure_delay = 0
mail_fsync = never
mail_save_crlf = yes
mail_max_userip_connections = 200
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{tls.cert_file}
ssl_key = <{tls.key_file}
ssl_min_protocol = TLSv1.2
default_internal_user = {names.internal}
default_internal_group = {names.internal_group}
default_login_user = {names.login}
first_valid_uid = 1
mail_location = maildir:{server.root}/mail/%u
namespace inbox {{
  inbox = yes
  separator = /
{folders}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {server.root}/users/%u
}}
userdb {{
  driver = static
  args = uid={names.owner.pw_uid} gid={names.owner.pw_gid} home={server.root}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap {{
  process_limit = 200
}}
{capability}
{extra}
"""

_SPECIAL = """
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
  mailbox Trash {
    special_use = \\Trash
    auto = create
  }
  mailbox Junk {
    special_use = \\Junk
    auto = create
  }
"""

PASSWORD = "secret"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class _Names:
    """Whom the server's processes run as: root lends Dovecot's own users, others themselves."""

    owner: pwd.struct_passwd
    """Who owns the mails."""
    internal: str
    internal_group: str
    login: str

    @classmethod
    def of_this_process(cls) -> _Names:
        """Return the names that this process may use."""
        if os.geteuid() == 0:
            return cls(pwd.getpwnam("mail"), "dovecot", "dovecot", "dovenull")
        me = pwd.getpwuid(os.geteuid())
        return cls(me, me.pw_name, grp.getgrgid(os.getegid()).gr_name, me.pw_name)


def give_to_mail(path: Path) -> None:
    """Let the user own the path that Dovecot reads mails as."""
    owner = _Names.of_this_process().owner
    os.chown(path, owner.pw_uid, owner.pw_gid)


_FLAGS = {"S": "\\Seen", "R": "\\Answered", "F": "\\Flagged", "T": "\\Deleted", "D": "\\Draft"}
"""What the letters behind a Maildir file's name stand for."""


class Dovecot:
    """A Dovecot of our own. `stop` and `start_again` keep its mails and its ports."""

    host = HOST

    def __init__(self, root: Path, *, special_use: bool, capability: str, extra: str) -> None:
        self.root = root
        self.port, self.tls_port = free_port(), free_port()
        self._binary = need(
            shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin"),
            "Dovecot is not installed (Debian: dovecot-imapd)",
        )
        # A file for each user: Dovecot reads a file that changed only once a second.
        for folder in (root, root / "users", root / "mail"):
            folder.mkdir(parents=True, exist_ok=True)
        self.run_folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._root_user = os.geteuid() == 0
        certificates = make_certificates(root / "tls")
        self.ca_file = certificates.ca_file
        self._config = root / "dovecot.conf"
        config = _CONFIG.format(
            server=self,
            names=_Names.of_this_process(),
            tls=certificates,
            folders=_SPECIAL if special_use else "",
            capability=f"imap_capability = {capability}" if capability else "",
            extra=extra,
        )
        self._config.write_text(config, encoding="utf-8")
        if self._root_user:
            self._open_the_way()
        self._process: subprocess.Popen[bytes] | None = None
        self._own: Path | None = None

    @classmethod
    def start(
        cls,
        folder: Path | None = None,
        *,
        special_use: bool = True,
        capability: str = "",
        extra: str = "",
    ) -> Dovecot:
        """Return a running server that keeps all it has in `folder`/dovecot.

        Without a folder it has one of its own, which goes with it: pytest's
        are closed to the mail user again whenever another pytest starts.
        `capability` is Dovecot's imap_capability (what it says it can do),
        `extra` any other configuration lines.
        """
        home = folder or Path(tempfile.mkdtemp(prefix="mails-"))
        server = cls(home / "dovecot", special_use=special_use, capability=capability, extra=extra)
        server._own = home if folder is None else None
        server.start_again()
        return server

    def _open_the_way(self) -> None:
        """Let the mail user reach its folder below a root-owned temporary one."""
        give_to_mail(self.root / "mail")
        for folder in (self.root, *self.root.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o011)

    def start_again(self) -> None:
        """Start the server on its ports, in a session of its own that no test's kill reaches."""
        # The kernel ends it with us, even if we are killed ourselves.
        leash = [path, "--pdeathsig", "TERM"] if (path := shutil.which("setpriv")) else []
        self._process = subprocess.Popen(
            [*leash, self._binary, "-F", "-c", str(self._config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(lambda: listening(self.port) and listening(self.tls_port), "Dovecot")
        except TimeoutError as late:
            self.stop()
            raise RuntimeError(f"Dovecot did not start:\n{self.log()}") from late

    def stop(self) -> None:
        """End the server and every connection to it; its mails stay."""
        if self._process is None:
            return
        # Every process at once: some wait for others that are gone already. Those that hold
        # mails end in a moment; who does not may be ended the hard way.
        for sign, seconds in ((signal.SIGTERM, 0.5), (signal.SIGKILL, 20)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
                break
        self._process = None
        wait_until(lambda: not listening(self.port), "Dovecot to let go of its port")

    def remove(self) -> None:
        """End the server for good and let go of its run-time folder."""
        self.stop()
        shutil.rmtree(self.run_folder, ignore_errors=True)
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def log(self) -> str:
        """Return what the server logged."""
        path = self.root / "dovecot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def add_user(self, name: str, password: str = PASSWORD) -> str:
        """Let the name log in with the password; return the name."""
        (self.root / "users" / name).write_text(f"{name}:{password}\n", encoding="utf-8")
        self._folder(self.maildir(name), "cur", "new", "tmp")
        return name

    def new_user(self, password: str = PASSWORD) -> str:
        """Return a user that nobody used before."""
        return self.add_user(f"user{next(_numbers)}", password)

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Return the Maildir that holds the folder's mails as files."""
        base = self.root / "mail" / user
        return base if folder == "INBOX" else base / ("." + folder.replace("/", "."))

    def _folder(self, maildir: Path, *below: str) -> None:
        """Make the Maildir, owned by whom Dovecot runs as."""
        for path in (maildir, *(maildir / name for name in below)):
            path.mkdir(exist_ok=True)
            if self._root_user:
                give_to_mail(path)

    def take_in(self, user: str) -> None:
        """Let a server that keeps its mails in another format take over the user's Maildir."""
        source = f"maildir:{self.maildir(user)}"
        words = ("import", "-u", user, source, "", "ALL")
        subprocess.run(
            [need(shutil.which("doveadm"), "doveadm is not installed"), "-c", self._config, *words],
            check=True,
            capture_output=True,
        )

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        internaldate: datetime | None = None,
        flags: str = "",
    ) -> Path:
        """Put a mail into the folder as a mail server does; return its file.

        `internaldate` is when the server took it (now if None), `flags` are
        Maildir's letters: S seen, R answered, F flagged.
        """
        maildir = self.maildir(user, folder)
        self._folder(maildir, "cur", "new", "tmp")
        when = (internaldate or datetime.now(UTC)).timestamp()
        name = f"{int(when)}.M{time.time_ns()}N{next(_numbers)}.test"
        temporary = maildir / "tmp" / name
        temporary.write_bytes(raw)
        os.utime(temporary, (when, when))
        if self._root_user:
            give_to_mail(temporary)
        final = maildir / "cur" / f"{name}:2,{flags}" if flags else maildir / "new" / name
        return temporary.rename(final)

    def files(self, user: str, folder: str = "INBOX") -> list[Path]:
        """Return the files of the folder's mails, oldest first."""
        maildir = self.maildir(user, folder)
        found = [path for name in ("new", "cur") for path in (maildir / name).glob("*")]
        return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return the folder's mails as they lie on disk, oldest first."""
        return [path.read_bytes() for path in self.files(user, folder)]

    def flags(self, user: str, folder: str = "INBOX") -> list[set[str]]:
        """Return the flags of the folder's mails as their file names say, oldest first."""
        letters = [path.name.partition(":2,")[2] for path in self.files(user, folder)]
        return [{_FLAGS[letter] for letter in each if letter in _FLAGS} for each in letters]

    def change_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Number the folder's mails under another UIDVALIDITY; nobody may have it open."""
        wait_until(lambda: self._left_alone(user), f"{user}'s sessions to end")
        maildir = self.maildir(user, folder)
        numbers = maildir / "dovecot-uidlist"
        header, _, rest = numbers.read_text(encoding="ascii").partition("\n")
        version, old, *others = header.split(" ")
        new = f"V{int(old.removeprefix('V')) + 1000}"
        numbers.write_text("\n".join((" ".join((version, new, *others)), rest)), encoding="ascii")
        for name in maildir.glob("dovecot.index*"):
            name.unlink()

    def _left_alone(self, user: str) -> bool:
        """Return whether every session of the user has ended, as the log tells."""
        log = self.log()
        begun = log.count(f"Login: user=<{user}>")
        ended = log.count(f"imap({user})<")
        return begun == ended
