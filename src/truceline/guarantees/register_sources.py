"""Who tells of an entry, and which entries only one independent voice tells of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from truceline.model.article import Document, Group
from truceline.model.register import Citation, Entry, Origin

_SHA = re.compile(r"\bsha256 ([0-9a-f]{16,64})\b")


def named_document(text: str, documents: Iterable[Document]) -> Document | None:
    """Find the document that a source of an agreement names by ``sha256``; null where it names none."""
    sha = _SHA.search(text)
    return next((one for one in documents if sha and one.sha256.startswith(sha[1])), None)


def coded_citation(
    key: str, text: str, documents: Iterable[Document], groups: Mapping[str, Group]
) -> Citation:
    """Cite a source of an agreement, in the independence group of what it names.

    A source that names a document of the reading by ``sha256`` speaks with that document's voice,
    one with a web address with the voice of its host.

    Args:
        key: of the agreement's ``sources``.
        text: what stands there.
        documents: of the reading.
        groups: independence group of each of them, by name.
    """
    document = named_document(text, documents)
    if document is not None:
        outlet = document.outlet or document.name
        return Citation(key, outlet, groups[document.name].key, document.published)
    host = (urlsplit(text.split(maxsplit=1)[0]).hostname or "") if text.split() else ""
    outlet = host.removeprefix("www.") or key
    return Citation(key, outlet, outlet, None)


def single(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give the entries of which, in some domain, only one independent voice tells.

    Entries of one obligor, status and month speak with each other's voices: a coded pledge and a
    proposal that tell of the same are two voices where their outlets are independent.
    """
    kept = [one for one in entries if one.origin is not Origin.REJECTED]
    voices: dict[tuple[str, tuple[object, ...]], set[str]] = defaultdict(set)
    for entry in kept:
        for domain in entry.types:
            voices[domain, told(entry)] |= set(entry.groups_for(domain))
    return tuple(
        one for one in kept if any(len(voices[domain, told(one)]) < 2 for domain in one.types)
    )


def told(entry: Entry) -> tuple[object, ...]:
    """Give what two entries must share to tell of the same: obligor, status and month."""
    months = entry.months or ((entry.known_by[:7],) if entry.known_by else ())
    return entry.obligor, entry.status, months
