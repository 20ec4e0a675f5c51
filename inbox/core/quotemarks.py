"""The marks that mail programs put around old words, in the languages our sellers meet. Pure.

Each test looks at one line (or a few joined ones) and takes time in
proportion to its length.
"""

# ruff: noqa: RUF001 - words and marks of other alphabets are what this file holds
from __future__ import annotations

import re
from collections.abc import Sequence

_JOINED_LIMIT = 400
"""Letters that an attribution may have."""
_HEADER_SPAN = 10
"""Lines within which a quoted mail's header fields stand."""

_STARTERS = (
    *("on", "am", "le", "el", "il", "il giorno", "em", "op", "den", "dne", "dnia", "w dniu"),
    *("pe", "pe data de", "în", "în data de", "la", "a las", "ti", "på", "em", "no dia"),
    *("в", "во", "на", "在", "于", "於", "vào", "ngày"),
)
_WEEKDAYS = (
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *("mo", "di", "mi", "do", "fr", "sa", "so"),
    *("lun", "mar", "mer", "mié", "jeu", "jue", "gio", "ven", "vie", "sam", "sáb", "sab", "dim"),
    *("dom", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "joi", "vin", "sâm", "dum"),
    *("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
)
_WRITERS = (
    *("wrote", "writes", "schrieb", "schrieben", "a écrit", "écrit", "escribió", "escreveu"),
    *("ha scritto", "scritto", "napisał", "napisała", "napisał(a)", "pisze", "a scris", "scrie"),
    *("schreef", "skrev", "kirjoitti", "napsal", "napsala", "napsal(a)", "napísal", "napísala"),
    *("írta", "yazdı", "έγραψε", "đã viết"),
    *("написал", "написала", "написал(а)", "пишет", "писал"),
)
_WRITERS_WITHOUT_BLANKS = (
    "写道",
    "寫道",
    "写到",
    "写了",
    "さんは書きました",
    "のメッセージ",
    "작성",
    "כתב",
    "كتب",
)
_ORIGINALS = (
    *("original message", "original email", "ursprüngliche nachricht", "originalnachricht"),
    *("original-nachricht", "message d'origine", "message d’origine", "message original"),
    *("mensaje original", "mensagem original", "messaggio originale", "wiadomość oryginalna"),
    *("oryginalna wiadomość", "mesaj original", "mesajul original", "oorspronkelijk bericht"),
    *("ursprungligt meddelande", "opprinnelig melding", "original meddelelse"),
    *("alkuperäinen viesti", "původní zpráva", "eredeti üzenet", "orijinal mesaj"),
    *("исходное сообщение", "оригинальное сообщение"),
    *("原始邮件", "原始郵件", "原邮件", "元のメッセージ", "원본 메시지"),
)
_FORWARDED = (
    *("forwarded message", "begin forwarded message", "weitergeleitete nachricht"),
    *("anfang der weitergeleiteten nachricht", "message transféré", "début du message transféré"),
    *("début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado"),
    *("mensagem encaminhada", "messaggio inoltrato", "inizio messaggio inoltrato"),
    *("wiadomość przekazana", "przekazana wiadomość", "treść przekazanej wiadomości"),
    *(
        "mesaj redirecționat",
        "mesaj redirectionat",
        "doorgestuurd bericht",
        "vidarebefordrat meddelande",
    ),
    *("пересылаемое сообщение", "переадресованное сообщение", "начало переадресованного сообщения"),
    *("转发的邮件", "转发邮件", "轉寄郵件", "転送メッセージ", "転送されたメッセージ"),
)
_FROM = (
    *("from", "von", "de", "de la", "expéditeur", "da", "od", "fra", "från", "van", "lähettäjä"),
    *("feladó", "kimden", "gönderen", "от", "发件人", "寄件者", "差出人", "보낸 사람"),
)
_SENT = (
    *("sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha", "inviato"),
    *("data", "wysłano", "trimis", "skickat", "sendt", "verzonden", "lähetetty", "odesláno"),
    *("elküldve", "dátum", "gönderme tarihi", "gönderildi", "tarih", "отправлено", "дата"),
    *("发送时间", "日期", "寄件日期", "傳送時間", "送信日時", "日時", "보낸 날짜"),
)
_TO = (
    *("to", "an", "à", "para", "a", "do", "către", "catre", "aan", "till", "til", "komu"),
    *("vastaanottaja", "címzett", "kime", "alıcı", "кому", "收件人", "收件者", "宛先", "받는 사람"),
)


def _any_of(words: Sequence[str]) -> str:
    """Return a pattern for one of the words, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


_DIGIT = re.compile(r"\d")
_START = re.compile(
    rf"(?i)\s{{0,8}}(?:(?:{_any_of(_STARTERS)})(?=[\s\d,])"
    rf"|(?:{_any_of(_WEEKDAYS)})[^\W\d_]{{0,9}}[.,]{{0,2}}\s"
    r"|\d{1,4}\s?[-/.年]\s?\d{1,2}|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s\d{4})"
)
_WRITER = re.compile(
    rf"(?i)(?<!\w)(?:{_any_of(_WRITERS)})(?!\w)|{_any_of(_WRITERS_WITHOUT_BLANKS)}"
)
_DIVIDER = re.compile(
    rf"(?i)\s{{0,8}}[-_–—*=]{{2,}}\s{{0,3}}(?:{_any_of(_ORIGINALS)})\s{{0,3}}:?"
    r"\s{0,3}[-_–—*=]{2,}\s*"
)
_FORWARD = re.compile(
    rf"(?i)\s{{0,8}}[-_–—*=]{{0,20}}\s{{0,3}}(?:{_any_of(_FORWARDED)})\s{{0,3}}[-_–—*=:：\s]*"
)
RULES = frozenset("-_–—*=")
"""What a divider or a rule begins with."""
_RULE = re.compile(r"\s{0,8}[_-]{10,}\s*")
_LABEL = re.compile(r"\s{0,8}\*?([^\W\d_][^:：*]{0,24}?)\s?\*?[:：]\*?(?=\s|$|[^/\s])")
_LABELS = (frozenset(_FROM), frozenset(_SENT), frozenset(_TO))

FRAME_BEGIN = re.compile(
    r"(?i)(?<!-)-{3,}+\s{0,3}(?:begin message(?:\s?/\s?début du message)?|début du message"
    r"|iniciar mensagem|inicio del mensaje|inizio messaggio|beginn der nachricht)\s{0,3}-{3,}+"
)
FRAME_END = re.compile(
    r"(?i)(?<!-)-{3,}+\s{0,3}(?:end message(?:\s?/\s?fin du message)?|fin du message"
    r"|encerrar mensagem|mensagem final|fin del mensaje|fine messaggio|ende der nachricht)"
    r"\s{0,3}-{3,}+"
)
"""The lines between which a marketplace puts a buyer's own words."""


def ends_attribution(line: str) -> bool:
    """Return whether a line ends as "... wrote:" does."""
    return line.rstrip().endswith((":", "：")) and len(line) <= _JOINED_LIMIT


def starts_attribution(line: str) -> bool:
    """Return whether a line begins as "On Friday 20 ..." does."""
    return _DIGIT.search(line) is not None and _START.match(line) is not None


def is_attribution(line: str) -> bool:
    """Return whether a whole (joined) line says who wrote what follows, and when."""
    return (
        len(line) <= _JOINED_LIMIT
        and starts_attribution(line)
        and (names_writer(line) or "@" in line)
    )


def names_writer(line: str) -> bool:
    """Return whether a line has a word for "wrote"."""
    return _WRITER.search(line) is not None


def is_divider(line: str) -> bool:
    """Return whether a line is "-----Original Message-----" in one of its forms."""
    return _DIVIDER.fullmatch(line) is not None


def is_forward(line: str) -> bool:
    """Return whether a line says that what follows was passed on: meant to be read, not old."""
    return _FORWARD.fullmatch(line) is not None


def is_rule(line: str) -> bool:
    """Return whether a line is the rule some programs draw above a quoted mail's header."""
    return _RULE.fullmatch(line) is not None


def is_header_start(line: str) -> bool:
    """Return whether a line is a quoted mail's "From: ..."."""
    return (":" in line or "：" in line) and _label(line) == 0


def header_lines(lines: Sequence[str], start: int) -> int:
    """Return how many lines from `start` are a quoted mail's header, 0 if it is none.

    From, a date and To must all be there: forms that a web shop sends have a
    From and a Subject too, and buyer's words below them.
    """
    while start < len(lines) and not lines[start].strip() and start < _HEADER_SPAN:
        start += 1
    found: set[int] = set()
    length = 0
    for number in range(start, min(len(lines), start + _HEADER_SPAN)):
        line = lines[number]
        if not line.strip() or line.startswith(">"):
            break
        if _LABEL.match(line):
            length = number - start + 1
            found.add(_label(line))
    return length if found >= {0, 1, 2} else 0


def _label(line: str) -> int:
    """Return which field of a quoted mail's header a line is: 0 From, 1 date, 2 To, else -1."""
    match = _LABEL.match(line)
    if match is None:
        return -1
    said = match[1].strip().lower()
    return next((place for place, names in enumerate(_LABELS) if said in names), -1)
