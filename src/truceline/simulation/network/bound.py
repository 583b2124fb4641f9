"""How well a perfect engine could locate each event: the Cramer-Rao bound."""

from __future__ import annotations

import numpy as np

from truceline.simulation.network.listening import Heard
from truceline.simulation.network.numbers import Floats
from truceline.simulation.network.picks import DIRECT
from truceline.simulation.network.sensors import Sensors


def bounds(heard: Heard, sensors: Sensors, first: int, count: int) -> Floats:
    """Give the bound of each event as columns ee, en, nn; NaN where it is unbounded. Unit: m^2.

    From the direct arrivals alone, their stated sigmas of time and azimuth, the weather known and
    the time of the event not. Height is known.

    Source: Kay 1993, Fundamentals of Statistical Signal Processing: Estimation Theory, section 3.9;
    slowness of a ray in wind n / (c + w.n), Pierce 1989, Acoustics, section 8-1.
    """
    good = np.flatnonzero(heard.direct.mark == DIRECT)
    sensor, event = heard.direct.sensor[good], heard.direct.event[good] - first
    east, north = heard.pairs.east_m[good], heard.pairs.north_m[good]
    ways = heard.ways
    travel = ways.travel_s[good]
    n_east = (east - ways.wind_east_m_s[good] * travel) / (ways.sound_speed_m_s[good] * travel)
    n_north = (north - ways.wind_north_m_s[good] * travel) / (ways.sound_speed_m_s[good] * travel)
    speed = ways.sound_speed_m_s[good]
    speed = speed + ways.wind_east_m_s[good] * n_east + ways.wind_north_m_s[good] * n_north
    weight = sensors.time_sigma_s[sensor] ** -2
    by_time = np.stack([-n_east / speed, -n_north / speed, np.ones(len(good))], axis=1)
    turn = np.radians(sensors.azimuth_sigma_deg[sensor])
    square = np.maximum(east**2 + north**2, 1.0)
    by_turn = np.stack([north / square, -east / square, np.zeros(len(good))], axis=1)
    turn_weight = np.where(np.isnan(turn), 0.0, np.nan_to_num(turn, nan=1.0) ** -2)
    each = weight[:, None, None] * by_time[:, :, None] * by_time[:, None, :]
    each += turn_weight[:, None, None] * by_turn[:, :, None] * by_turn[:, None, :]
    information = np.zeros((count, 3, 3))
    np.add.at(information, event, each)
    return _inverse(information)


def _inverse(information: Floats) -> Floats:
    """Take the place's part of the inverse; NaN where the information has no full rank."""
    place = information[:, :2, :2]
    cross, time = information[:, :2, 2], information[:, 2, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        left = place - cross[:, :, None] * cross[:, None, :] / time[:, None, None]
        determinant = left[:, 0, 0] * left[:, 1, 1] - left[:, 0, 1] ** 2
        out = np.stack([left[:, 1, 1], -left[:, 0, 1], left[:, 0, 0]], axis=1)
        out = out / determinant[:, None]
    # What rounding leaves of nothing is no information.
    first = np.nan_to_num(left[:, 0, 0]) > 1e-9 * place[:, 0, 0]
    second = np.nan_to_num(left[:, 1, 1]) > 1e-9 * place[:, 1, 1]
    both = np.nan_to_num(determinant) > 1e-6 * left[:, 0, 0] * left[:, 1, 1]
    bounded = first & second & both
    return np.where(bounded[:, None], out, np.nan)
