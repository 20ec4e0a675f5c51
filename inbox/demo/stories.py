"""Read the demo's stories: the shop, its buyers, and what they write. No clock, no chance."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Whom the buyers write to."""

    name: str
    title: str
    address: str
    aliases: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One buyer's affair: the question, an answer, and what the buyer says to that."""

    language: str
    via: str
    """mail, amazon, ebay or paypal."""
    subject: str
    """Empty where the marketplace writes it."""
    topic: str
    """What it is about in a marketplace's own word; empty where it is not told there."""
    text: str
    answer: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What invented buyers of one language are called."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    users: tuple[str, ...] = ()
    """On eBay there are only user names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Mail that nobody has to answer."""

    sender: str
    subject: str
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """The whole data file."""

    shop: Shop
    stories: tuple[Story, ...]
    notices: tuple[Notice, ...]
    buyers: Mapping[str, Names]
    items: Mapping[str, tuple[str, ...]]
    thanks: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    """Where buyers of a language live: street, postcode and city."""
    countries: Mapping[str, str]
    """The country (ISO 3166) of the places of a language."""
    carriers: Mapping[str, str]
    """Who brings parcels in a country."""
    wording: Mapping[str, Mapping[str, Mapping[str, str]]]
    """What each marketplace writes around a buyer's words, by language."""


@lru_cache(maxsize=1)
def read() -> Stories:
    """Return the stories that come with the product."""
    raw = tomllib.loads((files(__package__) / "stories.toml").read_text(encoding="utf-8"))
    return Stories(
        shop=Shop(**_tuples(raw["shop"])),
        stories=tuple(
            Story(**{"subject": "", "topic": "", **{key: one[key].strip() for key in one}})
            for one in raw["story"]
        ),
        notices=tuple(Notice(**one) for one in raw["notice"]),
        buyers={language: Names(**_tuples(names)) for language, names in raw["buyers"].items()},
        items=_tuples(raw["items"]),
        thanks=_tuples(raw["thanks"]),
        places=_tuples(raw["places"]),
        countries=raw["countries"],
        carriers=raw["carriers"],
        wording={via: raw[via] for via in ("amazon", "ebay")},
    )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
