"""What the public is told of one finding: coarse, logged before it is told, the rest sealed.

Sealed are incident revisions, findings, steps, people and custody (each binds, or holds, something
sharp or personal) and the receipts of sensors and patrols. See ``docs/adr/0014-bundles.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from truceline.codec.canonical import plain, rfc3339
from truceline.errors import WorkflowError
from truceline.model.interval import Interval
from truceline.pipeline.bundle_concerned import Concerned
from truceline.pipeline.bundle_entries import Shown
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.pipeline.reporting import report_inputs, report_window
from truceline.publication.blunt import blunt, quarters
from truceline.publication.coarsen import Coarsener
from truceline.publication.inputs import ReportInputs
from truceline.publication.public import PublicIncident
from truceline.publication.spoken import spoken

_SPOKEN: Final = ("replied", "dissented")
"""Steps whose words are for everybody."""
_TOLD: Final = ("party", "grade", "attribution")
"""Of a step's detail."""
_OPEN: Final = ("workspace.created", "calibration.made", "run.made", "report.published")
"""Entries that hold nothing sharp, unless a time or a number in them is."""
_WHY: Final = {
    "incident.revised": "it binds the sharp position and time",
    "incident.lineage": "it is told with the incident only",
    "finding.made": "it binds factors that would tell the place more sharply than the grid",
    "finding.step": "it names a person; told coarsely in the release",
    "finding.seen": "it holds the sharp finding",
    "person.recorded": "it names a person",
}
_VERSIONS: Final = ("code", "adapter_version")
"""Fields whose numbers, such as 0.12.0, are no coordinates."""
_SENSITIVE: Final = "it is of sensors or patrols, which must not be found"
_TOO_SHARP: Final = "a time or a number in it is sharper than what is published"


@dataclass(frozen=True, slots=True)
class Told:
    """The public form of a finding, with what was used to make it."""

    incident: PublicIncident
    inputs: ReportInputs
    record: dict[str, Any]
    """The entry that releases it, without its time."""


def public_form(desk: Desk, found: Concerned, case: Mapping[str, Any], now: datetime) -> Told:
    """Make what may be told of a finding.

    Raises:
        WorkflowError: when the hold or the publication delay has not passed, or the report of that
            day does not show the incident.
        WorkspaceError: when nothing was run since something was taken in.
        EvidenceError: when the archive is damaged.
    """
    day = _day(desk, found.incident.time.start)
    inputs = report_inputs(desk, (day, day), now)
    public = {one.incident_id: one for one in Coarsener(inputs).incidents()}
    incident = public.get(found.incident.incident_id)
    if incident is None:
        raise WorkflowError(_not_shown(desk, found))
    finding = next((f for f in incident.findings if f.finding_id == found.finding.finding_id), None)
    if finding is None:
        raise WorkflowError(
            f"{found.finding.finding_id} is no more: its incident is another now, and the report of "
            "its day does not show it; `--for cell` gives it as it was signed."
        )
    record = {
        "type": "finding.released",
        "finding_id": found.finding.finding_id,
        "case_revision": case["revision"],
        "case": {name: case[name] for name in ("status", "review")},
        "public": {
            "incident": {**asdict(incident), "findings": []},
            "finding": {k: v for k, v in asdict(finding).items() if k != "case"},
            "clause": _clause(desk, finding.clause_id),
        },
        "steps": list(_steps(found, inputs, incident)),
    }
    return Told(incident, inputs, plain(record))


def shown_to_public(found: Concerned, told: Told) -> Iterator[Shown]:
    """Say of each entry whether the public may see its content, and why not."""
    open_sources = {note.name for note in told.inputs.sources if not note.sensitive}
    for event in found.events:
        yield Shown(event.index, event.type, _why_not(event, told, open_sources))


def _why_not(event: Event, told: Told, open_sources: set[str]) -> str:
    if event.type == "raw.received" and event.fields["source"] not in open_sources:
        return _SENSITIVE
    if event.type not in (*_OPEN, "raw.received"):
        return _WHY.get(event.type, "it may name persons or places")
    grid_m = told.inputs.agreement.procedure.publication_grid_m
    texts = list(texts_of({k: v for k, v in event.fields.items() if k not in _VERSIONS}))
    sharp = any(is_inside(text, told.incident.time.window) for text in texts)
    return _TOO_SHARP if sharp or any(is_sharp(text, grid_m) for text in texts) else ""


