"""What kind of file some bytes are, by the bytes alone; a name may say anything."""

from __future__ import annotations

from typing import Final

HEAD_BYTES: Final = 4096
"""How much of the beginning is looked at."""
UNKNOWN: Final = "application/octet-stream"
_AT_START: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"(\xb5/\xfd", "application/zstd"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (b"CDF\x01", "application/netcdf"),
    (b"CDF\x02", "application/netcdf"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-executable"),
)
_RIFF: Final = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}
_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"crx ": "image/x-canon-cr3",
    b"M4A ": "audio/mp4",
}
"""Brand of an ISO base media file; every other brand is taken as MP4."""
_BOXES: Final = (b"moov", b"mdat", b"wide", b"free", b"skip")
"""First boxes of older QuickTime files, which bear no brand."""


def media_type_of(head: bytes) -> str:
    r"""Give the media type that the first bytes of a file tell.

    Args:
        head: at least the first :data:`HEAD_BYTES` of it, or all of it.

    >>> media_type_of(b"\xff\xd8\xff\xe0..."), media_type_of(b"a,b\n1,2\n"), media_type_of(b"\x00")
    ('image/jpeg', 'text/plain', 'application/octet-stream')
    >>> media_type_of(b"")
    'application/octet-stream'
    """
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] == b"jumb":
        return "application/c2pa"
    if head[4:8] in _BOXES:
        return "video/quicktime"
    if head.startswith((b"RIFF", b"RF64")):
        return _RIFF.get(head[8:12], UNKNOWN)
    found = next((kind for magic, kind in _AT_START if head.startswith(magic)), None)
    return found or _text_or_not(head[:HEAD_BYTES])


def _text_or_not(head: bytes) -> str:
    """Tell text from other bytes; the last sign may be cut in two."""
    if not head or b"\x00" in head:
        return UNKNOWN
    for cut in range(min(4, len(head))):
        try:
            text = head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        return _text(text.lstrip()[:64].lower())
    return UNKNOWN


def _text(begins: str) -> str:
    if begins.startswith(("<!doctype html", "<html")):
        return "text/html"
    if begins.startswith("<?xml"):
        return "image/svg+xml" if "<svg" in begins else "application/xml"
    if begins.startswith("<svg"):
        return "image/svg+xml"
    return "application/json" if begins.startswith(("{", "[")) else "text/plain"
