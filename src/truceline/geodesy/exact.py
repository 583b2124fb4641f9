"""On which side of a straight edge a position lies, without rounding error."""

from __future__ import annotations

import numpy as np

from truceline.geodesy.kernel import kernel

_SPLIT = 134217729.0  # 2**27 + 1
_BOUND = 3.3306690738754716e-16  # (3 + 16 eps) eps with eps = 2**-53


@kernel
def _two_sum(a: float, b: float) -> tuple[float, float]:
    total = a + b
    virtual = total - a
    return total, (a - (total - virtual)) + (b - virtual)


@kernel
def _two_product(a: float, b: float) -> tuple[float, float]:
    product = a * b
    c = _SPLIT * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLIT * b
    b_high = c - (c - b)
    b_low = b - b_high
    rest = product - a_high * b_high - a_low * b_high - a_high * b_low
    return product, a_low * b_low - rest


@kernel
def _exact_side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Give the sign of the cross product from the sum of all sixteen partial products."""
    left = _two_sum(ax, -px), _two_sum(ay, -py)
    right = _two_sum(bx, -px), _two_sum(by, -py)
    parts = np.zeros(16)  # an expansion: exact sum, no two parts overlap, the last one largest
    count = 0
    for i in range(2):
        for j in range(2):
            for sign in range(2):
                high, low = _two_product(left[sign][i], right[1 - sign][j])
                for k in range(2):
                    term = low if k == 0 else high
                    carry = -term if sign == 1 else term
                    for m in range(count):
                        carry, parts[m] = _two_sum(carry, parts[m])
                    parts[count] = carry
                    count += 1
    for m in range(count - 1, -1, -1):
        if parts[m] != 0.0:
            return 1 if parts[m] > 0.0 else -1
    return 0


@kernel
def side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Tell where p lies of the edge from a to b: 1 left, -1 right, 0 on its straight line.

    Exact for finite coordinates whose products neither overflow nor underflow.

    Source: Shewchuk (1997), Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
    Predicates, Discrete Comput. Geom. 18: the filter of section 4.3, then the whole expansion.

    >>> side(0.0, 0.0, 1.0, 1.0, 0.5, 0.5), side(0.0, 0.0, 1.0, 1.0, 0.5, 0.5000000000000001)
    (0, 1)
    """
    one = (ax - px) * (by - py)
    two = (ay - py) * (bx - px)
    difference = one - two
    if abs(difference) > _BOUND * (abs(one) + abs(two)):
        return 1 if difference > 0.0 else -1
    return _exact_side(ax, ay, bx, by, px, py)
