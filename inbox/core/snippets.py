"""The beginning of what a message says that is new, for its row in the list. Pure."""

from __future__ import annotations

SNIPPET_CHARACTERS = 160
_NEAR = 800
"""Characters that nearly always hold enough new words; telling new from old costs by length."""
_FAR = 8192
"""Characters looked at otherwise: below a longer quote the answer is not looked for."""
_RULE = "---"
"""Where this stands a frame may be around the words: its end must be seen as well."""


def first_words(text: str, subject: str = "") -> str:
    """Return a text's new words, of a long text those of its first lines."""
    from inbox.core.quoting import new_words, split  # marks of many languages: not for who lists

    near = _whole_lines(text, _NEAR)
    if len(near) < len(text) and _RULE not in near:
        found = "".join(part.text for part in split(near, subject=subject) if not part.quoted)
        if len(found) >= SNIPPET_CHARACTERS:
            return found
    return new_words(_whole_lines(text, _FAR), subject=subject)


def snippet_of(fresh: str) -> str:
    """Return the beginning of new words as one line of at most 160 characters."""
    for many in (2, 8):
        found = " ".join(fresh[: many * SNIPPET_CHARACTERS].split())
        if len(found) >= SNIPPET_CHARACTERS:
            break
    return found[:SNIPPET_CHARACTERS]


def _whole_lines(text: str, limit: int) -> str:
    """Return the lines within so many characters; of a longer line its beginning."""
    if len(text) <= limit:
        return text
    return text[: text.rfind("\n", 0, limit) + 1] or text[:limit]
