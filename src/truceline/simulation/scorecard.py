"""The figures of a score, and how they are printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability diagram."""

    low: float
    high: float
    incidents: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True, slots=True)
class ModalityScore:
    """What became of the records of one modality."""

    of_events: int
    """Records that tell of a true event."""
    placed: int
    """... of which ended in an incident of that event (or of its salvo, where right)."""
    clutter: int
    """Records of nothing."""
    clutter_counted: int
    """... of which ended in an incident that counts."""


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one run. Nulls where nothing was there to measure."""

    events: int
    incidents: int
    """Incidents that count: probability >= 0.5, at least one member, not masked."""
    right: int
    precision: float
    """Right incidents / incidents; 0 where there is none."""
    recall: dict[int, float]
    """Least number of independent witnesses to the share of such events found; 1, 2, 4."""
    observable: dict[int, int]
    """Least number of independent witnesses to the number of such events."""
    f1: float
    """Of precision and the recall over events with 2 witnesses."""
    salvo_precision: float
    """Incidents of which 60 % of the records come from one salvo / incidents."""
    salvo_recall: float
    """Salvos with 2 witnesses that have such an incident / such salvos."""
    location_error_m: float | None
    """Median over matched events. Unit: m."""
    inside_90: float | None
    """Share of matched events that lie inside the 90 % ellipse."""
    time_error_s: float | None
    """Median distance of the true time from the incident's interval. Unit: s."""
    kind_fits: float | None
    """Share of matched events whose kind is the incident's, above it or below it in the tree."""
    brier: float | None
    """Mean squared error of the probability of the incidents that count, against right or not."""
    brier_counting_misses: float | None
    """The same with 1 added for each event of 2 witnesses that has no incident."""
    ece: float | None
    """Expected calibration error, ten bins."""
    bins: tuple[Bin, ...]
    modalities: dict[str, ModalityScore]
    faults: tuple[str, ...]
    """What must never happen: a record in two incidents, an unknown id, no valid covariance."""


def table(result: Score) -> str:
    """Write a score as a plain text table."""
    lines = [
        f"true events                    {result.events}",
        f"incidents that count (p>=0.5)  {result.incidents}, right {result.right}",
        f"precision                      {result.precision:.3f}",
        *(
            f"recall, events of >= {k} seen    {result.recall[k]:.3f}"
            f"  ({result.observable[k]} events)"
            for k in sorted(result.recall)
        ),
        f"F1                             {result.f1:.3f}",
        f"by salvo: precision, recall    {result.salvo_precision:.3f}, {result.salvo_recall:.3f}",
        f"median location error          {_figure(result.location_error_m, '.0f', ' m')}",
        f"truth inside 90 % ellipse      {_figure(result.inside_90, '.3f')}",
        f"median time error              {_figure(result.time_error_s, '.2f', ' s')}",
        f"kind fits                      {_figure(result.kind_fits, '.3f')}",
        f"Brier                          {_figure(result.brier, '.3f')}",
        f"Brier counting misses          {_figure(result.brier_counting_misses, '.3f')}",
        f"ECE, ten bins                  {_figure(result.ece, '.3f')}",
        "source      of events  placed  clutter  counted",
    ]
    lines += [
        f"{name:<10} {m.of_events:>10} {m.placed:>7} {m.clutter:>8} {m.clutter_counted:>8}"
        for name, m in result.modalities.items()
    ]
    lines.append(f"faults                         {len(result.faults) or 'none'}")
    lines += [f"  {fault}" for fault in result.faults[:10]]
    return "\n".join(lines) + "\n"


def _figure(value: float | None, form: str, unit: str = "") -> str:
    return "-" if value is None else format(value, form) + unit
