"""What a party is shown of one finding: what the public is, and who signed, by name.

Open are the steps and what was recorded of those who took them, as far as nothing in them is sharper
than what is published; the finding that they signed stays sealed. See ``docs/adr/0014-bundles.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from truceline.codec.nouns import finding_from_plain
from truceline.pipeline.bundle_concerned import Concerned
from truceline.pipeline.bundle_entries import Shown
from truceline.pipeline.bundle_public import (
    Told,
    hidden_names,
    is_inside,
    moment_of,
    shown_to_public,
    texts_of,
)
from truceline.pipeline.events import Event
from truceline.publication.coarsen import tells_place
from truceline.publication.spoken import spoken

_SAID: Final = {
    "finding.step": ("person", "person_id", "nationality", "reason", "detail", "time"),
    "person.recorded": ("person_id", "name", "nationality", "by", "time"),
}
"""Fields in which words of persons, or times, stand."""
_WORDS: Final = "its words hold a place, a time, a name or a number sharper than what is published"
_INSIDE: Final = "the agreement keeps replies inside"
_ANOTHER: Final = "it names somebody who has signed nothing here"
_EARLIER: Final = "it is of an earlier form, which holds the sharp finding itself"
_SHARE: Final = (
    "the finding that it binds has a share of place, which could be guessed from the hash"
)


def shown_to_party(found: Concerned, told: Told) -> Iterator[Shown]:
    """Say of each entry whether a party may see its content, and why not."""
    signers = {
        str(event.fields.get(name, ""))
        for event in found.of("finding.step", "person.recorded")
        for name in ("person", "person_id", "name")
    }
    hidden = hidden_names(found, told.inputs, told.incident) - signers
    events = {event.index: event for event in found.events}
    for one in shown_to_public(found, told):
        event = events[one.index]
        if event.type == "finding.step":
            why = _why_not_step(event, found, told, signers) or _why_not_said(event, told, hidden)
            yield replace(one, withheld=why)
        elif event.type == "person.recorded":
            yield replace(one, withheld=_why_not_said(event, told, hidden))
        else:
            yield one


def _why_not_step(event: Event, found: Concerned, told: Told, signers: Collection[str]) -> str:
    if "finding" in event.fields:
        return _EARLIER
    reply = told.inputs.agreement.provisions.reply
    if event.fields["step"] == "replied" and reply is not None and not reply.published:
        return _INSIDE
    if (event.fields.get("detail") or {}).get("to", "") not in {"", *signers}:
        return _ANOTHER
    return _SHARE if _binds_a_share(event, found) else ""


def _binds_a_share(step: Event, found: Concerned) -> bool:
    """Tell whether the hash in a step, which has no salt, binds a place that could be tried out."""
    seen = [
        event.fields["finding"]
        for event in found.of("finding.seen")
        if event.fields["sha256"] == step.fields["sha256"]
    ]
    return not seen or any(map(tells_place, finding_from_plain(seen[0]).factors))


def _why_not_said(event: Event, told: Told, hidden: Collection[str]) -> str:
    grid_m = told.inputs.agreement.procedure.publication_grid_m
    said: dict[str, Any] = {name: event.fields.get(name, "") for name in _SAID[event.type]}
    window = told.incident.time.window

    def is_sharp(text: str) -> bool:
        if moment_of(text) is not None:
            return is_inside(text, window)
        return spoken(text, hidden, grid_m) != text

    return _WORDS if any(map(is_sharp, texts_of(said))) else ""
