"""The bytes of the raw files of a simulated day, exactly as the adapters read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from truceline.model.interval import Interval, local_day
from truceline.simulation.broken import BROKEN, insert
from truceline.simulation.day import SimulatedDay
from truceline.simulation.layouts import HEADERS
from truceline.simulation.patrols import PatrolReport
from truceline.simulation.satellite import Heat
from truceline.simulation.theatre import ZONE
from truceline.simulation.truth import in_plain_text, sentence, write_truth

_POST_SIGMA_M: Final = 30.0
_Row = Sequence[object]


def raw_files(day: SimulatedDay) -> dict[str, bytes]:
    """Give every file of the day by name, ``truth.json`` included, which is never ingested."""
    lines = {
        "stations.csv": _csv("stations.csv", _stations(day)),
        "sensors.csv": _csv("sensors.csv", _sensors(day)),
        "patrol.csv": _csv("patrol.csv", _patrol(day)),
        "patrol.txt": _plain_text(day),
        "viirs.csv": _csv("viirs.csv", map(_pixel, day.heat)),
        "heat-history.csv": _csv("viirs.csv", map(_pixel, day.history)),
        "reports.csv": _csv("reports.csv", _reports(day)),
        "claims.csv": _csv("claims.csv", _claims(day)),
    }
    broken: dict[str, tuple[int, ...]] = {}
    for name, spoil in BROKEN.items() if day.settings.broken else ():
        broken[name] = insert(lines[name], spoil(day))
    files = {name: "".join(f"{line}\n" for line in text).encode() for name, text in lines.items()}
    files["truth.json"] = write_truth(day, broken)
    return files


def _csv(name: str, rows: Iterable[_Row]) -> list[str]:
    """Give the lines of a CSV file; no cell holds a line end."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS[name].split(","))
    writer.writerows(rows)
    return text.getvalue().splitlines()


def _micro(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


def _offset(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).isoformat(timespec="minutes")


def _optional(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _stations(day: SimulatedDay) -> Iterable[_Row]:
    start = local_day(day.day, ZONE).start
    for pick in day.detections:
        sensor = pick.sensor
        yield (
            pick.id, sensor.id, _micro(start + timedelta(seconds=pick.second)), sensor.lon,
            sensor.lat, sensor.elevation_m, sensor.time_sigma_s, f"{pick.level_db:.1f}",
            _optional(pick.azimuth_deg, 1), _optional(sensor.azimuth_sigma_deg, 2), sensor.mast,
        )  # fmt: skip


def _sensors(day: SimulatedDay) -> Iterable[_Row]:
    for sensor in day.sensors:
        for stretch in sensor.alive:
            yield (
                sensor.id, sensor.lon, sensor.lat, sensor.elevation_m, sensor.time_sigma_s,
                _optional(sensor.azimuth_sigma_deg, 2), sensor.false_alarm_per_h, sensor.uptime,
                _utc(stretch.start), _utc(stretch.end), sensor.mast,
            )  # fmt: skip


def _patrol(day: SimulatedDay) -> Iterable[_Row]:
    for line in day.patrols:
        if not in_plain_text(line):
            yield (
                line.post.team, line.id, _offset(line.observed_from), _offset(line.observed_to), ZONE,
                line.post.lon, line.post.lat, _POST_SIGMA_M, line.modality, line.text,
            )  # fmt: skip


def _plain_text(day: SimulatedDay) -> list[str]:
    """Write ``TIME | LON,LAT | SENTENCE``; TIME has an end where it lasted beyond a minute."""
    return [
        f"{_stamp(line)} | {line.post.lon},{line.post.lat} | {sentence(line)}"
        for line in day.patrols
        if in_plain_text(line)
    ]


def _stamp(line: PatrolReport) -> str:
    start, end = _offset(line.observed_from), _offset(line.observed_to)
    brief = line.observed_to - line.observed_from <= timedelta(minutes=1)
    return start if brief else f"{start}/{end}"


def _pixel(pixel: Heat) -> _Row:
    return (
        f"{pixel.lat:.5f}", f"{pixel.lon:.5f}", pixel.bright_ti4_k, pixel.scan_km, pixel.track_km,
        f"{pixel.moment:%Y-%m-%d}", f"{pixel.moment:%H:%M:%S}", pixel.satellite, pixel.confidence,
        "2.0NRT", pixel.bright_ti5_k, pixel.frp_mw, pixel.daynight, "VIIRS",
    )  # fmt: skip


def _span(window: Interval) -> tuple[str, str, str, str, str]:
    return (
        _local(window.start), _local(window.end), ZONE, _utc(window.start), _utc(window.end),
    )  # fmt: skip


def _reports(day: SimulatedDay) -> Iterable[_Row]:
    today = day.day.isoformat()
    for report in day.press:
        start, end, zone, start_utc, end_utc = _span(report.window)
        count = "" if report.count is None else report.count
        yield (
            report.id, "riverline", start, end, zone, report.precision, start_utc, end_utc,
            "inside", report.place, report.bank, report.lon, report.lat, f"{report.sigma_m:.0f}",
            "simulated", report.act, count, count, "", "", report.reporter, report.speaker,
            report.side, report.accused, report.group, report.reliability, report.credibility,
            f"https://example.org/riverline/{report.id}", today, today, "simulated", "",
            report.note,
        )  # fmt: skip


def _claims(day: SimulatedDay) -> Iterable[_Row]:
    for claim in day.claims:
        start, end, zone, _, _ = _span(claim.window)
        yield (
            claim.id, "riverline", f"{claim.side} general staff", claim.side, claim.accused, start,
            end, zone, claim.metric, claim.value, claim.qualifier, "Riverline Courier",
            f"{claim.side.lower()}-staff", "D", f"https://example.org/riverline/{claim.id}",
            day.day.isoformat(), "simulated", claim.contradiction, claim.note,
        )  # fmt: skip
