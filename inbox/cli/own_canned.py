"""`inbox canned new` and `edit`: the seller's own responses, from their editor or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inbox.cli.filling import library_of, own_language, unknown_words
from inbox.cli.output import Failed, print_json, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from canned.library import Library
    from canned.own import Front

_LANGUAGE = click.option("--language", default="", help=_("In that language, such as de."))
_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.command(
    "new",
    help=_(
        "Begin response NAME in your editor, or from --text: a whole file, or only the words of"
        " the answer."
    ),
)
@click.argument("name")
@click.option("--title", default="", help=_("What the picker shows; else the name."))
@click.option("--shortcode", default="", help=_("One word to find it by; else the name."))
@click.option("--kind", default="", help=_("What it answers, such as refund; docs/canned.md."))
@click.option("--text", metavar="FILE|-", help=_("The text: a file, or - for the input."))
@_LANGUAGE
@_JSON
@click.pass_obj
def new(
    session: Session,
    *,
    name: str,
    title: str,
    shortcode: str,
    kind: str,
    text: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Begin a response; exit status 1 if it cannot be used as it is then."""
    from canned import own

    front = own.Front(
        shortcode=shortcode or name, title=title.strip(), language=language, kind=kind.strip()
    )
    _refuse_names(name, front.shortcode, language)
    library, folder = library_of(session), session.locations.canned
    path = own.new_place(folder, name, language)
    _refuse_taken(library, path, front)
    if text is None:
        _refuse_without_terminal()
        begun = own.beginning(front, parts=_greets_in(library, language))
        whole = _edited(session, begun)
        if whole.strip() == begun.strip():
            raise Failed(_("Nothing was written, so nothing is kept."))
    else:
        whole = _whole_of(text, front, given=bool(title or shortcode or kind))
    _keep(session, path, whole, as_json=as_json)


@click.command(
    "edit",
    help=_(
        "Write response NAME in your editor, or from --text. One that comes along stays as it"
        " is: yours stands before it. A new one begins with new."
    ),
)
@click.argument("name")
@click.option("--text", metavar="FILE|-", help=_("The whole file: a file, or - for the input."))
@_LANGUAGE
@_JSON
@click.pass_obj
def edit(session: Session, *, name: str, text: str | None, language: str, as_json: bool) -> None:
    """Change a response; exit status 1 if it cannot be used as it is then."""
    from inbox.cli.answers import read_text

    _refuse_names(name, name, language)
    if text is None:
        _refuse_without_terminal()
    path, before = _standing(session, name, language)
    whole = read_text(text) if text is not None else _edited(session, before)
    if text is None and whole.strip() == before.strip() and not path.exists():
        tell(_("It was not changed; the one that comes along stays."))
        return
    _keep(session, path, whole, as_json=as_json)


def _standing(session: Session, name: str, language: str) -> tuple[Path, str]:
    """Return where the seller's version of a response is kept, and what it says now.

    Their own file also where it is broken: those are the words to mend. Wrong
    usage where there is none of that name, or none in that language.
    """
    from canned import own

    library, folder = library_of(session), session.locations.canned
    found = library.get(name, language or own_language(session))
    exact = found is not None and (not language or found.language == language)
    path = own.written(folder, name, language)
    if path is not None and (not exact or path in {fault.path for fault in library.faults}):
        return path, own.text_of(path)
    if found is not None and exact:
        return own.standing(folder, found)
    if found is None:
        begin = _("A new one begins with: inbox canned new {}").format(name)
        raise click.UsageError(f"{unknown_words(library, name)} {begin}")
    said = _(
        "{name} is not there in {language}, but in {known}."
        " Begin it with: inbox canned new {name} --language {language}"
    )
    known = ", ".join(filter(None, library.languages(name))) or _("no other")
    raise click.UsageError(said.format(name=name, language=language, known=known))


def _refuse_names(name: str, shortcode: str, language: str) -> None:
    """Raise UsageError for what cannot be the name of a file, a shortcode or a language."""
    from canned.files import is_language, is_shortcode

    words = is_shortcode(name) and is_shortcode(shortcode)
    if not (words and (not language or is_language(language))):
        said = _("A response is called by one word, a language is written like de or pt-BR.")
        raise click.UsageError(said)


def _refuse_taken(library: Library, path: Path, front: Front) -> None:
    """Raise UsageError where there is a response of that name or shortcode already."""
    for name in dict.fromkeys((path.stem, front.shortcode)):
        there = library.languages(name)
        if front.language in there or (there and not front.language):
            raise click.UsageError(_taken_words(name, elsewhere="" not in there))
    if path.exists():
        raise click.UsageError(_taken_words(path.stem))


def _taken_words(name: str, *, elsewhere: bool = False) -> str:
    """Return that a name is taken; `elsewhere`: in certain languages only."""
    said = _("There is a response called {name} already. Change it with: inbox canned edit {name}")
    more = " " + _("(for another language, give --language)") if elsewhere else ""
    return said.format(name=name) + more


def _refuse_without_terminal() -> None:
    if not on_terminal():
        raise click.UsageError(_("Without a terminal, give --text FILE or --text -."))


def _greets_in(library: Library, language: str) -> bool:
    """Return whether a greeting and a closing line are there in that language."""
    parts = [library.get(part, language) for part in ("greeting", "footer")]
    main = language.partition("-")[0]
    return all(
        part is not None and (not language or part.language.partition("-")[0] in {"", main})
        for part in parts
    )


def _whole_of(name: str, front: Front, *, given: bool) -> str:
    """Return the file that `--text` gives, what was `given` besides on top of its words."""
    from canned import own
    from inbox.cli.answers import read_text

    text = read_text(name)
    if not own.is_whole(text):
        return own.beginning(front, text)
    if given:
        said = _("The file says itself what it is called: leave --title, --shortcode, --kind out.")
        raise click.UsageError(said)
    return text


def _keep(session: Session, path: Path, text: str, *, as_json: bool) -> None:
    """Write a response and say where; raises Failed if it cannot be used as it is."""
    from canned import own

    fault = own.keep(path, text)
    if as_json:
        broken = None if fault is None else str(fault)
        print_json({"path": str(path), "fault": broken}, session.zone)
    elif fault is None:
        tell(_("Kept: {}").format(path))
    if fault is not None:
        raise Failed(_("It cannot be used as it is: {}").format(fault))


def _edited(session: Session, text: str) -> str:
    """Return a text as the seller's editor left it."""
    from inbox.editor import edit as in_editor

    command = session.config.settings.editor
    return in_editor(text, session.locations, session.environ, command=command)
