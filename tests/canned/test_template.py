"""The template language: what it takes, what it refuses, and that it stays harmless."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canned.template import (
    MAX_LENGTH,
    Country,
    Formats,
    Money,
    Template,
    TemplateError,
    Value,
    link,
    parse,
    placeholders,
    render,
)

KATE: Mapping[str, Value] = {
    "customer.first_name": "Kate",
    "order.number": "111-22",
    "order.item_count": 3,
    "customer.language": "en",
}


def said(text: str, values: Mapping[str, Value] = KATE, language: str = "en") -> str:
    """Return the text that a template becomes."""
    return render(parse(text), values, Formats(language)).text


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Hello {{ customer.first_name }}!", "Hello Kate!"),
        ("Hello {{customer.first_name}}!", "Hello Kate!"),
        ('{{ customer.last_name | default: "there" }}', "there"),
        ("{{ customer.last_name | default: 'there' | upcase }}", "THERE"),
        ("{{ customer.last_name | default: customer.first_name }}", "Kate"),
        ('{{ customer.last_name | default: "" }}.', "."),
        ("{{ customer.first_name | downcase }}", "kate"),
        ("{% if order.number %}A{% else %}B{% endif %}", "A"),
        ("{% if order.id %}A{% else %}B{% endif %}", "B"),
        ('{% if customer.language == "de" %}A{% elsif order.number %}B{% endif %}', "B"),
        ('{% if customer.language != "de" %}A{% endif %}', "A"),
        ("{% if order.item_count == 3 %}A{% endif %}", "A"),
        ("{% if order.id == 3 %}A{% endif %}", ""),
        ("{% if order.id %}{% if order.number %}A{% endif %}B{% else %}C{% endif %}D", "CD"),
        ("one  {%- if order.number -%}  two  {%- endif -%}  three", "onetwothree"),
        ("a { b } }} %} c", "a { b } }} %} c"),
        ("", ""),
    ],
)
def test_a_response_becomes_the_text_its_author_meant(text: str, becomes: str) -> None:
    """Every construct of the language, each for itself."""
    assert said(text) == becomes


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("yes or no and no", True),
        ("no and no or yes", False),
        ("yes and yes or no", True),
        ("no or no or yes", True),
    ],
)
def test_and_and_or_are_read_from_the_right_as_in_liquid(condition: str, *, holds: bool) -> None:
    """A macro pasted from another desk decides here as it did there."""
    assert said(f"{{% if {condition} %}}x{{% endif %}}", {"yes": "1"}) == ("x" if holds else "")


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("Hello {{ ", 1, 10, "a variable's name"),
        ("Hello\n  {{ 3 }}", 2, 6, "a variable's name"),
        ("{{ order.number ", 1, 17, "| or }}"),
        ("{{ order.number + 1 }}", 1, 17, "| or }}"),
        ("{{ order.number[0] }}", 1, 16, "| or }}"),
        ("{{ order.number | reverse }}", 1, 19, "default, date, money"),
        ('{{ order.date | date: "%d" }}', 1, 21, "| or }}"),
        ("{{ order.number | default }}", 1, 27, ": and what default takes"),
        ('{{ order.number | default: "x }}', 1, 28, "a text in quotes"),
        ("a\nb {% if order.number %} c", 2, 6, "an {% endif %} for this {% if %}"),
        ("{% else %}", 1, 4, "an {% if %} before it"),
        ("{% endif %}", 1, 4, "an {% if %} before it"),
        ("{% if a %}{% else %}{% else %}{% endif %}", 1, 24, "{% endif %}"),
        ("{% for x in order.items %}", 1, 4, "if, elsif, else, endif or include"),
        ("{% if a > 3 %}{% endif %}", 1, 9, "%}"),
        ("{% if a == b %}{% endif %}", 1, 12, "a text in quotes"),
        ("{% include footer %}", 1, 12, "the name of a response in quotes"),
        ("{{ cursor | upcase }}", 1, 11, "}} after cursor"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, expected: str) -> None:
    """The seller finds the mistake without searching, and learns what would be right."""
    with pytest.raises(TemplateError) as caught:
        parse(text)

    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert error.expected.startswith(expected)


def test_a_missing_value_stays_visible_and_is_named() -> None:
    """Nobody sends `Hello ,`: what is missing stands where it is missing."""
    template = parse(
        "Hi {{ customer.name }}, {{ order.date | date }} {{ ask.size }} {{ ask.size }}"
    )

    rendered = render(template, {})

    assert rendered.text == "Hi {{ customer.name }}, {{ order.date }} {{ ask.size }} {{ ask.size }}"
    assert rendered.missing == ("customer.name", "order.date", "ask.size")
    assert placeholders(rendered.text) == rendered.missing


def test_a_branch_not_taken_asks_for_nothing() -> None:
    """The seller is asked only for what the answer needs."""
    rendered = render(parse("{% if order.id %}{{ refund.amount }}{% endif %}."), {})

    assert (rendered.text, rendered.missing) == (".", ())


def test_a_condition_on_an_asked_value_asks_for_it() -> None:
    """Otherwise the seller could never get to that branch."""
    rendered = render(parse('{% if ask.size == "M" %}medium{% endif %}'), {})

    assert (rendered.text, rendered.missing) == ("", ("ask.size",))


def test_the_cursor_is_where_the_author_put_it() -> None:
    """The seller goes on writing at that place, counted in the finished text."""
    rendered = render(parse("Hello {{ customer.first_name }}\n{{ cursor }}\nBye{{ cursor }}"), KATE)

    assert rendered.text == "Hello Kate\n\nBye"
    assert rendered.cursor == len("Hello Kate\n")
    assert render(parse("Hello"), KATE).cursor is None


def test_a_buyers_words_are_never_a_template() -> None:
    """A buyer who calls himself `{{ agent.signature }}` gets his name and nothing else."""
    values: dict[str, Value] = {"customer.name": "{{ agent.signature }}", "agent.signature": "S"}

    rendered = render(parse("Hi {{ customer.name }}{% if customer.name %}!{% endif %}"), values)

    assert rendered.text == "Hi {{ agent.signature }}!"
    assert rendered.missing == ()
    assert placeholders(rendered.text, rendered.verbatim) == ()
    assert placeholders(f"{rendered.text} {{{{agent.signature}}}}", rendered.verbatim) == (
        "agent.signature",
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("plain { text } {} {{}} {{ }} {{ 3 }}", ()),
        ("{{a.b}} {{ a.b | default: 'x' }} {{- cursor -}}", ("a.b", "cursor")),
        ("{{ custmer.nam }}", ("custmer.nam",)),
    ],
)
def test_what_is_left_in_a_finished_text_is_found(text: str, names: tuple[str, ...]) -> None:
    """An answer with a hole in it cannot be sent, also when it was typed by hand."""
    assert placeholders(text) == names


@pytest.mark.parametrize(
    ("text", "language", "becomes"),
    [
        ("{{ d | date }}", "en", "November 3, 2026"),
        ("{{ d | date }}", "de", "3. November 2026"),
        ("{{ d | date }}", "pt-BR", "3 de novembro de 2026"),
        ("{{ d | date }}", "nowhere", "November 3, 2026"),
        ("{{ iso | date }}", "fr", "3 novembre 2026"),
        ("{{ soon | date }}", "fr", "next week"),
        ("{{ instant | date }}", "pl", "3 listopada 2026"),
        ("{{ m | money }}", "en", "€1,234.50"),
        ("{{ m | money }}", "de", "1.234,50\u00a0€"),
        ("{{ typed | money }}", "de", "12.50"),
        ("{{ unclear | money }}", "de", "about 5"),
        ("{{ land }}", "de", "Schweiz"),
        ("{{ land | upcase }}", "fr", "SUISSE"),
        ("{{ nowhere }}", "de", "X1"),
        ("{% if land == 'CH' %}duty{% endif %}", "en", "duty"),
        ("{{ two | plural: 'item', 'items' }}", "en", "items"),
        ("{{ one | plural: 'item', 'items' }}", "en", "item"),
        ("{{ two | plural: 'paczka', 'paczki', 'paczek' }}", "pl", "paczki"),
        ("{{ five | plural: 'paczka', 'paczki', 'paczek' }}", "pl", "paczek"),
        ("{{ five | plural: 'заказ', 'заказа', 'заказов' }}", "ru", "заказов"),
        ("{{ two | plural: '件' }}", "zh", "件"),
        ("{{ soon | plural: 'item', 'items' }}", "en", "items"),
    ],
)
def test_dates_money_and_plurals_are_the_buyers(text: str, language: str, becomes: str) -> None:
    """The template says what, the buyer's language says how."""
    values: dict[str, Value] = {
        "d": date(2026, 11, 3),
        "iso": "2026-11-03",
        "soon": "next week",
        "instant": datetime(2026, 11, 2, 23, 30, tzinfo=UTC),
        "m": Money(Decimal("1234.5"), "EUR"),
        "typed": "12.50",
        "unclear": "about 5",
        "one": 1,
        "two": "2",
        "five": 5,
        "land": Country("CH"),
        "nowhere": Country("X1"),
    }

    formats = Formats(language, ZoneInfo("Europe/Warsaw"))

    assert render(parse(text), values, formats).text == becomes


