"""A workspace on disk: where everything lies, and the one file that says what it is.

::

    truceline.toml   agreement/   raw/<aa>/<sha256>   archive/<source>/<sha256>.parquet, .json
    log/   openings/   keys/   calibration/<version>.json   truceline.db   out/
"""

from __future__ import annotations

import errno
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from truceline.errors import WorkspaceError

FORMAT = 1
"""Version of the layout of a workspace."""
MARK = "truceline.toml"
"""The file that makes a folder a workspace; written last."""
DATABASE = "truceline.db"
"""The embedded records."""
PART = ".part"
"""End of the name of a file that is being written."""
PARTS = (
    "agreement", "raw", "archive", "log", "openings", "keys", "calibration", "cosigned",
    "timestamps", "ticks", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "out",
)  # fmt: skip
"""Everything else that a workspace consists of."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of a workspace and what its file says."""

    root: Path
    agreement: str
    origin: str
    vkey: str
    """Public key of the log; the one thing a checker must know beforehand."""
    database: str
    """SQLAlchemy URL; empty for the embedded ``truceline.db``."""

    @property
    def agreement_folder(self) -> Path:
        """The agreement as it was taken in."""
        return self.root / "agreement"

    @property
    def out(self) -> Path:
        """Reports and data made for people."""
        return self.root / "out"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the records."""
        if self.database:
            return self.database
        url = sa.URL.create("sqlite", database=str(self.root / DATABASE))
        return url.render_as_string()  # a folder's name may hold what means something in a URL

    @property
    def records_name(self) -> str:
        """Where the records lie, for a message; without a password."""
        if self.database:
            return sa.make_url(self.database).render_as_string(hide_password=True)
        return str(self.root / DATABASE)

    def raw_path(self, sha256: str) -> Path:
        """Where the raw bytes of that hash lie."""
        return self.root / "raw" / sha256[:2] / sha256

    def archive_path(self, source: str, sha256: str, suffix: str) -> Path:
        """Where the observations (``.parquet``) or the rest (``.json``) of a raw file lie."""
        return self.root / "archive" / source / f"{sha256}{suffix}"

    def calibration_path(self, version: str) -> Path:
        """Where the calibration of that version lies."""
        return self.root / "calibration" / f"{version}.json"


def create(root: Path, agreement: str, origin: str, vkey: str, database: str = "") -> Workspace:
    """Write ``truceline.toml`` of a new workspace.

    Args:
        root: its folder.
        agreement: id of the agreement.
        origin: name of its log.
        vkey: public key of its log.
        database: address of the server that has the records, without a password; empty for the
            embedded ones.

    Raises:
        WorkspaceError: when the folder is a workspace already.
    """
    path = root / MARK
    if path.exists():
        raise WorkspaceError(
            f"{root} is a workspace already; choose another folder, or delete it if you mean to "
            "start anew (its evidence log cannot be made again)."
        )
    write_durably(path, mark_of(agreement, origin, vkey, database))
    return open_workspace(root)


def mark_of(agreement: str, origin: str, vkey: str, database: str) -> bytes:
    """Give the bytes of ``truceline.toml``."""
    text = (
        "# A Truceline workspace. Written once; the log's public key is what a checker needs.\n"
        f"format = {FORMAT}\n"
        f'agreement = "{agreement}"\n'
        f'origin = "{origin}"\n'
        f'vkey = "{vkey}"\n'
        f"database = {json.dumps(database, ensure_ascii=False)}\n"  # such a string is one of TOML too
    )
    return text.encode()


def open_workspace(root: Path) -> Workspace:
    """Open a workspace.

    Raises:
        WorkspaceError: when the folder is none, or one of another version.
    """
    path = root / MARK
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(
            f"{root} is no workspace (it has no truceline.toml); make one with "
            f"`truceline init {root} --agreement NAME`."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error}; put back a copy of it, it never changes."
        ) from None
    if values.get("format") != FORMAT:
        raise WorkspaceError(
            f"{path} is of format {values.get('format')!r}, this version reads {FORMAT}; "
            "use the version of Truceline that made it."
        )
    try:
        names = ("agreement", "origin", "vkey", "database")
        agreement, origin, vkey, database = (str(values[name]) for name in names)
    except KeyError as error:
        raise WorkspaceError(
            f"{path} lacks {error}: it was changed by hand; put back a copy of it."
        ) from None
    return Workspace(root, agreement, origin, vkey, database)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that it is either whole or not there, and survives a crash afterwards.

    Raises:
        OSError: when the disk refuses, with the path of the file.
    """
    part = path.with_name(path.name + PART)
    try:
        _make_folder(path.parent)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:  # a full disk names no file by itself
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(path)) from error


def _make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, each name forced to the disk."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
