"""What commands about checkpoints read from files: public keys, policies, notes."""

from __future__ import annotations

from pathlib import Path

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.note import Verifier, parse_vkey
from truceline.evidence.policy import Policy, parse_policy

LOGS_HELP = "Public key of a log, or a file with one a line."
_LONGEST_FILE = 8 << 20


def read_logs(given: list[str]) -> list[Verifier]:
    """Read public keys, or files with one a line.

    Raises:
        EvidenceError: when there is none, or one is broken.
        WorkspaceError: when a file cannot be read.
    """
    found: dict[Verifier, None] = {}
    for text in given:
        try:
            found[parse_vkey(text.strip())] = None
        except EvidenceError as error:
            if "+" in text and not Path(text).exists():
                raise
            if not Path(text).exists():
                raise WorkspaceError(f"{text}: no such file, and no public key: {error}") from None
            lines = read(Path(text)).decode("utf-8", errors="replace").splitlines()
            keys = [line.strip() for line in lines if line.strip() and line.strip()[0] != "#"]
            found |= dict.fromkeys(parse_vkey(key) for key in keys)
    if not found:
        raise EvidenceError(f"no public key of a log in {', '.join(given)}")
    return list(found)


def read_key(given: str) -> Verifier:
    """Read the public key of one log, or a file with it.

    Raises:
        EvidenceError: when it is broken, or there are several.
        WorkspaceError: when its file cannot be read.
    """
    keys = read_logs([given])
    if len(keys) > 1:
        raise EvidenceError(f"{given}: it holds {len(keys)} public keys; name the one of this log")
    return keys[0]


def read_policy(path: Path) -> Policy:
    """Read a policy.

    Raises:
        EvidenceError: when it is wrong.
        WorkspaceError: when there is no such file.
    """
    try:
        return parse_policy(read(path))
    except EvidenceError as error:
        raise EvidenceError(f"{path}: {error}") from None


def read(path: Path) -> bytes:
    """Read a file that a person names, if it has a length that can be meant.

    Raises:
        WorkspaceError: when there is none, or it is far too long.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_FILE + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        raise WorkspaceError(f"{path}: no such file, or no file at all") from None
    if len(data) > _LONGEST_FILE:
        raise WorkspaceError(f"{path}: longer than {_LONGEST_FILE} bytes, so none of these files")
    return data
