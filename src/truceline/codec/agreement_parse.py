"""Bytes of one file of an agreement to its shape, with every refusal in plain words."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from truceline.codec.agreement_fields import Shape, instead
from truceline.codec.located_yaml import Located, Path, Problems

S = TypeVar("S", bound=Shape)


def parse_shape(where: Located, shape: type[S], problems: Problems) -> S | None:
    """Check a document against its shape; null, with the problems added, where it does not fit."""
    try:
        return shape.model_validate(where.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
    meant = {_meant(where, shape, detail) for detail in details}
    for detail in details:
        if detail["type"] == "missing" and detail["loc"] in meant:
            continue  # the misspelt field is reported once, as misspelt
        what, advice = _sentence(shape, detail)
        path = _place(detail["loc"])
        named = detail["type"] in ("extra_forbidden", "missing")
        problems.add(where, path, what, advice, path[:-1] if named else path)
    return None


def fields_at(shape: type[BaseModel], loc: Path) -> dict[str, Any]:
    """Give the fields (as written, with their types) of the part of a shape at ``loc``."""
    here: Any = shape
    for step in loc:
        if _is_shape(here):
            here = _bare(_written(here).get(str(step)))
        else:  # into a list by index or a dict by key
            here = _bare(next(reversed(get_args(here)), None))
    return _written(here) if _is_shape(here) else {}


def _written(shape: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in shape.model_fields.items()}


def _is_shape(here: Any) -> bool:
    return isinstance(here, type) and issubclass(here, BaseModel)


def _bare(annotation: Any) -> Any:
    """Take ``Annotated`` and ``| None`` off an annotation."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = get_args(annotation)[0]
    return annotation


def _place(loc: tuple[int | str, ...]) -> Path:
    return tuple(step for step in loc if step != "[key]")


def _meant(where: Located, shape: type[Shape], detail: ErrorDetails) -> Path | None:
    """Give the path of the field that an unknown one was meant for; null where it is no typo."""
    if detail["type"] != "extra_forbidden":
        return None
    parent, name = detail["loc"][:-1], str(detail["loc"][-1])
    here: Any = where.data
    for step in parent:
        here = here[step]
    free = [field for field in fields_at(shape, parent) if field not in here]
    advice = instead(name, free)
    return next(
        (*parent, field) for field in [*free, ""] if advice == f"write {field!r}" or not field
    )


def _sentence(shape: type[Shape], detail: ErrorDetails) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    given = detail["input"]
    if kind == "extra_forbidden" and given is None and " " in str(detail["loc"][-1]):
        return (
            f"{detail['loc'][-1]!r} is read as a field",
            "put the whole text, with its commas, in double quotes",
        )
    if kind == "extra_forbidden":
        return f"unknown field {detail['loc'][-1]!r}", instead(
            str(detail["loc"][-1]), fields_at(shape, detail["loc"][:-1])
        )
    if kind == "missing":
        return (
            f"the field {detail['loc'][-1]!r} is missing",
            "add it; docs/agreement-format.md shows how",
        )
    if kind == "value_error":
        what, _, advice = str(context["error"]).partition("; ")
        return what, advice
    if kind == "literal_error":
        choices = [
            part.strip("' ") for part in context["expected"].replace(" or ", ", ").split(",")
        ]
        return f"{given!r} is not allowed here", instead(str(given), [c for c in choices if c])
    return _wrong_type(kind, given, context)


_WANTED = {
    "string_type": ("text was expected", "write text, in double quotes where in doubt"),
    "list_type": ("a list was expected", "write [A, B] or one line a value beginning with '- '"),
    "dict_type": ("fields were expected", "write 'name: value' lines, indented"),
    "model_type": ("fields were expected", "write 'name: value' lines, indented"),
    "float_parsing": ("a number was expected", "write it with a point and without a unit"),
    "float_type": ("a number was expected", "write it with a point and without a unit"),
    "int_parsing": ("a whole number was expected", "write it without point and unit"),
    "int_type": ("a whole number was expected", "write it without point and unit"),
    "too_short": ("the list is empty", "write at least one value"),
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def _wrong_type(kind: str, given: Any, context: dict[str, Any]) -> tuple[str, str]:
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{given} is out of range", f"write a value of {words} {context[key]:g}"
    what, advice = _WANTED.get(
        kind, (f"the value does not fit ({kind})", "see docs/agreement-format.md")
    )
    return f"{what}, not {_shown(given)}" if kind != "too_short" else what, advice


def _shown(given: Any) -> str:
    if given is None:
        return "an empty value"
    if isinstance(given, str):
        return repr(str(given))
    return "a list" if isinstance(given, list) else "fields"
