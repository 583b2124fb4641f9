"""Canonical JSON (RFC 8785): one value, one sequence of bytes."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import rfc8785

_EXACT = 2**53


def plain(value: Any) -> Any:
    """Turn a value into what canonical JSON may hold.

    Times become RFC 3339 text in UTC, integers beyond 2^53 become text, floats are rounded to 9
    significant digits so that the last bits of another processor's arithmetic do not show, tuples
    become arrays, keys become text.

    Raises:
        ValueError: for a float that is not finite, a naive time, or two keys of the same text.
        TypeError: for anything else that JSON cannot hold.

    >>> plain({"t": datetime(2026, 4, 11, 13, tzinfo=UTC), "x": 0.1 + 0.2})
    {'t': '2026-04-11T13:00:00Z', 'x': 0.3}
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -_EXACT < value < _EXACT else str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("canonical JSON holds no infinite or undefined number")
        return float(f"{value:.9g}") + 0.0
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"canonical JSON cannot hold a {type(value).__name__}")


def _object(value: dict[Any, Any]) -> dict[str, Any]:
    made = {str(key): plain(item) for key, item in value.items()}
    if len(made) != len(value):
        raise ValueError(f"two keys are the same once they are text: {sorted(made)}")
    return made


def rfc3339(moment: datetime) -> str:
    """Write an aware time as RFC 3339 text in UTC with ``Z``; microseconds only where present.

    Raises:
        ValueError: when the time is naive.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a time without zone cannot be written: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def canonical(value: Any) -> bytes:
    """Give the RFC 8785 bytes of ``plain(value)``.

    Raises:
        ValueError: for a number or time that cannot be written.
        TypeError: for a value that JSON cannot hold.

    >>> canonical({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    try:
        made = _simple(value)
    except _NotSimple:
        return rfc8785.dumps(plain(value))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


class _NotSimple(Exception):  # noqa: N818 - no error: it sends a value the slow way
    """A value on which the standard library and RFC 8785 write different bytes."""


def _simple(value: Any) -> Any:
    """Do as :func:`plain`, for values that the standard library writes just as RFC 8785 asks.

    Those are nearly all, and it is ten times as fast. They differ in the order of keys beyond
    ASCII and in numbers whose shortest form has an exponent in one of them; a number that is whole
    becomes an integer, which RFC 8785 writes the same.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is float:
        return _simple_float(value)
    if kind is dict:
        if not all(type(key) is str and key.isascii() for key in value):
            raise _NotSimple
        return {key: _simple(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [_simple(item) for item in value]
    return plain(value) if kind is int or kind is datetime else _refused()


def _simple_float(value: float) -> float | int:
    if not math.isfinite(value):
        raise _NotSimple
    rounded = float(f"{value:.9g}")
    if rounded.is_integer() and abs(rounded) < _EXACT:
        return int(rounded)
    if not 1e-4 <= abs(rounded) < 1e16:
        raise _NotSimple
    return rounded


def _refused() -> Any:
    raise _NotSimple
