"""The folder ``keys/``: what lies there must be the keys of this log and of these people.

Nothing else of the workspace rests on these files, so that damage would show only on the day they
are needed. A copy without private keys stands all the same.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DatabaseError

from truceline.access.person_keys import key_of_seed, parse_seed, seed_text
from truceline.access.sealing import unseal
from truceline.errors import TrucelineError, WorkspaceError
from truceline.evidence.keys import (
    LOG_KEY,
    LOG_VKEY,
    SALT_KEY,
    private_key_text,
    read_salt_chain,
    read_signer,
)
from truceline.model.person import KeptBy, PersonKey
from truceline.pipeline.account_key import ACCOUNTS_KEY
from truceline.pipeline.desk import Desk
from truceline.pipeline.key_files import FOLDER
from truceline.pipeline.registered import versions
from truceline.pipeline.signing import DESK_KEY, derived_desk_seed
from truceline.store import accounts, database
from truceline.store.people import person_of

_LONGEST: Final = 1024
"""Of a file with a key. Unit: bytes."""
_FIELDS: Final = Path("keys/fields")
"""Secrets of fields of items; they are checked with the items."""
_BACK: Final = "put back a copy of it"
_FOREIGN: Final = "this is none of the workspace's keys; move it elsewhere"
_Check = Callable[[Path], str]
"""Says what is wrong with a file; empty where nothing is."""


def check_keys(
    root: Path, vkey: str, size: int | None, desk: Desk | None, remarks: list[str]
) -> Iterator[str]:
    """Name each file in ``keys/`` that is broken, wrong or foreign, and say what to do.

    Args:
        root: of the workspace.
        vkey: public key of the log, as ``truceline.toml`` has it.
        size: entries of the log; null where that is not known for sure.
        desk: the same workspace; null where its records cannot be opened.
        remarks: takes what is absent, cut off or closed to who verifies.
    """
    checks: dict[Path, _Check] = {
        LOG_VKEY: lambda path: _vkey(path, vkey),
        LOG_KEY: lambda path: _log_key(root, path, vkey),
        SALT_KEY: lambda path: _salt_key(root, path, size),
        ACCOUNTS_KEY: lambda path: _accounts_key(path, desk),
        DESK_KEY: lambda path: _desk_key(root, path, vkey),
    }
    absent = [p.as_posix() for p in (LOG_VKEY, LOG_KEY, SALT_KEY) if not (root / p).exists()]
    if absent:
        remarks.append(
            f"{', '.join(absent)}: absent; what is here can be verified all the same, and a log "
            "takes no entry without its private keys"
        )
    try:
        known = None if desk is None else _keys_of_people(desk)
    except (DatabaseError, TrucelineError, ValueError):
        known = None  # told as damage of the records
    for path in _files(root):
        relative = path.relative_to(root)
        check = checks.get(relative) or _other(relative, known, remarks)
        if check is not None:
            yield from _checked(path, check, remarks)


def _files(root: Path) -> Iterator[Path]:
    """Give what lies in the two folders of keys, in order."""
    for folder in (root / LOG_KEY.parent, root / FOLDER):
        if folder.is_dir():
            inner = (root / FOLDER, root / _FIELDS)
            yield from (p for p in sorted(folder.iterdir()) if not (p in inner and p.is_dir()))


def _checked(path: Path, check: _Check, remarks: list[str]) -> Iterator[str]:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            said = _FOREIGN
        elif path.stat().st_size > _LONGEST:
            said = f"too long for a key; {_BACK}"
        else:
            said = check(path)
    except PermissionError:
        remarks.append(f"{path}: closed to you, so it was not checked")
        return
    except (OSError, TrucelineError) as error:
        said = f"{error}; {_BACK}"
    if said:
        yield f"{path}: {said}"


def _vkey(path: Path, vkey: str) -> str:
    if path.read_bytes() == vkey.encode() + b"\n":
        return ""
    return f"not the public key that truceline.toml names; write that one there: {vkey}"


def _log_key(root: Path, path: Path, vkey: str) -> str:
    signer = read_signer(root)
    if signer.verifier.vkey != vkey:
        return f"the private key of another log than the one that truceline.toml names; {_BACK}"
    exact = private_key_text(signer).encode() + b"\n"
    return "" if path.read_bytes() == exact else f"not written as the key is; {_BACK}"


def _salt_key(root: Path, _path: Path, size: int | None) -> str:
    index = read_salt_chain(root).index
    if size is None or index <= size:
        return ""
    return (
        f"it stands at entry {index}, the log at {size}: nothing can be appended; put back the copy "
        "that belongs to this log"
    )


def _desk_key(root: Path, path: Path, vkey: str) -> str:
    seed = _seed(path)
    try:
        log = read_signer(root)
    except TrucelineError:
        return ""  # a copy without the log's key, or with a broken one, which is told by itself
    if log.verifier.vkey != vkey or seed == derived_desk_seed(log):
        return ""
    return "not the desk's key of this log; remove it, and the next step at the desk makes it anew"


def _accounts_key(path: Path, desk: Desk | None) -> str:
    """Open what it sealed: no sealed secret is told, only whether it opens."""
    key = _seed(path)
    if desk is None:
        return ""
    try:
        ids = sorted({row.person_id for row in versions(desk)})
        with database.reading(desk.engine) as connection:
            held = [accounts.secrets_of(connection, one) for one in ids]
    except (DatabaseError, TrucelineError):
        return ""  # told as damage of the records
    sealed = [one for one in held if one.totp]
    for one in sealed:
        try:
            unseal(key, one.totp, one.person_id)
        except (WorkspaceError, ValueError):
            continue
        return ""
    return f"not the key with which second factors are sealed; {_BACK}" if sealed else ""


def _seed(path: Path) -> bytes:
    """Read a private key that is written exactly as the system writes it.

    Raises:
        WorkspaceError: when the file was changed.
        OSError: when the disk refuses.
    """
    data = path.read_bytes()
    try:
        seed = parse_seed(data, path.name)
    except WorkspaceError:
        seed = b""
    if seed_text(seed) != data or not seed:
        raise WorkspaceError("it holds no key as the system writes one")
    return seed


def _keys_of_people(desk: Desk) -> dict[str, list[PersonKey | None]]:
    """Give each person's keys, oldest first."""
    found: dict[str, list[PersonKey | None]] = {}
    for row in versions(desk):
        found.setdefault(row.person_id, []).append(person_of(row).key)
    return found


