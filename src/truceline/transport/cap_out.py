"""CAP messages into a folder, from which other systems take them: whole, or not there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truceline.evidence.durable import Disk, put_files
from truceline.transport.outcome import Outcome, Result

_MODE: Final = 0o640
"""For the owner, and for the group of whoever takes them."""


def write_cap(folder: Path, key: str, alert: bytes) -> Outcome:
    """Write one alert under a name that is the same at each try.

    Args:
        folder: made where it is missing.
        key: of the message; the file is ``<key>.xml`` with ``/`` as ``%2F``.
        alert: the XML.
    """
    path = folder / (key.replace("/", "%2F") + ".xml")
    try:
        put_files(Disk(), {path: alert}, _MODE)
    except OSError as error:
        return Outcome(Result.LATER, "folder cannot be written", str(error), down=True)
    return Outcome(Result.SENT, "file written")
