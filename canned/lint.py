"""Find what is wrong with a library before a buyer sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from canned.files import Canned
from canned.library import STARTER, Library
from canned.template import Template
from canned.variables import known
from canned.wording import against
from canned.wording import limits as limits_of_channels

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that lint found, with its place in the file (from 1)."""

    path: Path
    line: int
    column: int
    severity: str
    """`error`: it cannot be used as it is; `warning`: look at it."""
    said: str

    def __str__(self) -> str:
        """Return it as compilers do, so that editors can jump there."""
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.said}"


def lint(
    library: Library,
    services: Collection[str] = (),
) -> list[Finding]:
    """Return all findings, by file and place.

    `services` are those the seller is on: an answer of theirs that names no
    channel goes out on all of them. Every answer should be in the languages
    the seller's own files are in, or in all of the starter's where there are none.
    """
    findings = [
        Finding(fault.path, fault.line, fault.column, ERROR, fault.said) for fault in library.faults
    ]
    limits = limits_of_channels()
    for canned in library.responses:
        own = () if canned.path.is_relative_to(STARTER) else services
        channels = canned.channels or tuple(sorted(own))
        findings += _unknown(canned)
        findings += _wording(canned, channels)
        findings += _too_long(canned, library.template(canned), channels, limits)
    findings += _variants(library)
    return sorted(findings)


def _unknown(canned: Canned) -> Iterator[Finding]:
    """Yield each variable that nothing will ever fill."""
    for name, at in canned.template.names:
        if not known(name):
            said = f'unknown variable "{name}"; one that you fill yourself begins with "ask."'
            yield Finding(canned.path, canned.body_line + at.line - 1, at.column, ERROR, said)


def _wording(canned: Canned, channels: Collection[str]) -> Iterator[Finding]:
    """Yield each place that a service the response is for takes badly."""
    for found, rule in against(canned.body, channels):
        before = canned.body[: found.start()]
        line = canned.body_line + before.count("\n")
        column = found.start() - before.rfind("\n")
        where = ", ".join(sorted(rule.services.intersection(channels)))
        said = f'"{found.group()}": {rule.said}' + (f" ({where})" if where else "")
        yield Finding(canned.path, line, column, WARNING, said)


def _too_long(
    canned: Canned, template: Template, channels: Iterable[str], limits: Mapping[str, int]
) -> Iterator[Finding]:
    """Yield each service that takes fewer characters than the response has before its values."""
    for channel in channels:
        limit = limits.get(channel)
        if limit is not None and template.length > limit:
            said = f"{template.length} characters; {channel} takes {limit}"
            yield Finding(canned.path, canned.body_line, 1, WARNING, said)


def _variants(library: Library) -> Iterator[Finding]:
    """Yield each response that is not in all of the languages that are spoken."""
    there: dict[str, dict[str, Canned]] = {}
    for canned in library.responses:
        there.setdefault(canned.shortcode, {})[canned.language] = canned
    every = {language for group in there.values() for language in group if language}
    wanted = set(library.own_languages) or every
    for shortcode, group in there.items():
        missing = sorted(wanted - set(group))
        if "" not in group and missing:
            first = group[min(group)]
            said = f'"{shortcode}" is not there in {", ".join(missing)}'
            yield Finding(first.path, 1, 1, WARNING, said)
