"""Which folders of a mailbox matter, and what each is for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.values import Role

_INBOX = "INBOX"

_SPECIAL = {
    "\\junk": Role.JUNK,
    "\\trash": Role.TRASH,
    "\\archive": Role.ARCHIVE,
    "\\all": Role.ARCHIVE,
}

_NAMES = {
    Role.SENT: """
        sent; sent items; sent messages; sent mail; sent-mail; gesendet;
        gesendete objekte; gesendete elemente; gesendete nachrichten; envoyés; envoyes;
        messages envoyés; éléments envoyés; courrier envoyé; enviados; elementos enviados;
        mensajes enviados; correo enviado; itens enviados; mensagens enviadas; e-mails enviados;
        enviadas; inviati; inviata; posta inviata; messaggi inviati; elementi inviati; verzonden;
        verzonden items; verzonden berichten; wysłane; elementy wysłane; wiadomości wysłane;
        odeslané; odeslaná pošta; odoslané; odoslaná pošta; skickat; skickade; skickade objekt;
        sendt; sendte; sendt post; sendte elementer; sendte meldinger; lähetetyt;
        lähetetyt viestit; elküldött; elküldött elemek; elküldött üzenetek; trimise;
        elemente trimise; mesaje trimise; poslano; poslane stavke; изпратени; отправленные;
        надіслані; відправлені; απεσταλμένα; gönderilmiş öğeler; gönderilenler;
        gönderilmiş; נשלח;
        المرسلة; العناصر المرسلة; 已发送; 已发送邮件; 已发邮件; 寄件備份; 寄件匣;
        送信済み; 送信済みメール; 送信済みアイテム; 보낸 편지함; 보낸메일함; đã gửi; ส่งแล้ว; terkirim
        """,
    Role.JUNK: """
        junk; spam; junk e-mail; junk email; bulk mail; junk mail; spamverdacht; unerwünscht;
        courrier indésirable; indésirables; correo no deseado; posta indesiderata; ongewenst;
        ongewenste e-mail; wiadomości-śmieci; lixo eletrônico; спам; 垃圾邮件; 迷惑メール
        """,
    Role.TRASH: """
        trash; deleted; deleted items; deleted messages; bin; papierkorb; gelöscht;
        gelöschte objekte; gelöschte elemente; corbeille; éléments supprimés; papelera;
        elementos eliminados; cestino; posta eliminata; prullenbak; verwijderde items; kosz;
        elementy usunięte; lixeira; itens excluídos; корзина; 已删除; 已删除邮件; ごみ箱
        """,
    Role.ARCHIVE: """
        archive; archives; archiv; archivo; archivio; archief; archiwum; arquivo; all mail;
        alle nachrichten; tous les messages; архив; 存档; アーカイブ
        """,
}
_DRAFTS_NAMES = """
    drafts; draft; entwürfe; entwurf; brouillons; borradores; bozze; concepten; rascunhos;
    wersje robocze; szkice; koncepty; rozepsané; utkast; kladder; luonnokset; piszkozatok;
    ciorne; schițe; чернетки; черновики; чернови; πρόχειρα; taslaklar; טיוטות; المسودات; 草稿;
    草稿箱; 下書き; 임시 보관함; 임시보관함; bản nháp; แบบร่าง
    """
_DRAFTS = frozenset(name.strip() for name in _DRAFTS_NAMES.split(";"))
_EVERYTHING = frozenset({"all mail", "alle nachrichten", "tous les messages"})
_ROLE_OF_NAME = {name.strip(): role for role, names in _NAMES.items() for name in names.split(";")}


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as the server lists it."""

    name: str
    separator: str
    attributes: frozenset[str]
    """Lower case, with the backslash: `\\sent`, `\\noselect`."""

    @property
    def selectable(self) -> bool:
        """Return whether it holds mails."""
        return not self.attributes & {"\\noselect", "\\nonexistent"}

    @property
    def depth(self) -> int:
        """Return how many folders it lies in."""
        return self.name.count(self.separator) if self.separator else 0

    @property
    def last_name(self) -> str:
        """Return the name without the folders it lies in, lower case."""
        name = self.name.rsplit(self.separator, 1)[-1] if self.separator else self.name
        return name.strip().casefold()


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder we pull, and what it is for."""

    name: str
    role: Role
    reach: str = "all"
    """How far back: `all`, `2y`, or `new` for what comes from the first look on."""
    ours_only: bool = False
    """Whether only mails are pulled that we moved there: it holds a copy of every mail."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to pull of a mailbox."""

    watched: tuple[Watched, ...]
    """INBOX first, then the Sent folders, then the others."""
    sent: str | None
    """Where replies are saved; None if that is still to be made."""
    missing: tuple[str, ...] = ()
    """Folders of the settings that the mailbox does not have."""
    aside: tuple[Watched, ...] = ()
    """Archive, Junk and Trash: what comes into them from now on is pulled too."""

    def folder_for(self, role: Role) -> str | None:
        """Return the folder that mails of that role lie in; None if there is none yet."""
        every = (*self.watched, *self.aside)
        return next((each.name for each in every if each.role is role), None)


