"""Where the agreements and data that ship with the project lie, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

import truceline
from truceline.errors import AgreementError

_PACKAGE = Path(truceline.__file__).parent


def shipped(kind: str) -> Path:
    """Give the folder of shipped ``agreements`` or ``data``.

    Raises:
        FileNotFoundError: when neither the package nor the checkout has it.
    """
    for folder in (_PACKAGE / "shipped" / kind, _PACKAGE.parents[1] / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the shipped {kind} are missing from this installation; reinstall it")


def agreement_folder(name_or_path: str) -> Path:
    """Give the folder of a shipped agreement by name, or of one of the user's by path.

    Raises:
        AgreementError: when there is neither.
    """
    path = Path(name_or_path)
    if (path / "agreement.yaml").is_file():
        return path
    folder = shipped("agreements") / name_or_path
    if "/" not in name_or_path and (folder / "agreement.yaml").is_file():
        return folder
    known = ", ".join(agreement_names())
    raise AgreementError(
        [f"{name_or_path}: neither a folder with an agreement.yaml nor shipped (shipped: {known})"]
    )


def agreement_names() -> tuple[str, ...]:
    """Give the names of the shipped agreements, sorted."""
    folders = shipped("agreements").iterdir()
    return tuple(sorted(one.name for one in folders if (one / "agreement.yaml").is_file()))