def is_sharp(text: str, grid_m: float) -> bool:
    """Tell whether a text holds a number like a coordinate, or a time of day outside of a time."""
    if moment_of(text) is not None:
        return False
    return blunt(text, grid_m) != text


def is_inside(text: str, window: Interval) -> bool:
    """Tell whether a text is a time that would narrow down the published quarters of an hour."""
    moment = moment_of(text)
    return moment is not None and window.start < moment < window.end


def moment_of(text: str) -> datetime | None:
    """Give the time that a text is; ``None`` where it is none, or says no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def texts_of(value: Any) -> Iterator[str]:
    """Give every text inside a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts_of(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_of(item)


def _day(desk: Desk, moment: datetime) -> date:
    """Give the reporting day that holds a moment."""
    near = moment.date()
    for day in (near, near + timedelta(days=1), near - timedelta(days=1)):
        if report_window(desk, day, day).contains(moment):
            return day
    raise WorkflowError(f"no reporting day holds {rfc3339(moment)}")


def _clause(desk: Desk, clause_id: str) -> str:
    """Give the sentence of a clause, as the agreement has it."""
    found = (one.summary for one in desk.agreement.clauses if one.id == clause_id)
    return blunt(next(found, ""), desk.agreement.procedure.publication_grid_m)


def _not_shown(desk: Desk, found: Concerned) -> str:
    procedure = desk.agreement.procedure
    if found.incident.masked:
        return f"{found.incident.incident_id} is explained as usual heat and is not published."
    opens = found.incident.time.end + max(procedure.hold, procedure.publication_delay)
    return (
        f"{found.incident.incident_id} is too fresh to be published, or was merged into another: the "
        f"publication delay of procedure.yaml ends about {rfc3339(opens)}."
    )


def _steps(
    found: Concerned, inputs: ReportInputs, incident: PublicIncident
) -> Iterator[dict[str, Any]]:
    """Tell each step without its person: who is a number, with roles and nationality."""
    numbers: dict[str, int] = {}
    seen: dict[str, int] = {}
    hidden = hidden_names(found, inputs, incident)
    for event in found.of("finding.step"):
        step = event.fields
        who = str(step.get("person_id") or str(step["person"]).casefold())
        moment = datetime.fromisoformat(str(step["time"]))
        detail = step.get("detail") or {}
        yield {
            "index": event.index,
            "step": step["step"],
            "time": rfc3339(quarters(Interval(moment, moment)).start),
            "who": numbers.setdefault(who, len(numbers) + 1),
            "roles": _roles(found, event),
            "nationality": step.get("nationality", ""),
            "kept_by": (step.get("signature") or {}).get("kept_by", ""),
            "seen": seen.setdefault(str(step["sha256"]), len(seen) + 1),
            "incident_revision": step["incident_revision"],
            "case_revision": step.get("case_revision", 1),
            **{name: detail[name] for name in _TOLD if name in detail},
            **_words(step, hidden, inputs),
        }


def _words(
    step: Mapping[str, Any], hidden: Collection[str], inputs: ReportInputs
) -> dict[str, str]:
    """Give the words of a reply or a dissent, unless the agreement keeps replies inside."""
    reply = inputs.agreement.provisions.reply
    if step["step"] not in _SPOKEN or (
        step["step"] == "replied" and reply is not None and not reply.published
    ):
        return {}
    grid_m = inputs.agreement.procedure.publication_grid_m
    return {"words": spoken(str(step["reason"]), hidden, grid_m)}


def _roles(found: Concerned, step: Event) -> list[str]:
    """Give the roles that the person of a step had then."""
    versions = [
        e.fields
        for e in found.of("person.recorded")
        if e.index < step.index and e.fields["person_id"] == step.fields.get("person_id")
    ]
    grants = versions[-1].get("grants", []) if versions else []
    return sorted({str(grant["role"]) for grant in grants})


def hidden_names(found: Concerned, inputs: ReportInputs, incident: PublicIncident) -> set[str]:
    """Give what a text of persons may not tell: places, persons, sensors."""
    names = {incident.place} ^ {found.incident.place_name or ""}
    for fact in inputs.facts:
        if fact.incident_id == found.incident.incident_id:
            names |= {fact.place or "", fact.observation_id, fact.datastream}
            names |= set(fact.groups) - set(incident.groups)
    for step in found.of("finding.step"):
        names |= {str(step.fields["person"]), str(step.fields.get("person_id", ""))}
    names |= {str(e.fields["name"]) for e in found.of("person.recorded")}
    return names - {incident.place, ""}