def sent_folders(listed: Sequence[Listed]) -> tuple[str, ...]:
    """Return the folders that hold sent mail, first what the server calls so itself.

    Those with well-known names count too, unless they lie deeper: phones like
    to make a "Sent Messages" beside the server's "Sent".
    """
    known = [folder for folder in listed if folder.selectable and _is_sent(folder)]
    known.sort(key=lambda folder: ("\\sent" not in folder.attributes, folder.depth, folder.name))
    return tuple(folder.name for folder in known if folder.depth <= known[0].depth)


def drafts_folder(listed: Sequence[Listed]) -> str | None:
    """Return the folder of drafts, what the server names so before what is called so."""
    found = [folder for folder in listed if folder.selectable and _is_drafts(folder)]
    found.sort(key=lambda each: ("\\drafts" not in each.attributes, each.depth, each.name))
    return found[0].name if found else None


def _is_drafts(folder: Listed) -> bool:
    """Return whether the server, or else its name, says that a folder holds drafts."""
    return "\\drafts" in folder.attributes or folder.last_name in _DRAFTS


def choose(
    listed: Sequence[Listed], folders: Sequence[str], sent_setting: str = "", reach: str = "all"
) -> Choice:
    """Return what to pull: the folders of the settings that there are, and always Sent.

    Never a folder of drafts: what is begun is no message yet.

    Without Sent, a reply written on a phone would not stop the clock. `reach`
    is how far back.
    """
    there = {folder.name: folder for folder in listed if folder.selectable}
    sent = sent_folders(listed)
    if sent_setting in there:
        sent = (sent_setting, *(name for name in sent if name != sent_setting))
    missing = [sent_setting] if sent_setting and sent_setting not in there else []
    inbox: list[Watched] = []
    others: list[Watched] = []
    for wanted in dict.fromkeys(folders):
        if wanted.upper() == _INBOX:  # always there, whether the server lists it or not
            inbox = [Watched(_INBOX, Role.INBOX, reach)]
        elif wanted not in there:
            missing.append(wanted)
        elif wanted not in sent and not _is_drafts(there[wanted]):
            others.append(Watched(wanted, _role(there[wanted]), reach))
    watched = (*inbox, *(Watched(name, Role.SENT, reach) for name in sent), *others)
    save_in = sent[0] if sent and sent_setting not in missing else None
    return Choice(watched, save_in, tuple(missing), tuple(_aside(listed, watched)))


def _aside(listed: Sequence[Listed], watched: Sequence[Watched]) -> Iterator[Watched]:
    """Yield the folders mails are put aside in, unless one of that kind is watched already.

    What the server names so comes before what has such a name.
    """
    taken = {folder.name for folder in watched}
    free = [folder for folder in listed if folder.selectable and folder.name not in taken]
    for role in (Role.ARCHIVE, Role.JUNK, Role.TRASH):
        if any(folder.role is role for folder in watched):
            continue
        found = [folder for folder in free if _role(folder) is role]
        if found:
            first = min(found, key=_standing)
            yield Watched(first.name, role, "new", ours_only=holds_all(first))


def _standing(folder: Listed) -> tuple[bool, bool, int, str]:
    """Return what sorts folders of one role: named so by the server and near the top first."""
    special = any(name in folder.attributes for name in _SPECIAL)
    return holds_all(folder), not special, folder.depth, folder.name


def lacking(missing: Sequence[str], shut: Sequence[str]) -> str:
    """Return what the seller is told of folders that are not there or do not open; "" if none."""
    if not missing and not shut:
        return ""
    said = [f"There is no folder named {name}." for name in missing]
    said += [f"The folder {name} cannot be opened." for name in shut]
    one = len(said) == 1
    return f"{' '.join(said)} What lies in {'it' if one else 'them'} is not seen here."


def holds_all(folder: Listed) -> bool:
    """Return whether a copy of every mail lies in a folder, drafts too."""
    return "\\all" in folder.attributes or folder.last_name in _EVERYTHING


def new_name(listed: Sequence[Listed], role: Role) -> str:
    """Return the name for a folder that is to be made for mails put aside."""
    sent = new_sent_name(listed)
    return sent.removesuffix("Sent") + {Role.JUNK: "Junk", Role.TRASH: "Trash"}.get(role, "Archive")


def new_drafts_name(listed: Sequence[Listed], setting: str = "") -> str:
    """Return the name for a folder of drafts that is to be made."""
    return setting or new_sent_name(listed).removesuffix("Sent") + "Drafts"


def new_sent_name(listed: Sequence[Listed], setting: str = "") -> str:
    """Return the name for a Sent folder that is to be made; below INBOX where all others are."""
    if setting:
        return setting
    below = [folder for folder in listed if folder.name.upper() != _INBOX]
    separator = next((folder.separator for folder in listed if folder.separator), "")
    prefix = f"{_INBOX}{separator}"
    inside = separator and below and all(folder.name.startswith(prefix) for folder in below)
    return f"{prefix}Sent" if inside else "Sent"


def _is_sent(folder: Listed) -> bool:
    """Return whether the server, or else its name, says that a folder holds sent mail."""
    return "\\sent" in folder.attributes or _ROLE_OF_NAME.get(folder.last_name) is Role.SENT


def _role(folder: Listed) -> Role:
    """Return what a folder that is not a Sent folder is for."""
    for attribute, role in _SPECIAL.items():
        if attribute in folder.attributes:
            return role
    by_name = _ROLE_OF_NAME.get(folder.last_name, Role.OTHER)
    return by_name if by_name is not Role.SENT else Role.OTHER
