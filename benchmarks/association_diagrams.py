"""Two diagrams of honesty out of the records: are the probabilities right, do the ellipses hold the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLOURS: Final = ("#1f5fa8", "#b5442c", "#3d7a37")
LEVELS: Final = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
SAID: Final = {
    "small": "without faults",
    "faults": "all faults",
    "bare": "no azimuth, no weather",
    "quick": "small sample",
}
_LEFT, _TOP, _SIDE = 45.0, 15.0, 260.0


def reliability(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Draw probability said against the share that is right, in tenths, with two binomial errors."""
    series = {}
    for name, records in groups.items():
        said = np.concatenate([np.zeros(0), *(one["probability"] for one in records)])
        right = np.concatenate([np.zeros(0), *(one["right"] for one in records)])
        number = np.minimum((said * 10 + 1e-9).astype(int), 9)
        rows = [
            (said[number == b].mean(), right[number == b].mean(), int((number == b).sum()))
            for b in np.unique(number)
        ]
        series[name] = np.array(rows, float).reshape(-1, 3)
    return _drawn(
        series, "Reliability of probabilities", "probability said", "share right", dots=True
    )


def coverage(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Draw the level of an ellipse against the share of truths inside.

    Source: of a Gaussian in the plane a share p lies within the squared distance -2 ln(1 - p).
    """
    series = {}
    for name, records in groups.items():
        square = np.concatenate([np.zeros(0), *(one["square"] for one in records)])
        inside = [(square <= -2.0 * np.log(1.0 - level)).mean() for level in LEVELS if len(square)]
        rows = [(level, share, len(square)) for level, share in zip(LEVELS, inside, strict=False)]
        series[name] = np.array(rows, float).reshape(-1, 3)
    return _drawn(
        series, "Do ellipses hold the truth", "level of the ellipse", "share inside", dots=False
    )


def _drawn(series: Mapping[str, Floats], title: str, across: str, up: str, *, dots: bool) -> str:
    right, bottom = _LEFT + _SIDE, _TOP + _SIDE
    middle = _TOP + _SIDE / 2
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img" font-size="11">',
        f"<title>{title}</title>",
        '<rect width="320" height="320" fill="white"/>',
        f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" stroke="black" fill="none"/>',
        f'<path d="M{_LEFT} {bottom}L{right} {_TOP}" stroke="gray" stroke-dasharray="4 3"/>',
        f'<text x="{_LEFT + _SIDE / 2}" y="312" text-anchor="middle">{across}</text>',
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{up}</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = _at(tick, tick)
        parts.append(
            f'<text x="{x:.0f}" y="{bottom + 14:.0f}" text-anchor="middle">{tick:g}</text>'
        )
        parts.append(f'<text x="{_LEFT - 5:.0f}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>')
    for row, (name, points) in enumerate(series.items()):
        colour = COLOURS[row % len(COLOURS)]
        parts += _legend(row, SAID.get(name, name), colour)
        parts += _dots(points, colour) if dots else _line(points, colour)
    return "\n".join([*parts, "</svg>\n"])


def _at(across: float, up: float) -> tuple[float, float]:
    return _LEFT + _SIDE * across, _TOP + _SIDE * (1.0 - up)


def _legend(row: int, name: str, colour: str) -> list[str]:
    y = _TOP + 12 + 15 * row
    return [
        f'<rect x="{_LEFT + 8}" y="{y - 8}" width="9" height="9" fill="{colour}"/>',
        f'<text x="{_LEFT + 22}" y="{y}">{name}</text>',
    ]


def _dots(points: Floats, colour: str) -> list[str]:
    parts = []
    for said, seen, count in points:
        error = 2.0 * np.sqrt(max(said * (1.0 - said), 0.0) / count)
        x, low = _at(said, float(np.clip(seen - error, 0.0, 1.0)))
        _, high = _at(said, float(np.clip(seen + error, 0.0, 1.0)))
        _, y = _at(said, seen)
        size = 1.5 + min(np.sqrt(count) / 10.0, 6.0)
        parts.append(f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>')
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}">'
            f"<title>{count:.0f} incidents</title></circle>"
        )
    return parts


def _line(points: Floats, colour: str) -> list[str]:
    if not len(points):
        return []
    way = "L".join("{:.1f} {:.1f}".format(*_at(said, seen)) for said, seen, _ in points)
    dots = [
        '<circle cx="{:.1f}" cy="{:.1f}" r="2.5" fill="{}"/>'.format(*_at(said, seen), colour)
        for said, seen, _ in points
    ]
    return [f'<path d="M{way}" stroke="{colour}" fill="none"/>', *dots]
