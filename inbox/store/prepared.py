"""What is made of one message alone before it is stored. Pure: any process can do it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from connectors.frozen import frozen, replaced
from connectors.values import Direction, Message
from inbox.core.linking import keys_of
from inbox.core.snippets import first_words, snippet_of
from inbox.store.folding import Words, made_alone
from inbox.store.heads import told, words_of
from inbox.store.packing import packed
from inbox.store.rows import encoded

_TELLING = 400
"""Characters by which a language is told."""


@frozen(quick=True)
class Prepared:
    """All that costs time about a message and needs nothing of the store."""

    told: bytes
    """What its document says but for the names we give it, in JSON: see `heads.told`."""
    text: bytes
    """UTF-8, as the store keeps it."""
    words: Words
    """What it is found by, folded; its doc_id is not known yet."""
    keys: tuple[str, ...]
    """Its threading keys."""
    html: bytes | None
    source: bytes | None


class Ready:
    """Prepared messages of one batch, each known by itself and not by what it says.

    The messages may be `light`: what they lack is in what was made of them.
    """

    def __init__(self, pairs: Iterable[tuple[Message, Prepared]] = ()) -> None:
        self._pairs = {id(message): (message, made) for message, made in pairs}

    def of(self, message: Message, own: frozenset[str]) -> Prepared:
        """Return what was made of a message, made now if it was not before; see `prepared`."""
        found = self._pairs.get(id(message))
        return prepared(message, own) if found is None else found[1]

    def keys_of(self, message: Message, own: frozenset[str]) -> tuple[str, ...]:
        """Return a message's threading keys."""
        found = self._pairs.get(id(message))
        return keys_of(message, own) if found is None else found[1].keys

    def source_of(self, message: Message) -> bytes | None:
        """Return a message's source compressed, None if it has none."""
        found = self._pairs.get(id(message))
        if found is not None:
            return found[1].source
        return None if message.source is None else packed(message.source)

    def whole(self, message: Message) -> Message:
        """Return a message with what is heavy about it, also if it came light."""
        found = self._pairs.get(id(message))
        if found is None:
            return message
        made = found[1]
        return replaced(
            message,
            html=None if made.html is None else zlib.decompress(made.html).decode(),
            source=None if made.source is None else zlib.decompress(made.source),
        )


def light(message: Message) -> Message:
    """Return a message without its HTML and its source, which `prepared` holds compressed."""
    return replaced(message, html=None, source=None)


def prepared(message: Message, own: frozenset[str]) -> Prepared:
    """Return what is made of a message whose strings are clean; `own` are our addresses there."""
    fresh = first_words(message.text, message.subject)
    head = told(message, snippet_of(fresh), _language(message, fresh))
    return Prepared(
        told=encoded(head),
        text=message.text.encode(),
        words=made_alone(words_of(0, head, message.text)),
        keys=keys_of(message, own),
        html=None if message.html is None else packed(message.html.encode()),
        source=None if message.source is None else packed(message.source),
    )


def _language(message: Message, fresh: str) -> str:
    """Return the language of a person's new words, "" where it is not sure or nobody's."""
    if message.direction is not Direction.IN or message.automatic:
        return ""
    from canned.language import language_of  # the screen stores messages too, but none of theirs

    return language_of(fresh[:_TELLING])
