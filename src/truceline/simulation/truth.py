"""The truth of a simulated day, and which raw record came from which event. Never ingested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from truceline.codec.canonical import canonical
from truceline.simulation.day import SimulatedDay
from truceline.simulation.patrols import TEAMS, PatrolReport
from truceline.simulation.satellite import Heat
from truceline.simulation.world import Event


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one raw record came from."""

    events: tuple[str, ...]
    """Events it tells of: none for clutter and claims, several for one report of a burst."""
    witness: str
    """Records of one witness (a mast, a team, a speaker, a pass) never corroborate one another."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What happened on one day, and what of it was observed."""

    day: date
    events: tuple[Event, ...]
    observations: Mapping[str, Origin]
    """Observation id (``source:natural key``) to its origin; complete."""
    broken: Mapping[str, tuple[int, ...]]
    """File to the 1-based lines that were broken on purpose."""


def truth_of(day: SimulatedDay, broken: Mapping[str, tuple[int, ...]] | None = None) -> Truth:
    """Give the truth of a day; ``broken`` is what the writer broke."""
    return Truth(day.day, day.events, dict(_origins(day)), dict(broken or {}))


def _origins(day: SimulatedDay) -> Iterator[tuple[str, Origin]]:
    for pick in day.detections:
        event = (pick.event,) if pick.event else ()
        yield f"stations:{pick.sensor.id}:{pick.id}", Origin(event, f"mast {pick.sensor.mast}")
    for line in day.patrols:
        yield f"patrol:{patrol_key(line)}", Origin(line.events, f"team {line.post.team}")
    for pixel in (*day.history, *day.heat):
        event = (pixel.event,) if pixel.event else ()
        witness = f"pass {pixel.satellite} {pixel.moment:%Y-%m-%dT%H:%M}"
        yield f"firms:{heat_key(pixel)}", Origin(event, witness)
    for report in day.press:
        yield f"reports:{report.id}", Origin(report.events, f"speaker {report.group}")
    for claim in day.claims:
        yield f"claims:{claim.id}", Origin((), f"speaker {claim.side}")


def in_plain_text(line: PatrolReport) -> bool:
    """Tell whether a report goes into the plain-text file instead of the coded one."""
    return line.post.team == TEAMS[-1]


def sentence(line: PatrolReport) -> str:
    """Give the plain sentence, with its verb."""
    return f"{'saw' if line.modality == 'seen' else line.modality} {line.text}"


def patrol_key(line: PatrolReport) -> str:
    """Natural key of a patrol's report: team and number, or in plain text place, time and words.

    The source adds ``#1`` and so on for each thing that one report tells apart.
    """
    if not in_plain_text(line):
        return f"{line.post.team.lower()}/{line.id}"
    start = line.observed_from.astimezone(UTC).isoformat()
    place = f"{line.post.lon:.3f},{line.post.lat:.3f}|{sentence(line)}"
    return f"line@{start}/{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def heat_key(pixel: Heat) -> str:
    """Natural key of a fire pixel: satellite, time, position."""
    return f"{pixel.satellite}:{pixel.moment:%Y-%m-%dT%H:%M}:{pixel.lat:.5f}:{pixel.lon:.5f}"


def write_truth(day: SimulatedDay, broken: Mapping[str, tuple[int, ...]]) -> bytes:
    """Write the truth as canonical JSON, with the hidden weather and the posts for the reader."""
    truth = truth_of(day, broken)
    return canonical(
        {
            "day": truth.day.isoformat(),
            "events": [asdict(event) for event in truth.events],
            "observations": {
                key: {"events": origin.events, "witness": origin.witness}
                for key, origin in truth.observations.items()
            },
            "broken": dict(truth.broken),
            "weather": asdict(day.weather),
            "posts": [asdict(post) for post in day.posts],
        }
    )


def read_truth(raw: bytes) -> Truth:
    """Read ``truth.json``.

    Raises:
        ValueError: when it is no JSON or a value has no meaning.
        KeyError: when a field is missing.
    """
    data = json.loads(raw)
    return Truth(
        date.fromisoformat(data["day"]),
        tuple(
            Event(**{**event, "time": datetime.fromisoformat(event["time"])})
            for event in data["events"]
        ),
        {
            key: Origin(tuple(origin["events"]), origin["witness"])
            for key, origin in data["observations"].items()
        },
        {name: tuple(lines) for name, lines in data["broken"].items()},
    )