def _other(
    relative: Path, known: dict[str, list[PersonKey | None]] | None, remarks: list[str]
) -> _Check | None:
    """Give how a file is checked that has no fixed name; null where a remark is all."""
    name = relative.name
    if name.startswith(".") and name.endswith(".tmp"):
        remarks.append(f"{relative.as_posix()}: left by a write that was cut off")
        return None
    if relative.parent != FOLDER or not name.endswith((".key", ".key.next")):
        return lambda _: _FOREIGN
    coming = name.endswith(".key.next")
    who = name.removesuffix(".next").removesuffix(".key")
    if known is None:
        return lambda path: "" if _seed(path) else _FOREIGN
    if who not in known:
        return _unregistered(who, remarks) if coming else lambda _: _nobody(who)
    return lambda path: _of_person(path, who, known[who], remarks, coming=coming)


def _nobody(who: str) -> str:
    return f"nobody is registered as {who!a}; {_FOREIGN.partition('; ')[2]}"


def _unregistered(who: str, remarks: list[str]) -> _Check:
    """Take the key of somebody whose registration was cut off before it was recorded."""

    def check(path: Path) -> str:
        _seed(path)
        remarks.append(f"{path}: left by a registration of {who!a} that was cut off; remove it")
        return ""

    return check


def _of_person(
    path: Path, who: str, keys: list[PersonKey | None], remarks: list[str], *, coming: bool
) -> str:
    key = key_of_seed(_seed(path))
    if key not in keys:
        if not coming:
            return (
                f"not the private half of a key that {who} has or had; {_BACK}, or give a new one "
                f"with `truceline people key WS {who} --new`"
            )
        remarks.append(f"{path}: left by a change of key that was cut off; the next one takes it")
    newest = keys[-1]
    kept = newest is not None and newest.kept_by is KeptBy.SYSTEM
    if not coming and kept and key != newest and not path.with_name(f"{who}.key.next").exists():
        remarks.append(
            f"{path}: a key that {who} had before; put back a copy of the newest one, to sign with"
        )
    return ""