def test_an_amount_takes_the_orders_currency() -> None:
    """An amount alone is read with the currency that the order was paid in."""
    values: dict[str, Value] = {"refund.amount": "12.5", "order.currency": "GBP"}

    assert said("{{ refund.amount | money }}", values) == "£12.50"


def linked(**texts: str) -> Template:
    """Return the template `main` with the others to include."""
    parsed = {name: parse(text) for name, text in texts.items()}
    return link(parsed["main"], parsed.get)


def test_a_response_includes_another_one_whole() -> None:
    """One footer for all answers; its variables and its cursor count."""
    template = linked(
        main='A{% include "b" %}C{% include "b" %}',
        b="<{{ order.number }}{% include 'c' %}>",
        c=".",
    )

    assert render(template, KATE).text == "A<111-22.>C<111-22.>"
    assert render(template, {}).missing == ("order.number",)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"main": '{% include "b" %}'}, 'a response named "b"'),
        ({"main": 'x{% include "b" %}', "b": '{% include "c" %}', "c": "{% include 'b' %}"}, "b"),
        ({"main": '{% include "main" %}'}, '"main" to be whole'),
    ],
)
def test_an_include_that_leads_nowhere_is_told(texts: dict[str, str], expected: str) -> None:
    """A circle or an unknown name is found when files are read, not when a buyer waits."""
    with pytest.raises(TemplateError) as caught:
        linked(**texts)

    assert expected in caught.value.expected


