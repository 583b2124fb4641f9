"""The figures of one run, and the table that shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bin:
    """Incidents whose probabilities are alike."""

    low: float
    high: float
    incidents: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Size:
    """Events that are heard about equally often."""

    low: int
    """Fewest direct arrivals."""
    high: int | None
    """Most; null for no end."""
    events: int
    found: int


@dataclass(frozen=True, slots=True)
class Linked:
    """How well reports or fires were given to incidents."""

    true: int
    """Those of an event."""
    given: int
    """Those that the engine gave to an incident."""
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the given that is right."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """Share of the true that is right."""
        return self.right / self.true if self.true else None


@dataclass(frozen=True, slots=True)
class NetworkScore:
    """How good the incidents of one run are; null where there is nothing to measure."""

    events_4: int
    """Events with four or more direct arrivals."""
    events_3: int
    incidents: int
    """Incidents that count."""
    right: int
    """Incidents that are an event with four or more direct arrivals."""
    right_smaller: int
    """Incidents that are a smaller event: neither good nor bad."""
    precision: float
    recall: float
    f1: float
    recall_3: float | None
    """Share of the events with exactly three direct arrivals that have an incident."""
    sizes: tuple[Size, ...]
    """Recall by the number of direct arrivals, from four on."""
    wrong_phantom: int
    """Wrong incidents that hold no direct arrival of any event more than once."""
    wrong_mixture: int
    """Wrong incidents with several direct arrivals of one event: mixtures, parts, doubles."""
    location_error_m: float | None
    """Median distance from the truth. Unit: m."""
    error_over_bound: float | None
    """Median of error over the bound's root mean square, over what a Gaussian would give."""
    time_error_s: float | None
    """Median of the absolute error. Unit: s."""
    inside_90: float | None
    """Share of matched events inside the 90 % ellipse."""
    ece: float | None
    brier: float | None
    brier_counting_misses: float | None
    reports: Linked
    fires: Linked
    sick_precision: float | None
    sick_recall: float | None
    bins: tuple[Bin, ...]
    faults: tuple[str, ...]
    """What must never happen."""

    def as_json(self) -> dict[str, Any]:
        """Give plain values, rates of reports and fires among them."""
        plain = asdict(self)
        for name, links in (("reports", self.reports), ("fires", self.fires)):
            plain[name] |= {"precision": links.precision, "recall": links.recall}
        return plain


def table(score: NetworkScore) -> str:
    """Set the figures under one another."""
    rows: list[tuple[str, float | str | None]] = [
        ("events with >= 4 direct arrivals", score.events_4),
        ("incidents >= 0.5 / right / smaller", _of(score)),
        ("wrong: mixtures / phantoms", f"{score.wrong_mixture} / {score.wrong_phantom}"),
        ("precision", score.precision),
        ("recall", score.recall),
        ("F1", score.f1),
        (f"recall of {score.events_3} events with 3", score.recall_3),
        ("location error, median, m", score.location_error_m),
        ("error over Cramer-Rao bound", score.error_over_bound),
        ("time error, median, s", score.time_error_s),
        ("truth inside 90 % ellipse", score.inside_90),
        ("expected calibration error", score.ece),
        ("Brier", score.brier),
        ("Brier counting misses", score.brier_counting_misses),
        ("reports: true / given / right", _linked(score.reports)),
        ("fires: true / given / right", _linked(score.fires)),
        ("sick sensors, precision", score.sick_precision),
        ("sick sensors, recall", score.sick_recall),
        ("faults in the output", len(score.faults)),
    ]
    rows += [(_size(one), f"{one.found} of {one.events}") for one in score.sizes]
    lines = [f"{name:36}{_said(value)}" for name, value in rows]
    return "\n".join([*lines, *(f"  {fault}" for fault in score.faults[:20])])


def _size(one: Size) -> str:
    if one.high is None:
        return f"found of events with {one.low} or more"
    span = str(one.low) if one.low == one.high else f"{one.low} to {one.high}"
    return f"found of events with {span}"


def _of(score: NetworkScore) -> str:
    return f"{score.incidents} / {score.right} / {score.right_smaller}"


def _linked(links: Linked) -> str:
    return f"{links.true} / {links.given} / {links.right}"


def _said(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "-" if value is None else str(value)
