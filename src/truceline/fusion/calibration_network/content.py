"""The calibration of a network of sensors: its content, its version, and its plain form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from truceline.codec.canonical import canonical
from truceline.errors import SourceError
from truceline.fusion.association.arrays import Floats, Longs, Model

KIND: Final = "truceline association calibration 1"
"""First words of the file; the number is that of its layout."""
_LEAST_LOG: Final = -700.0
"""Logs of nothing are written as this, since JSON holds no infinity."""
_NOTHING: Final = 1e-4
"""What is smaller is written as 0: no figure of a model means anything there."""


@dataclass(frozen=True, slots=True)
class SickSensor:
    """A sensor whose clock or stated place is wrong."""

    sensor_id: str
    kind: str
    """Of :data:`truceline.fusion.association.sick.KINDS`."""
    size: float
    """Seconds (of a drift: at the end), or metres."""
    sigma: float
    """Standard error of it, in the same unit."""


@dataclass(frozen=True, slots=True)
class AirCorrection:
    """What to add to the table of weather at each sensor, on whole hours; its mean elsewhere."""

    first_hour: int
    """Hours since 1970, UTC."""
    mm_s: Longs
    """Of sound speed, wind east, wind north, shape (hours, 3, n). Unit: mm/s."""

    def beyond(self) -> Floats:
        """Give the correction where none was learned: the mean of all, shape (3,). Unit: m/s."""
        if not self.mm_s.size:
            return np.zeros(3)
        return np.asarray(np.round(self.mm_s.mean(axis=(0, 2))) / 1000.0, float)

    def spread(self) -> Floats:
        """Give the standard deviation about that mean, shape (3,). Unit: m/s."""
        return self.mm_s.std(axis=(0, 2)) / 1000.0 if self.mm_s.size else np.zeros(3)


@dataclass(frozen=True, slots=True)
class NetworkCalibration:
    """Everything learned that incidents of a network rest on besides detections."""

    basis: str
    """From what it was learned, one sentence."""
    weather: bool
    """Whether a table of weather was given; those that use it must say the same."""
    sensor_ids: tuple[str, ...]
    """Sorted; the columns of ``air`` and of ``log_clutter``."""
    log_clutter: Floats
    """Natural log of the false alarms of each sensor per second."""
    model: Model
    air: AirCorrection
    sick: tuple[SickSensor, ...]
    version: str = ""
    """Hash of the content, first 16 hex digits; empty before it was rounded to what a file holds."""


def version_of(plain: Mapping[str, Any]) -> str:
    """Give the hash of a plain form, first 16 hex digits; its own ``version`` does not count.

    >>> version_of({"a": 1}) == version_of({"a": 1, "version": "x"})
    True
    """
    content = {name: value for name, value in plain.items() if name != "version"}
    return hashlib.sha256(canonical(content)).hexdigest()[:16]


def as_plain(calibration: NetworkCalibration) -> dict[str, Any]:
    """Give the calibration as values that JSON can hold."""
    return {
        "kind": KIND,
        "basis": calibration.basis,
        "weather": calibration.weather,
        "sensors": {
            name: float(value)
            for name, value in zip(calibration.sensor_ids, calibration.log_clutter, strict=True)
        },
        "model": {name: _listed(value) for name, value in calibration.model._asdict().items()},
        "air": {
            "first_hour": calibration.air.first_hour,
            "sensors": list(calibration.sensor_ids),
            **{
                name: calibration.air.mm_s[:, part].tolist()
                for part, name in enumerate(_AIR)
            },
        },
        "sick": [
            {one.name: getattr(sensor, one.name) for one in fields(SickSensor)}
            for sensor in calibration.sick
        ],
    }  # fmt: skip


def from_plain(plain: Mapping[str, Any]) -> NetworkCalibration:
    """Read what :func:`as_plain` gave.

    Raises:
        SourceError: when a part is missing, of another kind, or does not fit the others.
    """
    if plain.get("kind") != KIND:
        raise SourceError(f"it is no calibration of a network (its kind is {plain.get('kind')!r})")
    try:
        sensors, air = plain["sensors"], plain["air"]
        ids = tuple(sorted(sensors))
        if list(ids) != list(air["sensors"]):
            raise SourceError("the sensors of `air` are not those of `sensors`")
        grid = np.array([air[name] for name in _AIR], np.int64).reshape(3, -1, len(ids))
        return NetworkCalibration(
            basis=str(plain["basis"]),
            weather=bool(plain["weather"]),
            sensor_ids=ids,
            log_clutter=np.array([sensors[name] for name in ids], float),
            model=_model(plain["model"]),
            air=AirCorrection(int(air["first_hour"]), np.ascontiguousarray(grid.swapaxes(0, 1))),
            sick=tuple(SickSensor(**one) for one in plain["sick"]),
            version=version_of(plain),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(f"a part is missing or of another form ({error!r})") from None


_AIR: Final = ("speed_mm_s", "wind_east_mm_s", "wind_north_mm_s")


def _listed(value: Any) -> Any:
    array = np.maximum(np.asarray(value, float), _LEAST_LOG)
    return np.where(np.abs(array) < _NOTHING, 0.0, array).tolist()


def _model(plain: Mapping[str, Any]) -> Model:
    """Read the model.

    Raises:
        SourceError: when its parts are not those of this engine.
    """
    foreign = sorted(set(Model._fields) ^ set(plain))
    if foreign:
        raise SourceError(
            f"its model is of another version of the engine ({', '.join(foreign)} on one side only)"
        )
    numbers = Model._field_defaults | {
        name: float(value) if isinstance(value, int | float) else np.array(value, float)
        for name, value in plain.items()
    }
    return Model(**numbers)
