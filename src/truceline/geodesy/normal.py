"""Mass of the unit Gaussian of the plane beside a straight edge: the function of Owen.

The mass inside a closed outline is one (where the origin is inside) less the integral along the
outline of exp(-r² / 2) / 2 pi over the angle at which it is seen, r being its distance; that is the
divergence theorem. So an edge farther than k counts for less than exp(-k² / 2).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.geodesy.kernel import kernel

_NODES, _WEIGHTS = (0.5 * part for part in np.polynomial.legendre.leggauss(5))
_NODES = _NODES + 0.5
_TURN: Final = 2.0 * math.pi
FAR: Final = 4.0
"""Edges farther than this many standard errors are left out: less than 0.0004 of mass."""


@kernel
def upper_tail(x: float) -> float:
    """Give the mass of the standard normal distribution above x."""
    return 0.5 * math.erfc(x * math.sqrt(0.5))


@kernel
def owen_t(h: float, a: float) -> float:
    """Give the function T(h, a) of Owen, to 1e-7.

    Source: Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Stat. 27,
    eq. 1.1 by the rule of Gauss with 5 points where a <= 1, else by his relation of T(h, a) and
    T(ah, 1/a).
    """
    h, up = abs(h), abs(a)
    if h == 0.0:
        return math.atan(a) / _TURN
    if up <= 1.0:
        t = _within_one(h, up)
    elif h * up > 40.0:
        t = 0.5 * upper_tail(h)
    else:
        one, two = upper_tail(h), upper_tail(h * up)
        t = 0.5 * (one + two) - one * two - _within_one(h * up, 1.0 / up)
    return t if a >= 0.0 else -t


@kernel
def _within_one(h: float, a: float) -> float:
    total = 0.0
    for k in range(5):
        x2 = (a * _NODES[k]) ** 2
        total += _WEIGHTS[k] * math.exp(-0.5 * h * h * (1.0 + x2)) / (1.0 + x2)
    return total * a / _TURN


@kernel
def edge_mass(ax: float, ay: float, bx: float, by: float) -> float:
    """Give what the edge from a to b takes from the mass inside an outline that it goes around.

    Coordinates are in standard errors from the mean. Positive where the mean is on its left.
    """
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    cross = ax * by - ay * bx
    part = min(max(-(ax * dx + ay * dy) / square, 0.0), 1.0)
    if (ax + part * dx) ** 2 + (ay + part * dy) ** 2 > FAR * FAR:
        return 0.0
    mx, my = ax + 0.5 * dx, ay + 0.5 * dy
    middle = mx * mx + my * my
    if square < 1.0 and square < middle:
        return cross * _short(mx, my, dx, dy) / _TURN
    length = math.sqrt(square)
    h = max(abs(cross) / length, 1e-300)
    from_foot, to_foot = (ax * dx + ay * dy) / length, (bx * dx + by * dy) / length
    found = _up_to(h, to_foot) - _up_to(h, from_foot)
    return found if cross >= 0.0 else -found


@kernel
def _up_to(h: float, foot: float) -> float:
    """Give T(h, foot / h), as if an end that is far away were infinitely far."""
    if abs(foot) <= FAR:
        return owen_t(h, foot / h)
    half = 0.5 * upper_tail(h)
    return half if foot > 0.0 else -half


@kernel
def _short(mx: float, my: float, dx: float, dy: float) -> float:
    """Integrate exp(-r² / 2) / r² along an edge about its middle, by Gauss with three points."""
    total = 0.0
    for k in range(3):
        t = (k - 1) * math.sqrt(0.15)
        square = (mx + t * dx) ** 2 + (my + t * dy) ** 2
        total += (8.0 if k == 1 else 5.0) / 18.0 * math.exp(-0.5 * square) / square
    return total
