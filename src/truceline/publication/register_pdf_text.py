"""Text that the fonts embedded in typst can show; what they cannot is named, never dropped unseen.

The ranges were tried one by one with typst 0.15.2: every assigned character of them is in Libertinus
Serif or DejaVu Sans Mono. PDF/UA forbids a character without a glyph.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

_SHOWN: Final = (
    (0x20, 0x7E),
    (0xA0, 0x4FF),
    (0x531, 0x586),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x640, 0x652),
    (0x10D0, 0x10FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x2070, 0x209C),
    (0x20A0, 0x20C0),
    (0x2190, 0x23FF),
    (0x2460, 0x2606),
    (0x270C, 0x2726),
)
"""First and last character of each range: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic letters,
Georgian, punctuation, currencies, arrows, signs."""


def printable(text: str) -> str:
    r"""Give a text in characters that can be shown: others by their numbers, controls left out.

    Marks that turn the direction of writing are left out too, so that no name can look like another.

    >>> printable("Київ \u4e2d\u6587 \u202ea"), printable("a\tb\x00")
    ('Київ [U+4E2D][U+6587] a', 'a b')
    """
    return "".join(_shown(character) for character in unicodedata.normalize("NFC", text))


def printable_data(value: Any) -> Any:
    """Give JSON-able values with every text made printable; keys are our own and stay."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: printable_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable_data(item) for item in value]
    return value


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if character in "\t\n\r\u2028\u2029":
        return " "
    if kind == "Zs":
        return character if character == "\xa0" else " "
    if kind == "Cc" or (kind == "Cf" and character != "\xad"):
        return ""
    number = ord(character)
    if kind != "Cn" and any(first <= number <= last for first, last in _SHOWN):
        return character
    return f"[U+{number:04X}]"
