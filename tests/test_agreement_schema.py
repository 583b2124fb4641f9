"""The published JSON Schemas fit what ships, and catch what an editor should underline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from truceline.codec.json_schema import DIALECT, SHAPES, schema_of

FOLDER = Path(__file__).parents[1] / "agreements"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


class Yaml12(yaml.SafeLoader):
    """Reads YAML as editors do (1.2): only true and false are bools, dates are text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _first, _tag, _rule in (
    ("tf", "bool", r"^(?:true|false)$"),
    ("n~", "null", r"^(?:null|~|)$"),
    ("-+0123456789", "int", r"^[-+]?\d+$"),
    ("-+.0123456789", "float", r"^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$"),
):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_rule), list(_first))

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int,
    "boolean": bool, "null": type(None),
}  # fmt: skip


def faults(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "") -> list[str]:
    """Check a value as JSON Schema 2020-12 says, for the words that the schemas use."""
    found: list[str] = []
    for word, said in schema.items():
        if word in {"description", "default", "$schema", "$id", "$defs", "title"}:
            continue
        found += CHECKS[word](said, value, schema, root, at)
    return found


def _ref(said, value, schema, root, at):
    return faults(root["$defs"][said.rpartition("/")[2]], value, root, at)


def _type(said, value, schema, root, at):
    right = isinstance(value, _TYPES[said]) and not (isinstance(value, bool) and said != "boolean")
    return [] if right else [f"{at}: not a {said}"]


def _properties(said, value, schema, root, at):
    if not isinstance(value, dict):
        return []
    return [f for k, v in value.items() if k in said for f in faults(said[k], v, root, f"{at}.{k}")]


def _additional(said, value, schema, root, at):
    rest = (
        [k for k in value if k not in schema.get("properties", {})]
        if isinstance(value, dict)
        else []
    )
    if said is False:
        return [f"{at}: unknown {k}" for k in rest]
    return (
        [] if said is True else [f for k in rest for f in faults(said, value[k], root, f"{at}.{k}")]
    )


def _items(said, value, schema, root, at):
    if not isinstance(value, list):
        return []
    return [f for i, one in enumerate(value) for f in faults(said, one, root, f"{at}[{i}]")]


def _any_of(said, value, schema, root, at):
    return [] if any(not faults(one, value, root) for one in said) else [f"{at}: fits none"]


def _simple(test):
    return lambda said, value, schema, root, at: [] if test(said, value) else [f"{at}: {value!r}"]


def _number(test):
    return _simple(
        lambda said, v: isinstance(v, bool) or not isinstance(v, int | float) or test(v, said)
    )


def _sized(kind, test):
    return _simple(lambda said, v: not isinstance(v, kind) or test(len(v), said))


CHECKS = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any_of,
    "enum": _simple(lambda said, v: v in said),
    "const": _simple(lambda said, v: v == said),
    "pattern": _simple(lambda said, v: not isinstance(v, str) or re.search(said, v)),
    "required": _simple(lambda said, v: not isinstance(v, dict) or set(said) <= set(v)),
    "minimum": _number(lambda v, said: v >= said),
    "maximum": _number(lambda v, said: v <= said),
    "exclusiveMinimum": _number(lambda v, said: v > said),
    "exclusiveMaximum": _number(lambda v, said: v < said),
    "minLength": _sized(str, lambda n, said: n >= said),
    "minItems": _sized(list, lambda n, said: n >= said),
    "maxItems": _sized(list, lambda n, said: n <= said),
    "minProperties": _sized(dict, lambda n, said: n >= said),
}


def schema_for(path: Path) -> dict[str, Any]:
    return schema_of("text" if path.parent.name == "texts" else path.name.split(".")[0])


def read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".geojson" else yaml.load(text, Yaml12)  # noqa: S506 - safe


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_every_shipped_file_fits_its_schema(path):
    schema = schema_for(path)
    assert faults(schema, read(path), schema) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda law: law.update(titel="x"), ": unknown titel"),
        (lambda law: law.pop("title"), ": {"),
        (lambda law: law["clauses"][0].update(mode="forbidden"), ".clauses[0].mode: 'forbidden'"),
        (lambda law: law["clauses"][0].update(acts=["fyre"]), ".clauses[0].acts[0]: 'fyre'"),
        (lambda law: law["clauses"][0].update(binds="everyone"), ".clauses[0].binds: fits none"),
        (lambda law: law["clauses"][0].update(weapon={}), ".clauses[0]: unknown weapon"),
        (lambda law: law["in_force"].update(start="1 May"), ".in_force.start: '1 May'"),
        (lambda law: law["theatre"].update(north=91), ".theatre.north: 91"),
        (lambda law: law["reply"].update(within="two days"), ".reply.within: 'two days'"),
        (
            lambda law: law["clauses"][0]["verified"].update(acts="maybe"),
            ".verified.acts: fits none",
        ),
        (lambda law: law.update(parties=[]), ".parties: []"),
    ],
)
def test_what_an_editor_should_underline_is_no_fit(change, said):
    law = read(FOLDER / "riverline" / "agreement.yaml")
    change(law)
    schema = schema_of("agreement")
    assert any(said in fault for fault in faults(schema, law, schema))


def words(part: Any) -> set[str]:
    """Give every word of JSON Schema that a schema uses, names of properties left out."""
    if not isinstance(part, dict):
        return {word for one in part for word in words(one)} if isinstance(part, list) else set()
    named = {"properties", "$defs"}
    below = [v for k, v in part.items() if k not in named]
    below += [one for k in named & set(part) for one in part[k].values()]
    return set(part) | {word for one in below for word in words(one)}


@pytest.mark.parametrize("name", SHAPES)
def test_a_schema_names_its_dialect_and_itself(name):
    made = schema_of(name)
    assert (made["$schema"], made["$id"]) == (DIALECT, f"urn:truceline:schema:{name}")
    known = set(CHECKS) | {"description", "default", "$schema", "$id", "$defs"}
    assert words(made) <= known, "a word that no editor and no test here would check"
