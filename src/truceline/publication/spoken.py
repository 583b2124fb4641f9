"""Words of persons that leave the cell: without what would be sharper than what is published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from truceline.publication.blunt import blunt

_CLOCK: Final = re.compile(r"\b\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|UTC)?\b")
_CHAIN: Final = re.compile(r"\d+(?:\.\d+){2,}")
"""Such as ``1.48.0123``, in which a coordinate may hide from who reads number by number."""
_SHORTEST: Final = 3
"""Names of fewer characters are not looked for. Unit: characters."""


def spoken(text: str, hidden: Iterable[str], grid_m: float) -> str:
    """Take times of day, names, and numbers finer than the grid out of somebody's words.

    A place that is told in other words than those of the sources is not found.

    Args:
        text: what somebody said.
        hidden: names of persons, places and sensors that are not told; in any case of letters.
        grid_m: the procedure's grid. Unit: m.

    >>> spoken("At 13:27 V. Example saw 47.21387", ["V. Example"], 1000.0)
    'At [time withheld] [withheld] saw 47.2…'
    """
    for name in sorted(hidden, key=len, reverse=True):
        if len(name) >= _SHORTEST:
            text = re.sub(re.escape(name), "[withheld]", text, flags=re.IGNORECASE)
    text = _CHAIN.sub("[number withheld]", text)
    return blunt(_CLOCK.sub("[time withheld]", text), grid_m)
