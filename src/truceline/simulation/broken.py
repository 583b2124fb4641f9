"""Records broken on purpose, so that the table of rejected records has something to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from truceline.simulation.day import SimulatedDay
from truceline.simulation.layouts import HEADERS
from truceline.simulation.theatre import ZONE


def insert(lines: list[str], spoilt: list[str]) -> tuple[int, ...]:
    """Put broken lines into the middle; give their 1-based numbers."""
    middle = min(max(len(lines) // 2, 1), len(lines))  # never before a header
    lines[middle:middle] = spoilt
    return tuple(range(middle + 1, middle + 1 + len(spoilt)))


def _broken_stations(day: SimulatedDay) -> list[str]:
    return [
        f"900001,{day.sensors[0].id},{day.day}T11:02:03",
        f"900002,{day.sensors[0].id},{day.day}T25:61:00.000000Z,-28.0,47.2,20.0,0.05,61.0,,,M01",
    ]


def _broken_pixel(day: SimulatedDay) -> list[str]:
    return [f"47.2OO1,-28.1,330.1,0.4,0.4,{day.day},14:12:00,N20,nominal,2.0NRT,290.0,2.1,D,VIIRS"]


def _broken_sentence(day: SimulatedDay) -> list[str]:
    return [f"{day.day}T16:05+00:00 | -27.65,47.2 | heard something loud over there"]


def _broken_report(day: SimulatedDay) -> list[str]:
    cells = dict.fromkeys(HEADERS["reports.csv"].split(","), "")
    cells |= {
        "report_id": "RR-900", "truce": "riverline", "phenomenon_start": f"{day.day}T25:10",
        "time_zone": ZONE, "time_precision": "minute", "start_utc": f"{day.day}T25:10Z",
        "end_utc": f"{day.day}T25:11Z", "place": "Ostrey", "lon": "-27.6", "lat": "47.26",
        "position_sigma_m": "1200", "act": "mortar", "reliability": "C", "credibility": "3",
        "note": "broken on purpose",
    }  # fmt: skip
    return [",".join(cells.values())]


BROKEN: Final[dict[str, Callable[[SimulatedDay], list[str]]]] = {
    "stations.csv": _broken_stations,
    "viirs.csv": _broken_pixel,
    "patrol.txt": _broken_sentence,
    "reports.csv": _broken_report,
}
"""File to the lines that are put into it."""
