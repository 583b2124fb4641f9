"""Publishers behind a UCDP row: one name for each, however the coders spelt it."""

from __future__ import annotations

import re
from typing import Final

from truceline.errors import RejectedRow

_ALIASES: Final = (
    (r"euromaidan\s?press", "euromaidan-press"),
    (r"memor(?:y)?\s?book", "memorybook"),
    (r"ombudsm[ae]n of (?:the )?dpr|dpr ombudsm[ae]n", "dpr-ombudsman"),
    (r"\bohchr\b|office of the united nations high commissioner for human rights", "ohchr"),
    (r"crisis ?watch|international crisis group|^icg$", "international-crisis-group"),
    (r"joint forces? operation", "joint-forces-operation"),
    (r"ministry of defen[cs]e of ukraine", "ministry-of-defence-of-ukraine"),
    (r"\binterfax\b", "interfax"),
    (r"\btass\b|^world service wire$", "tass"),
    (r"\bosce\b", "osce"),
    (r"agence france presse|^afp$", "agence-france-presse"),
    (r"^reuters", "reuters"),
    (r"^bbc\b", "bbc"),
    (r"^associated press|^ap$", "associated-press"),
    (r"ria novosti|риа новости", "ria-novosti"),
    (r"\bocha\b", "un-ocha"),
    (r"^hrw$|human rights watch", "human-rights-watch"),
    (r"^unian\b", "unian"),
)
"""Pattern in the lower-case name, and the publisher. Agencies' wires are one publisher: lines of
TASS and of its World Service Wire never corroborate one another. A judgement, on the side of
counting too few voices rather than too many."""


def publishers_of(offices: str) -> list[str]:
    """Give the distinct publishers of a ``source_office`` cell, sorted.

    Args:
        offices: names joined by semicolons, one per article.

    Raises:
        RejectedRow: when the cell names nobody.

    >>> publishers_of("Reuters News;Reuters Pictures;AFP")
    ['publisher:agence-france-presse', 'publisher:reuters']
    """
    names = {_one(name) for name in offices.split(";")} - {""}
    if not names:
        raise RejectedRow("source_office is empty: nobody stands behind the row")
    return sorted(f"publisher:{name}" for name in names)


def _one(name: str) -> str:
    plain = " ".join(name.lower().split()).strip(" '\"@")
    for pattern, publisher in _ALIASES:
        if re.search(pattern, plain):
            return publisher
    plain = re.sub(r"\s*\((?:facebook|twitter|telegram)\)$|\s+(?:facebook|twitter)$", "", plain)
    return re.sub(r"[^\w]+", "-", plain).strip("-")
