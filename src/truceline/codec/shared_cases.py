"""Read cases of the shared form: ``texts_loaded``, ``situation`` with words, ``expected``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truceline.codec.located_yaml import Located, Problems, read_located
from truceline.errors import AgreementError
from truceline.model.shared_case import SharedCase

_NEEDED = ("id", "texts_loaded", "situation", "expected")


def is_shared(file: Path) -> bool:
    """Tell whether a file holds cases of the shared form; False where it cannot be read."""
    try:
        where = read_located(file.read_bytes(), file.as_posix(), Problems())
    except OSError:
        return False
    return where is not None and any("texts_loaded" in case for case in _cases(where))


def read_shared_cases(file: Path) -> tuple[SharedCase, ...]:
    """Read all cases of a file.

    Raises:
        AgreementError: when the file cannot be read, or a case lacks what it must have; each
            problem with its line.
    """
    problems = Problems()
    try:
        where = read_located(file.read_bytes(), file.as_posix(), problems)
    except OSError as error:
        raise AgreementError(
            [f"{file}:1: cannot be read ({error.strerror}); check the path"]
        ) from error
    found = [] if where is None else list(_cases(where))
    if where is not None and not found:
        problems.add(where, (), "no cases were found", "write 'cases:' and a list below it")
    for number, case in enumerate(found):
        for name in _NEEDED:
            if where is not None and not case.get(name):
                what = f"the field {name!r} is missing"
                problems.add(where, ("cases", number), what, "add it")
    if problems.found or where is None:
        raise AgreementError(problems.texts())
    return tuple(_case(where, number, case) for number, case in enumerate(found))


def _cases(where: Located) -> list[dict[str, Any]]:
    data = where.data.get("cases") if isinstance(where.data, dict) else None
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _case(where: Located, number: int, case: dict[str, Any]) -> SharedCase:
    texts = case["texts_loaded"]
    return SharedCase(
        id=str(case["id"]),
        family=str(case.get("family") or ""),
        texts=tuple(str(one) for one in (texts if isinstance(texts, list) else [texts])),
        situation=dict(case["situation"]),
        expected=dict(case["expected"]),
        reasoning=str(case.get("reasoning") or ""),
        basis=str(case.get("basis") or ""),
        line=where.line(("cases", number, "id")),
    )
