"""Tables of fields for docs/agreement-format.md: the shapes are their only source."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from truceline.codec.json_schema import SHAPES, prose

FILES = {
    "agreement": "agreement.yaml",
    "text": "texts/ID.yaml",
    "procedure": "procedure.yaml",
    "geometry": "geometry.geojson",
    "cases": "cases.yaml",
    "pledges": "pledges.yaml",
    "procedures": "procedures.yaml",
    "events": "events.yaml",
    "frameworks": "frameworks.yaml",
}
"""Name of a schema to the file that it is of."""


def parts_of(shape: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Give each part of a file once, with the field that holds it, in the order of the file."""
    seen: set[type[BaseModel]] = {shape}
    waiting = [shape]
    while waiting:
        for name, info in fields_of(waiting.pop(0)):
            for inner in _shapes(info.annotation):
                if inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)
                    yield info.alias or name, inner


def fields_of(shape: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """Give the fields of a part, those that it shares with other parts last."""
    own = inspect.get_annotations(shape)
    return sorted(shape.model_fields.items(), key=lambda row: row[0] not in own)


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _shapes(get_args(annotation)[0])
    else:
        for inner in get_args(annotation):
            yield from _shapes(inner)


def table(shape: type[BaseModel]) -> str:
    """Give the fields of a part: name, whether it must be there, what it says."""
    rows = ["| field | must | what it says |", "|---|---|---|"]
    for name, info in fields_of(shape):
        must = "yes" if info.is_required() else ""
        rows.append(f"| `{info.alias or name}` | {must} | {_says(info)} |")
    return "\n".join(rows) + "\n"


def _says(info: FieldInfo) -> str:
    return prose(info.description or "").replace("|", "\\|")


def file_section(name: str, known: set[type[BaseModel]]) -> str:
    """Give the tables of one file; a part that another file has explained is left to it.

    Args:
        name: of the schema.
        known: parts that stand above; those of this file are added.
    """
    shape = SHAPES[name]
    made = f"### `{FILES[name]}`\n\n{table(shape)}"
    known.add(shape)
    for field, part in parts_of(shape):
        if part in known:
            continue
        known.add(part)
        made += f"\n#### `{field}`\n\n{prose(part.__doc__ or '')}\n\n{table(part)}"
    return made


def all_sections() -> str:
    """Give the tables of every file."""
    known: set[type[BaseModel]] = set()
    return "\n".join(file_section(name, known) for name in SHAPES)


REGIONS: dict[str, Callable[[], str]] = {"fields": all_sections}
