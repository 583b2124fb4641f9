"""One archive file: an uncompressed tar that any program opens, read with suspicion.

The first member, ``manifest.json``, names every other one with its size and SHA-256, in the order
in which they follow. Written so that the same content gives the same bytes. Read by a reader of its
own that knows regular files of the plain format (POSIX ustar) and nothing else: no links, no
devices, no extended headers, no compression; so nothing can be larger than the file that came.

Source: POSIX.1-2017, pax, ustar interchange format.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from truceline.codec.canonical import canonical
from truceline.errors import SourceError, WorkspaceError

MANIFEST: Final = "manifest.json"
FORMAT: Final = "truceline-archive/v1"
_BLOCK: Final = 512
_CHUNK: Final = 1 << 20
_LONGEST_MANIFEST: Final = 1 << 26
_LARGEST: Final = 8**11 - 1
"""What eleven octal digits hold. Unit: bytes."""
_OCTAL: Final = re.compile(rb"[0-7]{11}[ \0]")
_AGAIN: Final = "it is damaged or was changed; take another copy"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive."""

    name: str
    """Relative, with ``/``."""
    size: int
    """Unit: bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    about: Mapping[str, Any]
    """What is archived, and by what."""
    members: tuple[Member, ...]

    def as_bytes(self) -> bytes:
        """Give it as it is written."""
        files = [[m.name, m.size, m.sha256] for m in self.members]
        return canonical({"format": FORMAT, "about": dict(self.about), "files": files})


def measured(name: str, path: Path) -> Member:
    """Measure a file that is to be archived.

    Raises:
        WorkspaceError: when its name or size does not fit into an archive.
        OSError: when it cannot be read.
    """
    total, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
            size += len(chunk)
    if size > _LARGEST:
        raise WorkspaceError(f"{path}: files of more than 8 GiB cannot be archived.")
    if _wrong(name):
        raise WorkspaceError(f"{path}: {_wrong(name)}; rename it.")
    try:
        _header(name, size)
    except ValueError:
        raise WorkspaceError(f"{path}: its name is too long for an archive; rename it.") from None
    return Member(name, size, total.hexdigest())


def write(path: Path, about: Mapping[str, Any], files: Sequence[tuple[str, Path]]) -> Manifest:
    """Write an archive for its owner only, whole or not at all.

    Args:
        path: of the archive; nothing may lie there.
        about: what is archived.
        files: name in the archive and place of each, in the order of the archive.

    Raises:
        WorkspaceError: when something lies there, or a file does not fit.
        OSError: when the disk refuses.
    """
    if path.exists() or path.is_symlink():
        raise WorkspaceError(f"{path} exists; nothing is written over, choose another name.")
    manifest = Manifest(about, tuple(measured(name, place) for name, place in files))
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(out.fileno(), 0o600)
            _put(out, MANIFEST, manifest.as_bytes())
            for member, (_, place) in zip(manifest.members, files, strict=True):
                _copy(out, member, place)
            out.write(bytes(2 * _BLOCK))
            out.flush()
            os.fsync(out.fileno())
        os.link(part, path)  # fails where something has come there meanwhile
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)
    return manifest


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def _put(out: BinaryIO, name: str, data: bytes) -> None:
    out.write(_header(name, len(data)) + data + bytes(-len(data) % _BLOCK))


def _copy(out: BinaryIO, member: Member, place: Path) -> None:
    out.write(_header(member.name, member.size))
    total = hashlib.sha256()
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
            out.write(chunk)
    if total.hexdigest() != member.sha256:
        raise WorkspaceError(f"{place} changed while it was archived; do the same again.")
    out.write(bytes(-member.size % _BLOCK))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Reader:
    """An archive that is read; everything in it is doubted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self) -> Manifest:
        """Read what the archive says of itself; the rest is not looked at.

        Raises:
            SourceError: when it is no archive.
        """
        with self._opened() as file:
            return self._manifest(file)

    def check(self) -> Manifest:
        """Read the whole archive and compare it with its manifest; nothing is written.

        Raises:
            SourceError: when it is no archive, or not what its manifest says.
        """
        with self._opened() as file:
            manifest = self._manifest(file)
            for _member, chunks in self._members(file, manifest):
                for _chunk in chunks:
                    pass
            self._end(file)
        return manifest

    def read(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Give each member with its bytes in pieces, which are to be taken before the next member.

        Raises:
            SourceError: when the archive is not what its manifest says.
        """
        with self._opened() as file:
            yield from self._members(file, self._manifest(file))
            self._end(file)

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise SourceError(f"{self.path}: cannot be read ({error.strerror}).") from None

    def _manifest(self, file: BinaryIO) -> Manifest:
        name, size = self._next(file)
        if name != MANIFEST or size > _LONGEST_MANIFEST:
            raise SourceError(f"{self.path}: no archive of Truceline; it begins with no manifest.")
        data = b"".join(self._body(file, size))
        try:
            values = json.loads(data)
            found = Manifest(dict(values["about"]), tuple(Member(*one) for one in values["files"]))
            whole = values["format"] == FORMAT and found.as_bytes() == data
        except (ValueError, KeyError, TypeError, RecursionError):
            whole = False
        if not whole:
            raise SourceError(
                f"{self.path}: its manifest cannot be read, or is of another version than {FORMAT}."
            )
        self._require_names(found)
        return found

    def _require_names(self, manifest: Manifest) -> None:
        """Refuse names and sizes by what the manifest says, before anything else is read."""
        seen: set[str] = set()
        before = ""
        total = 2 * _BLOCK
        for member in manifest.members:
            kinds = (member.name, str), (member.size, int), (member.sha256, str)
            if any(type(value) is not kind for value, kind in kinds) or member.size < 0:
                raise SourceError(f"{self.path}: its manifest names something that is no file.")
            if said := _wrong(member.name):
                raise SourceError(f"{self.path}: {said}: {member.name[:200]!r}; refused.")
            above = member.name.split("/")
            if member.name <= before or any(
                "/".join(above[:n]) in seen for n in range(1, len(above))
            ):
                raise SourceError(
                    f"{self.path}: {member.name[:200]!r} stands in it twice, or out of order; refused."
                )
            seen.add(member.name)
            before = member.name
            total += member.size
        if total > self.path.stat().st_size:
            raise SourceError(
                f"{self.path}: its manifest promises more than the file holds; {_AGAIN}."
            )

    def _members(
        self, file: BinaryIO, manifest: Manifest
    ) -> Iterator[tuple[Member, Iterator[bytes]]]:
        for member in manifest.members:
            if self._next(file) != (member.name, member.size):
                raise SourceError(
                    f"{self.path}: {member.name!r} is not where it should be; {_AGAIN}."
                )
            yield member, self._checked(file, member)

    def _checked(self, file: BinaryIO, member: Member) -> Iterator[bytes]:
        total = hashlib.sha256()
        for chunk in self._body(file, member.size):
            total.update(chunk)
            yield chunk
        if total.hexdigest() != member.sha256:
            raise SourceError(f"{self.path}: {member.name!r} does not give its hash; {_AGAIN}.")

    def _next(self, file: BinaryIO) -> tuple[str, int]:
        """Read one header; only that of a regular file as this program writes it counts."""
        block = file.read(_BLOCK)
        size = int(block[124:135], 8) if _OCTAL.fullmatch(block[124:136]) else -1
        prefix, name = (block[a:b].rstrip(b"\0") for a, b in ((345, 500), (0, 100)))
        full = prefix + b"/" + name if prefix else name
        try:
            text = full.decode()
            same = size >= 0 and block == _header(text, size)
        except (UnicodeDecodeError, ValueError):
            same = False
        if not same:
            raise SourceError(
                f"{self.path}: at byte {max(file.tell() - len(block), 0)} stands no plain file as this "
                f"program archives it; {_AGAIN}."
            )
        return text, size

    def _body(self, file: BinaryIO, size: int) -> Iterator[bytes]:
        left = size
        while left:
            chunk = file.read(min(left, _CHUNK))
            if not chunk:
                raise SourceError(f"{self.path}: it ends too early; {_AGAIN}.")
            left -= len(chunk)
            yield chunk
        if file.read(-size % _BLOCK) != bytes(-size % _BLOCK):
            raise SourceError(f"{self.path}: something stands between its files; {_AGAIN}.")

    def _end(self, file: BinaryIO) -> None:
        if file.read(2 * _BLOCK + 1) != bytes(2 * _BLOCK):
            raise SourceError(f"{self.path}: it does not end as an archive ends; {_AGAIN}.")


def _wrong(name: str) -> str:
    """Say what is wrong about a name; empty where nothing is.

    >>> _wrong("rows/runs.jsonl"), _wrong("../keys")
    ('', 'a name leads out of the folder')
    """
    if not name or not name.isprintable() or "\\" in name or ":" in name:
        return "a name holds what no name may hold"
    if name.startswith("/") or any(part in {"", ".", ".."} for part in name.split("/")):
        return "a name leads out of the folder"
    return ""


def lines_of(chunks: Iterator[bytes], name: str, longest: int = 1 << 26) -> Iterator[bytes]:
    """Cut the bytes of a member into lines.

    Raises:
        SourceError: when a line is longer than any that this program writes, or does not end.
    """
    rest = io.BytesIO()
    for chunk in chunks:
        *whole, last = chunk.split(b"\n")
        for line in whole:
            yield rest.getvalue() + line
            rest = io.BytesIO()
        rest.write(last)
        if rest.tell() > longest:
            raise SourceError(f"{name}: a line is longer than {longest} bytes; refused.")
    if rest.tell():
        raise SourceError(f"{name}: the last line does not end; {_AGAIN}.")
