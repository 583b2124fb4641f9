"""Small symmetric systems: solved in place, since a call of a library costs more than the work."""

from __future__ import annotations

import math

from truceline.fusion.association.arrays import Floats
from truceline.geodesy.kernel import kernel


@kernel
def factored(matrix: Floats, lower: Floats) -> bool:
    """Write the Cholesky factor of a symmetric matrix.

    Args:
        matrix: shape (n, n), positive definite; its lower half is read.
        lower: shape (n, n), receives the factor in its lower half.

    Returns:
        whether the matrix was positive definite.

    Source: Golub and Van Loan, Matrix Computations, algorithm 4.2.1.
    """
    n = matrix.shape[0]
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                if not total > 0.0:
                    return False
                lower[i, i] = math.sqrt(total)
            else:
                lower[i, j] = total / lower[j, j]
    return True


@kernel
def solved(lower: Floats, right: Floats, out: Floats) -> None:
    """Solve by a Cholesky factor: forth, then back.

    Args:
        lower: factor, shape (n, n).
        right: shape (n,).
        out: shape (n,), receives the solution.
    """
    n = lower.shape[0]
    for i in range(n):
        total = right[i]
        for k in range(i):
            total -= lower[i, k] * out[k]
        out[i] = total / lower[i, i]
    for step in range(n):
        i = n - 1 - step
        total = out[i]
        for k in range(i + 1, n):
            total -= lower[k, i] * out[k]
        out[i] = total / lower[i, i]


@kernel
def inverted(lower: Floats, unit: Floats, column: Floats, out: Floats) -> None:
    """Write the inverse of the matrix whose Cholesky factor is given.

    Args:
        lower: factor, shape (n, n).
        unit: working room, shape (n,).
        column: working room, shape (n,).
        out: shape (n, n), receives the inverse.
    """
    n = lower.shape[0]
    for j in range(n):
        for i in range(n):
            unit[i] = 0.0
        unit[j] = 1.0
        solved(lower, unit, column)
        for i in range(n):
            out[i, j] = column[i]


@kernel
def determinant_3(matrix: Floats) -> float:
    """Give the determinant of the upper left block of three."""
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    g, h, i = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    return float(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))
