"""A workspace out of an archive file: checked whole before anything is written, moved in last."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from truceline.errors import EvidenceError, SourceError, TrucelineError, WorkspaceError
from truceline.pipeline.desk import open_desk, require_free_database
from truceline.pipeline.export import FILES, ROWS
from truceline.pipeline.looking_up import ensure
from truceline.pipeline.verify import Verification, verify
from truceline.store import database, dump, server, tarball
from truceline.store.tarball import Manifest, Member, Reader
from truceline.store.workspace import DATABASE, MARK, mark_of, sync_folder

_PRIVATE: Final = frozenset({"keys", "openings"})
"""Parts that only the owner may read."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of an archive."""

    root: Path
    files: int
    rows: int
    secrets: bool
    """Whether the archive held private keys."""
    verification: Verification


def import_(path: Path, root: Path, url: str = "") -> Imported:
    """Make a workspace out of an archive: all of it, or nothing.

    The archive is read through and compared with its own hashes before anything is written. The
    workspace is made beside its place, verified as ``truceline evidence verify`` does, and moved
    into its place last.

    Args:
        path: of the archive.
        root: of the new workspace; an empty folder, or nothing.
        url: address of an empty database of a PostgreSQL server; empty: the records lie in the
            folder.

    Raises:
        SourceError: when the archive is damaged, was changed, or is none.
        WorkspaceError: when ``root`` or the database is taken, or cannot be used.
        EvidenceError: when what came out does not stand up to verification.
        OSError: when the disk refuses.
    """
    _require_free(root)
    url = server.given(url) if url else ""
    manifest = Reader(path).check()
    _require_known(path, manifest)
    _require_room(root, manifest)
    if url:
        require_free_database(url)
    aside = Path(tempfile.mkdtemp(prefix=f".{root.name}.import-", dir=_above(root)))
    try:
        done = _made(path, aside, manifest, url)
        if root.exists():
            root.rmdir()  # only where it is still empty
        aside.chmod(0o755)
        aside.rename(root)
        sync_folder(root.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Imported(root, *done)


def _above(root: Path) -> Path:
    root.parent.mkdir(parents=True, exist_ok=True)
    return root.parent


def _require_free(root: Path) -> None:
    """Refuse a place where something lies.

    Raises:
        WorkspaceError: when it does.
    """
    if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
        raise WorkspaceError(
            f"{root} exists and is not empty; nothing is written over, name another."
        )


def _require_room(root: Path, manifest: Manifest) -> None:
    """Refuse what the disk cannot hold, files and records.

    Raises:
        WorkspaceError: when it cannot.
    """
    above = next(p for p in (root.parent, *root.resolve().parents) if p.is_dir())
    needed = sum(member.size for member in manifest.members) * 2
    if needed > shutil.disk_usage(above).free:
        raise WorkspaceError(
            f"{above}: the archive needs up to {needed // 2**20 + 1} MiB there, more than is free."
        )


def _require_known(path: Path, manifest: Manifest) -> None:
    """Refuse an archive of another version, or with files where none may be.

    Raises:
        SourceError: when it is one.
    """
    secrets = manifest.about.get("secrets")
    tables = {f"{ROWS}/{table.name}.jsonl" for table in dump.tables(secret=secrets is True)}
    names = {member.name for member in manifest.members}
    rows = {name for name in names if name.startswith(f"{ROWS}/")}
    if rows != tables:
        raise SourceError(
            f"{path}: its tables are not those of this version of Truceline; use the version "
            f"{str(manifest.about.get('program'))[:20]} that wrote it."
        )
    mark = f"{FILES}/{MARK}"
    if mark not in names:
        raise SourceError(f"{path}: holds no workspace.")
    for name in names - rows:
        top, *rest = name.split("/")
        if top != FILES or rest[0].startswith((".", DATABASE)):
            raise SourceError(f"{path}: {name[:200]!r} is no part of a workspace; refused.")


def _made(
    path: Path, aside: Path, manifest: Manifest, url: str
) -> tuple[int, int, bool, Verification]:
    """Make the workspace aside, and verify it.

    Raises:
        EvidenceError: when it does not stand up to verification.
    """
    where = _address(aside, url)
    engine = database.connect(where)
    try:
        rows = _unpack(path, aside, engine)
        about = manifest.about
        agreement, origin, vkey = (str(about.get(n)) for n in ("agreement", "origin", "vkey"))
        if (aside / MARK).read_bytes() != mark_of(agreement, origin, vkey, ""):
            raise SourceError(f"{path}: its manifest speaks of another workspace than is in it.")
        (aside / MARK).write_bytes(mark_of(agreement, origin, vkey, url))
        found = _verified(aside)
    except BaseException:
        if url:
            database.clear(engine)
        raise
    finally:
        engine.dispose()
    for folder, _, _ in os.walk(aside):
        sync_folder(Path(folder))
    return len(manifest.members), rows, bool(about.get("secrets")), found


def _address(aside: Path, url: str) -> str:
    return url or f"sqlite:///{aside / DATABASE}"


def _verified(aside: Path) -> Verification:
    """Verify what came out, and fill what finds it quickly.

    Raises:
        EvidenceError: when it does not stand up.
    """
    try:
        with open_desk(aside) as desk:
            ensure(desk)
            found = verify(desk)
    except EvidenceError:
        raise
    except TrucelineError as error:
        raise EvidenceError(f"what is in the archive cannot be used: {error}") from None
    if not found.ok:
        raise EvidenceError(
            "what is in the archive does not stand up to verification, nothing was kept: "
            + "; ".join(line.replace(f"{aside}/", "") for line in found.problems[:5])
            + (f"; and {len(found.problems) - 5} more" if len(found.problems) > 5 else "")
        )
    return found


def _unpack(path: Path, aside: Path, engine: Any) -> int:
    """Write the files, and record the rows all together; say how many rows.

    Raises:
        SourceError: when the archive is not what it was a moment ago.
    """
    tables = {f"{ROWS}/{table.name}.jsonl": table for table in dump.tables(secret=True)}
    parts: dict[str, Path] = {}
    for member, chunks in Reader(path).read():
        place = aside / (member.name if member.name in tables else member.name.split("/", 1)[1])
        _write(place, member, chunks)
        if member.name in tables:
            parts[member.name] = place
    count = 0
    with database.writing(engine) as connection:
        for name, table in tables.items():  # each after those it refers to
            if name in parts:
                lines = tarball.lines_of(_chunks(parts[name]), name)
                count += dump.load(connection, table, lines)
    shutil.rmtree(aside / ROWS)
    return count


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _write(place: Path, member: Member, chunks: Iterator[bytes]) -> None:
    """Write one file, for its owner only where it is private, and force it to the disk."""
    private = member.name.split("/")[1] in _PRIVATE or member.name.startswith(f"{ROWS}/")
    place.parent.mkdir(mode=0o700 if private else 0o755, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(place, flags, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
