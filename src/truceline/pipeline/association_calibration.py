"""The calibration file of a network: learned from one set, written, read and checked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import SourceError
from truceline.fusion.association.arrays import Floats, Heard
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import clutter_of, ordered, sensors_of
from truceline.fusion.association.run import associate
from truceline.fusion.blockwise.air import air_from, hourly, hours_about
from truceline.fusion.blockwise.recorded import BLOCK_NS, Recorded
from truceline.fusion.calibration_network.content import (
    NetworkCalibration,
    as_plain,
    from_plain,
)
from truceline.fusion.calibration_network.learning import calibration_of
from truceline.pipeline.association_files import AssociationInput
from truceline.pipeline.association_network import (
    outages_in,
    recorded_in,
    sensors_in,
    sorted_ids,
    weather_in,
)

MAKE = "make one with `truceline associate DIR --out OUT --calibrate FILE`"


def calibrated(given: AssociationInput, threads: int) -> NetworkCalibration:
    """Learn a calibration from a set: model, weather, false alarms, sick sensors.

    Args:
        given: the tables, read and checked.
        threads: how many blocks are worked on at once.

    Raises:
        SourceError: when there is no detection to learn from.
    """
    if not given.detections.num_rows or not given.sensors.num_rows:
        raise SourceError(
            "a calibration cannot be learned from no detections; give a set that has some, a day "
            "of them where possible."
        )
    ids = sorted_ids(given)
    known = recorded_in(given.detections, ids)
    first = int(known.time_ns[0]) // BLOCK_NS * BLOCK_NS
    last = -(-(int(known.time_ns[-1]) + 1) // BLOCK_NS) * BLOCK_NS
    stated, weather = sensors_in(given), weather_in(given, sensors_in(given))
    heard = _heard(known, first, len(ids))
    duration = max(float(known.time_ns[-1] - known.time_ns[0]) / 1e9, 60.0)
    outages = outages_in(given, ids)
    sensors = sensors_of(
        stated.lon,
        stated.lat,
        stated.time_sigma_s,
        stated.azimuth_sigma_deg,
        clutter_of(heard, np.exp(stated.log_clutter), duration),
        stated.uptime,
        (outages.sensor, _since(outages.start_ns, first), _since(outages.end_ns, first)),
    )
    hour, rows = hours_about(first, last)
    air = air_from(hourly(weather, hour, rows, len(ids)), hour, first)
    near = neighbours(sensors.lon, sensors.lat)
    found = associate(sensors, heard, near, air, weather=weather is not None, threads=threads)
    basis = (
        f"{len(known.key)} detections of {len(ids)} sensors from {_moment(known.time_ns[0])} to "
        f"{_moment(known.time_ns[-1])}, {len(found.lon)} incidents"
    )
    return calibration_of(
        found.world, air, found.sick, ids, hour, basis, weather=weather is not None
    )


def write_calibration(calibration: NetworkCalibration, path: Path) -> None:
    """Write a calibration with its version.

    Raises:
        OSError: when the file cannot be written.
    """
    plain = as_plain(calibration) | {"version": calibration.version}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(canonical(plain) + b"\n")
    part.replace(path)


def read_calibration(path: Path) -> NetworkCalibration:
    """Read a calibration and check that its content gives its version.

    Raises:
        SourceError: when the file is missing, broken, changed, or no calibration of a network.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); {MAKE}.") from None
    except ValueError as error:
        raise SourceError(f"{path} is no JSON ({error}); {MAKE}.") from None
    if not isinstance(plain, dict):
        raise SourceError(f"{path} holds no calibration; {MAKE}.")
    try:
        calibration = from_plain(plain)
    except (SourceError, ValueError, TypeError) as error:
        raise SourceError(f"{path} cannot be used: {error}; {MAKE}.") from None
    if plain.get("version") != calibration.version:
        raise SourceError(
            f"{path} was changed: it says version {plain.get('version')}, and its content gives "
            f"{calibration.version}; fetch it again, or {MAKE}."
        )
    return calibration


def check_weather(given: AssociationInput, calibration: NetworkCalibration) -> None:
    """Refuse a set whose weather is given where that of the calibration was not, or the reverse.

    Raises:
        SourceError: when they differ.
    """
    there = given.weather is not None and given.weather.num_rows > 0
    if there != calibration.weather:
        said = ("with", "without") if calibration.weather else ("without", "with")
        raise SourceError(
            f"calibration {calibration.version} was learned {said[0]} a table of weather, and this "
            f"set comes {said[1]} one; give the same, or {MAKE}."
        )


def _heard(known: Recorded, origin_ns: int, sensors: int) -> Heard:
    times = _since(known.time_ns, origin_ns)
    heard, _order = ordered(
        known.sensor, times, known.level_db, known.azimuth_deg, known.key, sensors
    )
    return heard


def _since(ns: np.ndarray[tuple[int], np.dtype[np.int64]], origin_ns: int) -> Floats:
    return np.asarray((ns - origin_ns) / 1e9, float)


def _moment(ns: np.int64) -> str:
    return rfc3339(datetime.fromtimestamp(int(ns) // 10**9, UTC))
