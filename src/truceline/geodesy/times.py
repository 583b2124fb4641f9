"""How much of what is known about a time lies inside an interval."""

from __future__ import annotations

from scipy.special import ndtr


def interval_mass(start: float, end: float, low: float, high: float, sigma: float) -> float:
    """Give the mass inside ``[low, high)`` of a time known as an interval or an instant.

    Args:
        start: start of what is known. Unit: s.
        end: its end; equal to ``start`` for an instant. Unit: s.
        low: start of the interval asked about. Unit: s.
        high: its end, may be infinite. Unit: s.
        sigma: standard error of an instant; ignored for an interval. Unit: s.

    Returns:
        0..1; for an interval the share of it that lies inside, as if each moment were as likely.
    """
    if end > start:
        return max(min(end, high) - max(start, low), 0.0) / (end - start)
    if sigma <= 0:
        return float(low <= start < high)
    return float(ndtr((high - start) / sigma) - ndtr((low - start) / sigma))
