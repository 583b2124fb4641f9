"""JSON Schema (2020-12) of every file of an agreement, for editors that complete and check YAML.

The shapes are its only source: fields, types, descriptions. What a schema cannot say (does this
clause exist, is this hour skipped by the clock) is checked by ``truceline agreement check``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from truceline.codec.agreement_events import EventsShape, FrameworksShape
from truceline.codec.agreement_fields import Shape
from truceline.codec.agreement_responses import ResponsesShape
from truceline.codec.agreement_rules import PledgesShape, ProcedureShape
from truceline.codec.agreement_shape import AgreementShape, CasesShape
from truceline.codec.agreement_texts import TextShape
from truceline.codec.clause_shape import KINDS
from truceline.codec.geometry_shape import CollectionShape
from truceline.codec.taxonomy import taxonomy
from truceline.codec.weapons import arsenal

SHAPES: Final[Mapping[str, type[Shape]]] = MappingProxyType(
    {
        "agreement": AgreementShape,
        "text": TextShape,
        "procedure": ProcedureShape,
        "geometry": CollectionShape,
        "cases": CasesShape,
        "pledges": PledgesShape,
        "procedures": ResponsesShape,
        "events": EventsShape,
        "frameworks": FrameworksShape,
    }
)
"""Name of a schema to the shape of its file."""
_OFFERED: Final = MappingProxyType(
    {
        "acts": "A code of the taxonomy of acts; it stands for its whole branch.",
        "classes": "A class of weapons.",
        "systems": "A weapon system, spelt as the table of weapons spells it.",
        "kinds": "A sort of provision.",
    }
)
_BOUNDS: Final = MappingProxyType(
    {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
)
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """Give the schema of one file.

    Args:
        name: one of ``SHAPES``.

    Raises:
        KeyError: when there is no such file.

    >>> schema_of("cases")["required"]
    ['cases']
    """
    made = SHAPES[name].model_json_schema(by_alias=True, mode="validation")
    plain = _plain(made, nulls=name == "geometry")
    for word in sorted(set(re.findall(r"#/\$defs/words_(\w+)", json.dumps(plain)))):
        offered = {"description": _OFFERED[word], "type": "string", "enum": words_of(word)}
        plain.setdefault("$defs", {})[f"words_{word}"] = offered
    return {"$schema": DIALECT, "$id": f"urn:truceline:schema:{name}", **plain}


def schema_text(name: str) -> str:
    """Give the schema as the file that is published, the same bytes for the same shapes.

    Raises:
        KeyError: when there is no such file.
    """
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def words_of(name: str) -> list[str]:
    """Give the words of a list that an editor offers.

    Raises:
        KeyError: when there is no such list.
    """
    lists: Mapping[str, Iterable[str]] = {
        "acts": taxonomy().acts,
        "classes": arsenal().parents,
        "systems": arsenal().systems,
        "kinds": KINDS,
    }
    return sorted(lists[name])


def _plain(part: Any, *, nulls: bool) -> Any:
    """Drop made-up titles, write descriptions as prose, and fill in the lists of words.

    Args:
        part: of a schema as pydantic makes it.
        nulls: whether an absent value is written as null, as GeoJSON does; in YAML one leaves the
            field out.
    """
    if isinstance(part, list):
        return [_plain(one, nulls=nulls) for one in part]
    if not isinstance(part, dict):
        return part
    found: dict[str, Any] = {}
    for key, value in part.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "x-words":
            return {"$ref": f"#/$defs/words_{value}"} | _described(part)
        if key == "description" and isinstance(value, str):
            found[key] = prose(value)
        else:
            found[key] = _plain(value, nulls=nulls)
    plain = _keywords(found)
    return plain if nulls else _without_null(plain)


def _described(part: dict[str, Any]) -> dict[str, Any]:
    return {"description": prose(part["description"])} if "description" in part else {}


def _keywords(part: dict[str, Any]) -> dict[str, Any]:
    """Write bounds by their names of JSON Schema, where pydantic had no place for them."""
    renamed = {_BOUNDS.get(key, key): value for key, value in part.items()}
    if renamed.get("type") == "object" and "minLength" in renamed:
        renamed["minProperties"] = renamed.pop("minLength")
    return renamed


def _without_null(part: dict[str, Any]) -> dict[str, Any]:
    """Take the null out of an optional field."""
    choices = part.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return part
    kept = [one for one in choices if one != {"type": "null"}]
    rest = {
        k: v for k, v in part.items() if k not in {"anyOf", "default"} or (k == "default" and v)
    }
    return {**kept[0], **rest} if len(kept) == 1 else {**rest, "anyOf": kept}


def prose(text: str) -> str:
    r"""Write a docstring as one line with single code quotes.

    >>> prose("Ids of ``sources``,\n    by name.")
    'Ids of `sources`, by name.'
    """
    return re.sub(r"\s+", " ", text.replace("``", "`")).strip()
