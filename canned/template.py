"""The template language: `parse` a text, `render` it with values, find `placeholders` left.

A strict subset of Liquid (docs/canned.md). No loops, no arithmetic, no
attribute access: nothing a template can do takes longer than its length, and
a value is never read as template.
"""

from canned.formats import Country, Formats, Money, Value
from canned.linking import link, names_of
from canned.parsing import MAX_LENGTH, parse
from canned.parts import At, Template, TemplateError
from canned.rendering import ASK, Rendered, placeholders, render

__all__ = [
    "ASK",
    "MAX_LENGTH",
    "At",
    "Country",
    "Formats",
    "Money",
    "Rendered",
    "Template",
    "TemplateError",
    "Value",
    "link",
    "names_of",
    "parse",
    "placeholders",
    "render",
]
