"""Bytes of a file to text, or a refusal that says why."""

from __future__ import annotations

import re

from truceline.errors import WrongKindOfFile

LIMIT_BYTES = 5 * 1024 * 1024
"""No article is longer; a larger file is looked at by a sample only."""
_SAMPLE = 65536
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or an office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_CYRILLIC = re.compile(r"[А-Яа-яЁёІіЇїЄєҐґ]")
_READABLE = re.compile(r"[^\W\d_]|[ \n\r\t.,'’“”\"<>/=-]")
_MIXED = re.compile(r"[A-Za-z][А-Яа-я]|[а-я][А-Я][а-я]")


def decode(name: str, data: bytes) -> str:
    """Decode an article: UTF-8, UTF-16, Windows-1251 or Windows-1252.

    Raises:
        WrongKindOfFile: the file is empty, binary, noise, or too large for an article.

    >>> decode("a.txt", "Говорить ".encode("cp1251") * 4)[:8]
    'Говорить'
    """
    if not data.strip():
        raise WrongKindOfFile(f"{name}: the file is empty; give the text of one article.")
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if kind:
        raise WrongKindOfFile(
            f"{name}: this is {kind}, not text; save the article as plain text or HTML."
        )
    sample = _text(data[:_SAMPLE], partial=len(data) > _SAMPLE)
    if sample is None or _is_noise(sample):
        raise WrongKindOfFile(
            f"{name}: the bytes are no text in UTF-8, UTF-16, Windows-1251 or Windows-1252"
            " (noise, or a broken encoding); save the article again as UTF-8."
        )
    if len(data) > LIMIT_BYTES:
        raise WrongKindOfFile(
            f"{name}: {len(data)} bytes are too many for one article (limit {LIMIT_BYTES});"
            " give one article per file."
        )
    text = _text(data, partial=False)
    if text is None or _is_noise(text[-_SAMPLE:]):
        raise WrongKindOfFile(
            f"{name}: the encoding breaks off after the first {_SAMPLE} bytes;"
            " save the article again as UTF-8."
        )
    return text


def _text(data: bytes, *, partial: bool) -> str | None:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(
                data[: len(data) - len(data) % 2] if "16" in codec else data, codec, partial
            )
    text = _strict(data, "utf-8", partial)
    if text is not None and "\x00" not in text:
        return text
    if b"\x00" in data[:4096]:
        codec = "utf-16-le" if data[1:4096:2].count(0) > data[0:4096:2].count(0) else "utf-16-be"
        return _strict(data[: len(data) - len(data) % 2], codec, partial)
    return _legacy(data)


def _strict(data: bytes, codec: str, partial: bool) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        if partial and error.start > len(data) - 4:
            return data[: error.start].decode(codec, errors="ignore")
        return None


def _legacy(data: bytes) -> str | None:
    """Choose between Windows-1251 and Windows-1252 by what the high bytes would be."""
    east = data.decode("cp1251", errors="replace")
    west = data.decode("cp1252", errors="replace")
    letters = len(_CYRILLIC.findall(east))
    latin = len(re.findall(r"[A-Za-z]", east))
    if letters > latin and len(_MIXED.findall(east)) < letters / 20:
        return east
    return west


def _is_noise(text: str) -> bool:
    """Tell noise by control characters and by too few letters and spaces."""
    if not text:
        return True
    if len(_CONTROL.findall(text)) > len(text) * 0.005:
        return True
    return len(_READABLE.findall(text)) < len(text) * 0.6
