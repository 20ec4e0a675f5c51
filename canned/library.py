"""The responses that can be used: the seller's files over the starter ones, by language.

A broken file is told and never in the way of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from canned.files import PART, Canned, Fault, read
from canned.formats import Formats, Value
from canned.linking import link
from canned.parts import Template, TemplateError
from canned.ranking import Context, rank
from canned.rendering import Rendered, render

__all__ = ["STARTER", "Canned", "Context", "Fault", "Library"]

STARTER = Path(__file__).parent / "starter"
"""The answers that come with the product, a folder for each language."""
_FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every usable response, with the faults of those that are not."""

    responses: tuple[Canned, ...]
    """Each shortcode at most once a language; parts (only for including) among them."""
    faults: tuple[Fault, ...] = ()
    own_languages: frozenset[str] = frozenset()
    """The languages that the seller's own files are in."""
    _variants: Mapping[str, Mapping[str, Canned]] = field(default_factory=dict, repr=False)
    _templates: Mapping[Path, Template] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folders: Sequence[Path], *, include_starter: bool = True) -> Library:
        """Return the library of the folders; a file in an earlier one stands before later ones.

        That is: before those of its shortcode and language; without a language,
        before all of its shortcode. A folder that is not there is an empty one.
        Files read once are read again only when they changed.
        """
        chosen: dict[tuple[str, str], Canned] = {}
        faults: list[Fault] = []
        own: set[str] = set()
        for folder in (*folders, *([STARTER] if include_starter else [])):
            found, broken = _folder(folder)
            faults += broken
            if folder != STARTER:
                own |= {canned.language for canned in found.values() if canned.language}
            found = {key: one for key, one in found.items() if (key[0], "") not in chosen}
            chosen = {**found, **chosen}
        variants: dict[str, dict[str, Canned]] = {}
        for canned in chosen.values():
            variants.setdefault(canned.shortcode, {})[canned.language] = canned
        templates = _linked(chosen.values(), variants, faults)
        usable = [canned for canned in chosen.values() if canned.path in templates]
        return cls(
            responses=tuple(sorted(usable, key=lambda canned: (canned.shortcode, canned.language))),
            faults=tuple(sorted(faults, key=lambda fault: (str(fault.path), fault.line))),
            own_languages=frozenset(own),
            _variants=MappingProxyType(_grouped(usable)),
            _templates=MappingProxyType(templates),
        )

    def answers(self) -> tuple[Canned, ...]:
        """Return every response that can be sent by itself (no parts), all languages."""
        return tuple(canned for canned in self.responses if canned.kind != PART)

    def get(self, name: str, language: str = "") -> Canned | None:
        """Return the response of that shortcode or name in the language, else the nearest one.

        The nearest is the main language's (`pt` for `pt-BR`), one without a
        language, English, the first there is. None: no such response.
        """
        variants = self._variants.get(name) or self._by_name(name)
        return _variant(variants, language) if variants else None

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names most like one that there is none of, the nearest first."""
        known = {each for one in self.responses for each in (one.shortcode, one.name)}
        return tuple(get_close_matches(name.lower(), sorted(known), n=3))

    def languages(self, name: str) -> tuple[str, ...]:
        """Return the languages that a response of that shortcode or name is in, "" for all."""
        return tuple(sorted(self._variants.get(name) or self._by_name(name)))

    def find(self, text: str, context: Context | None = None) -> list[Canned]:
        """Return the answers that every word of the text is found in, the best first.

        One variant of each, in the context's language where there is one. An
        empty text finds all; answers kept for other channels are left out.
        """
        context = context or Context()
        nearest = [_variant(variants, context.language) for variants in self._variants.values()]
        return rank((canned for canned in nearest if canned.kind != PART), text, context)

    def template(self, canned: Canned) -> Template:
        """Return the linked template of one of this library's responses."""
        return self._templates[canned.path]

    def render(
        self, canned: Canned, values: Mapping[str, Value], formats: Formats | None = None
    ) -> Rendered:
        """Return a response with the values in it, dates in its own language by default."""
        return render(self.template(canned), values, formats or Formats(canned.language or "en"))

    def _by_name(self, name: str) -> dict[str, Canned]:
        return {canned.language: canned for canned in self.responses if canned.name == name}


def _folder(folder: Path) -> tuple[dict[tuple[str, str], Canned], list[Fault]]:
    """Return the responses of a folder by shortcode and language, and what is broken there."""
    found: dict[tuple[str, str], Canned] = {}
    faults: list[Fault] = []
    for path in _files(folder):
        one = read(path)
        if isinstance(one, Fault):
            faults.append(one)
            continue
        key = (one.shortcode, one.language)
        if key in found:
            said = f'"{one.shortcode}" is also the shortcode of {found[key].path.name}'
            faults.append(Fault(path, 1, 1, said))
            continue
        found[key] = one
    return found, faults


def _files(folder: Path) -> list[Path]:
    """Return a folder's Markdown files in order, but for READMEs and what is hidden."""
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.stem.upper() != "README"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def _linked(
    responses: Iterable[Canned], variants: Mapping[str, dict[str, Canned]], faults: list[Fault]
) -> dict[Path, Template]:
    """Return the linked template of each response that can be; the others become faults."""
    templates: dict[Path, Template] = {}
    names = {one.name: one.shortcode for group in variants.values() for one in group.values()}
    for canned in responses:

        def find(name: str, language: str = canned.language) -> Template | None:
            group = variants.get(name) or variants.get(names.get(name, ""))
            return _variant(group, language).template if group else None

        try:
            templates[canned.path] = link(canned.template, find)
        except TemplateError as error:
            line = canned.body_line + error.line - 1
            faults.append(Fault(canned.path, line, error.column, f"expected {error.expected}"))
    return templates


def _grouped(responses: Iterable[Canned]) -> dict[str, dict[str, Canned]]:
    """Return the responses by shortcode, then by language."""
    groups: dict[str, dict[str, Canned]] = {}
    for canned in responses:
        groups.setdefault(canned.shortcode, {})[canned.language] = canned
    return groups


def _variant(variants: Mapping[str, Canned], language: str) -> Canned:
    """Return the variant that serves a language best; there is at least one."""
    wanted = language.replace("_", "-")
    for each in (wanted, wanted.partition("-")[0], "", _FALLBACK):
        if each in variants:
            return variants[each]
    return variants[min(variants)]
