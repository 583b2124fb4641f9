"""Backup and restore: an archive with everything in it, the private keys too."""

from __future__ import annotations

from pathlib import Path

from truceline.errors import SourceError
from truceline.pipeline.desk import Desk
from truceline.pipeline.export import Archived, export
from truceline.pipeline.import_ import Imported, import_
from truceline.store.tarball import Reader


def backup(desk: Desk, path: Path) -> Archived:
    """Write everything into one file of mode 0600, the private keys and secret tables too.

    Raises:
        WorkspaceError: when something lies there, or the records are not those of the log.
        OSError: when the disk refuses.
    """
    return export(desk, path, secrets=True)


def restore(path: Path, root: Path, url: str = "") -> Imported:
    """Make a workspace out of a backup; it checks itself before it is moved into its place.

    Raises:
        SourceError: when the archive is damaged, was changed, or is no backup.
        WorkspaceError: when ``root`` or the database is taken, or cannot be used.
        EvidenceError: when what came out does not stand up to verification.
        OSError: when the disk refuses.
    """
    if Reader(path).manifest().about.get("secrets") is not True:
        raise SourceError(
            f"{path} is an export without keys and no backup: nothing could be appended to its log; "
            "`truceline import` takes it, to read and verify."
        )
    return import_(path, root, url)