def test_includes_cannot_swell_without_end() -> None:
    """Ten lines that include each other ten times would be ten thousand million."""
    texts = {f"n{level}": f'{{% include "n{level + 1}" %}}' * 10 for level in range(7)}

    with pytest.raises(TemplateError, match="at most"):
        linked(main='{% include "n0" %}', **texts, n7="x" * 100)


def test_an_include_that_was_never_linked_is_an_error() -> None:
    """Half an answer is never sent."""
    with pytest.raises(TemplateError, match='named "b"'):
        render(parse('{% include "b" %}'), {})


def test_a_text_too_long_is_refused() -> None:
    """What is longer than any service takes is no answer."""
    with pytest.raises(TemplateError, match="at most"):
        parse("x" * (MAX_LENGTH + 1))


SOUP = st.lists(
    st.sampled_from(
        ["{{", "}}", "{%", "%}", "-", " ", "\n", "if", "elsif", "else", "endif", "a.b", "|", ":",
         '"x"', "'", '"', "==", "and", "or", "include", "cursor", "default", "plural", "1.5", "{"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(SOUP | st.text(max_size=200))
def test_any_text_is_a_template_or_a_named_mistake(text: str) -> None:
    """Whatever a file holds, the program goes on; what parses renders within bounds."""
    lines = text.split("\n")
    try:
        template = parse(text)
    except TemplateError as error:
        mistake = error
    else:
        if not template.includes:
            assert len(render(template, {}).text) <= 2 * len(text) + 10
        return
    assert 1 <= mistake.line <= len(lines)
    assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1


@given(st.text(max_size=100), st.text(max_size=100))
def test_values_come_out_as_they_went_in(name: str, number: str) -> None:
    """No value is ever changed, whatever it looks like; only an empty one is missing."""
    rendered = render(
        parse("<{{ customer.name }}|{{ order.number }}>"),
        {"customer.name": name, "order.number": number},
    )

    shown = [
        value if value.strip() else f"{{{{ {key} }}}}"
        for key, value in (("customer.name", name), ("order.number", number))
    ]
    assert rendered.text == f"<{shown[0]}|{shown[1]}>"
    left = placeholders(rendered.text, rendered.verbatim)
    assert set(rendered.missing) <= set(left)


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 50_000,
        "{{ a" + " " * 90_000,
        "{% if a %}" * 9_000,
        "{% if a %}" * 5_000 + "{% endif %}" * 4_000,
        "{% if a" + " and a" * 15_000 + " %}x{% endif %}",
        "{% if a %}" * 4_000 + "{% endif %}" * 4_000,
        "{{ a" + "-a" * 45_000,
        "{{ a | default: " + "1" * 90_000 + " }}",
    ],
)
@pytest.mark.timeout(5)
def test_no_template_is_slower_than_it_is_long(text: str) -> None:
    """The longest file there may be, made to hurt, is read and rendered at once."""
    try:
        render(parse(text), {"a": "1"})
    except TemplateError:
        placeholders(text)
