"""Random answers made of a specification's schema, for what Prism takes too long to make up.

Bounded in depth and breadth; the same ones for the same seed. Half of the
optional fields are there, and now and then a text is what nobody expects.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.specs.prism import SAMPLES, specification

_DEEPEST = 7
_MOST = 3
_TEXTS = ("", "a", "Ünïcödé 🎁 عربى", "<b>x</b>\r\n\x1b[31m", "0", "-1", "1e999", "null", "x" * 300)
_INSTANTS = (
    "2026-11-20T09:30:00Z",
    "2026-11-20t09:30:60.123456789z",
    "2026-02-30T25:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "yesterday",
)


def generated(
    name: str,
    path: str,
    *,
    method: str = "get",
    status: str = "200",
    samples: int = SAMPLES,
    seed: int = 1,
) -> list[bytes]:
    """Return random answers of a path, as the specification's schema allows them."""
    document = json.loads(specification(name).read_text(encoding="utf-8"))
    answer = document["paths"][path][method]["responses"][status]
    schema = answer["content"]["application/json"]["schema"]
    maker = _Maker(document, Random(seed))
    return [json.dumps(maker.value(schema, 0)).encode() for _ in range(samples)]


class _Maker:
    """Makes values of schemas."""

    def __init__(self, document: dict[str, Any], random: Random) -> None:
        self._document = document
        self._random = random

    def value(self, schema: dict[str, Any], depth: int) -> object:
        """Return a value of a schema."""
        schema = self._resolved(schema)
        if schema.get("nullable") and self._random.random() < 1 / 4:
            return None
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.value(self._random.choice(schema[several]), depth)
        if "enum" in schema and self._random.random() < 9 / 10:
            return self._random.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        made: object = getattr(self, f"_{kind}")(schema, depth)
        return made

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with what it refers to, all in one."""
        if "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = {**self._resolved(found), **{k: v for k, v in schema.items() if k != "$ref"}}
        whole = dict(schema)
        for part in map(self._resolved, schema.get("allOf", ())):
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            whole = {**part, **whole, **({"properties": properties} if properties else {})}
        return whole

    def _object(self, schema: dict[str, Any], depth: int) -> object:
        """Return an object: what is required, and half of the rest."""
        required = set(schema.get("required", ()))
        return {
            name: self.value(each, depth + 1)
            for name, each in schema.get("properties", {}).items()
            if name in required or (depth < _DEEPEST and self._random.random() < 1 / 2)
        }

    def _array(self, schema: dict[str, Any], depth: int) -> object:
        """Return a few values."""
        count = 0 if depth >= _DEEPEST else self._random.randint(0, _MOST)
        return [self.value(schema["items"], depth + 1) for _ in range(count)]

    def _string(self, schema: dict[str, Any], _depth: int) -> object:
        """Return a text: an instant or a number where the schema speaks of one, or any."""
        pattern = schema.get("pattern", "")
        if "date" in schema.get("format", "") or "[0-9]{4}-" in pattern:
            # A good one more often than not, else nothing below it would be tried.
            return self._random.choice((*_INSTANTS[:1] * 5, *_INSTANTS))
        if "[.]" in pattern and self._random.random() < 1 / 2:
            return f"{self._random.uniform(-1e6, 1e6):.2f}"
        return self._random.choice(_TEXTS)

    def _integer(self, _schema: dict[str, Any], _depth: int) -> object:
        """Return a whole number, small or at the edge of what fits."""
        return self._random.choice((0, 1, -1, 17, 2**31 - 1, 2**63 - 1, -(2**63)))

    def _number(self, _schema: dict[str, Any], _depth: int) -> object:
        """Return a number."""
        return self._random.choice((0, 0.5, -1e9, 1e300))

    def _boolean(self, _schema: dict[str, Any], _depth: int) -> object:
        """Return yes or no."""
        return self._random.random() < 1 / 2
