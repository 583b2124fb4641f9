"""Names of files as others give them: kept as data, shown safely, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 1000
"""Of a name that is kept. Unit: characters."""
_LONGEST_SAFE: Final = 120
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
"""Names that mean a device on some systems, with whatever ending."""
_UNSAFE: Final = re.compile(r'[<>:"|?*\\/]')


def name_as_data(name: str) -> str:
    r"""Give a name as the records can keep it, told from every other as far as it is readable.

    Bytes that are no text stand as ``\xNN`` and so does NUL, which no database keeps. What is too
    long is cut.

    >>> name_as_data("a\udcff.jpg"), name_as_data("../b\x00.jpg"), name_as_data("")
    ('a\\xff.jpg', '../b\\x00.jpg', '')
    """
    data = name.encode("utf-8", "surrogateescape" if _escaped(name) else "surrogatepass")
    text = data.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
    return text[:LONGEST_NAME]


def _escaped(name: str) -> bool:
    """Tell whether the system gave bytes that are no text as lone surrogates."""
    lone = [sign for sign in name if "\ud800" <= sign <= "\udfff"]
    return bool(lone) and all("\udc80" <= sign <= "\udcff" for sign in lone)


def safe_name(name: str) -> str:
    r"""Give a name that is safe to show and to write a file under, wherever.

    The last part of a path; without signs that steer a terminal, turn the direction of writing or
    mean something to a file system; no device, no hidden file, never empty.

    >>> safe_name("../../etc/passwd"), safe_name("gpj.\u202eexe"), safe_name("con.txt")
    ('passwd', 'gpj.exe', '_con.txt')
    >>> safe_name("..\\..\\a b.jpg"), safe_name("..."), safe_name("")
    ('a b.jpg', 'item', 'item')
    """
    last = re.split(r"[\\/]", name)[-1]
    normal = unicodedata.normalize("NFC", last)
    shown = "".join(
        s for s in normal if unicodedata.category(s)[0] != "C" and s not in "\u2028\u2029"
    )
    plain = " ".join(_UNSAFE.sub("_", shown).split()).strip(". ")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or "item"


def _shortened(name: str) -> str:
    """Cut a long name in the middle, so that its ending stays; a file system counts bytes."""
    if len(name.encode()) <= _LONGEST_SAFE:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = name, ""
    room = _LONGEST_SAFE - len((dot + ending).encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return cut + (dot + ending if ending else "")
