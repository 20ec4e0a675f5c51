"""Whether a text says that a file is attached, in the languages sellers write in. Pure."""

from __future__ import annotations

import re

_SAID = re.compile(
    r"""\b(?:
    attached|attachment|attachments|enclosed|i(?:'ve|\ have)?\ attach
    |im\ anhang|anbei|angehängt|beigefügt|beiliegend|anhänge
    |ci-joint(?:e|es|s)?|en\ pièce\ jointe|pièces?\ jointes?
    |adjunt[oa]s?|en\ adjunto|archivo\ adjunto
    |allegat[oaie]|in\ allegato
    |em\ anexo|anexad[oa]s?|segue\ anexo
    |bijgevoegd|bijlagen?|in\ de\ bijlage
    |w\ załączeniu|w\ załączniku|załączam|załącznik(?:u|i|ach)?
    |ataşat(?:ă|e)?|atașat(?:ă|e)?|în\ anexă
    |во\ вложении|прикрепля[юе]\w*|прилагаю|вкладенн[іяю]|додаю\ файл
    |v\ příloze|přikládám|přiložen[áéý]?\w*
    |bifoga[drs]\w*|vedlagt(?:e)?|vedhæftet|vedhæfter|vedlegger
    |liitteenä|liitteessä|liitetty
    |επισυνάπτω|συνημμέν\w*
    |ekte|ekteki|ekledim|iliştir\w*
    )\b|添付|附件|附上|첨부""",
    re.IGNORECASE | re.VERBOSE,
)


def promised_file(text: str) -> str:
    """Return the words that say a file is attached, "" where none do; quoted lines do not count."""
    ours = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    found = _SAID.search(ours)
    return found[0] if found else ""
