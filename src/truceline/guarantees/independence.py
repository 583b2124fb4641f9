"""Independence groups: documents that lean on one agency, one outlet or one another are one voice.

Ten outlets that print one wire story are one source. A group is joined by what can be shown: an
agency (sidecar, dateline, credit), the outlet, or wording. Where a choice is open the fewer voices
are counted: a doubtful copy never corroborates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from truceline.guarantees.copies import Copy, copies_in
from truceline.guarantees.credits import UNNAMED, agencies_of
from truceline.guarantees.joined import Joined
from truceline.guarantees.reading.markup import is_markup, prose_of
from truceline.guarantees.reading.prose import blank
from truceline.model.article import Alignment, Document, Group


def groups_of(documents: Sequence[Document]) -> Mapping[str, Group]:
    """Give the independence group of each document, by its name.

    Documents fall into one group when they lean on one agency, are of one outlet, or when one has
    at least ``copies.THRESHOLD`` of its own words outside quotation marks in common with the
    other; groups that share a document are one. Of several agencies credited, one that another
    document leans on too goes first. All that lean on agencies without naming them are one group.
    The order of the documents does not matter.
    """
    ordered = sorted(documents, key=lambda one: one.name)
    proses = {one.name: _prose(one) for one in ordered}
    leans = {
        one.name: agencies_of(one, whole)
        for one, whole in zip(ordered, (p[0] for p in proses.values()), strict=True)
    }
    chosen = _chosen({name: names for name, (names, _) in leans.items()})
    copies = copies_in({name: body for name, (_, body) in proses.items()})
    joined = Joined(proses)
    first: dict[tuple[str, str], str] = {}
    for one in ordered:
        for kind, value in (("agency", chosen[one.name]), ("outlet", one.outlet)):
            if value:
                joined.join(one.name, first.setdefault((kind, value.casefold()), one.name))
    for copy in copies:
        joined.join(copy.one, copy.other)
    return _named(ordered, joined, chosen, {n: basis for n, (_, basis) in leans.items()}, copies)


def voices(alignment: Alignment, groups: Mapping[str, Group]) -> tuple[str, ...]:
    """Give the keys of the groups that report a statement, sorted: its independent voices."""
    names = (member.rpartition("#")[0] for member in alignment.members)
    return tuple(sorted({groups[name].key for name in names}))


def _prose(document: Document) -> tuple[str, str]:
    """Give the text without markup, and the same without boilerplate."""
    body = blank(document.text, document.boilerplate)
    if not is_markup(document.text):
        return document.text, body
    return prose_of(document.text)[0].text, prose_of(body)[0].text


def _chosen(leans: Mapping[str, tuple[str, ...]]) -> dict[str, str | None]:
    """Choose one agency a document: one that others lean on too goes before the first named."""
    counts: dict[str, int] = {}
    for names in leans.values():
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return {
        doc: min(names, key=lambda name: (-counts[name], names.index(name))) if names else None
        for doc, names in leans.items()
    }


def _named(
    ordered: Sequence[Document],
    joined: Joined,
    chosen: Mapping[str, str | None],
    told: Mapping[str, str],
    copies: Sequence[Copy],
) -> dict[str, Group]:
    """Name each group after its agency, else its outlet, else its first document; say why."""
    agency: dict[str, str] = {}
    outlet: dict[str, str] = {}
    for one in ordered:
        root = joined.root(one.name)
        name = chosen[one.name]
        if name:
            known = agency.get(root)
            agency[root] = (
                name if known in {None, UNNAMED} else min(known, name) if name != UNNAMED else known
            )
        if one.outlet:
            outlet[root] = min(outlet.get(root, one.outlet), one.outlet)
    likest: dict[str, Copy] = {}
    for copy in sorted(copies, key=lambda c: (-c.share, c.one, c.other)):
        likest.setdefault(copy.one, copy)
        likest.setdefault(copy.other, copy)
    return {
        one.name: Group(
            agency.get(joined.root(one.name))
            or outlet.get(joined.root(one.name))
            or joined.root(one.name),
            _basis(one, told[one.name], likest.get(one.name)),
        )
        for one in ordered
    }


def _basis(document: Document, told: str, copy: Copy | None) -> str:
    """Say in words why a document is in its group."""
    reasons = [told] if told else []
    if copy:
        other = copy.other if copy.one == document.name else copy.one
        reasons.append(f"shares {copy.share:.0%} of its wording with {other}")
    if document.outlet and not told:
        reasons.append(f"outlet {document.outlet}")
    return "; ".join(reasons) or "nothing ties it to another document"
