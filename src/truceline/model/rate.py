"""Rates before, during and after: what a series of counts says, with its intervals."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.interval import Interval


@dataclass(frozen=True, slots=True)
class PhaseRate:
    """The counts of one phase of one series."""

    phase: str
    """``baseline``, ``before``, ``during`` or ``after``."""
    windows: int
    """How many windows of the series lie wholly in the phase."""
    count: int
    """Their sum."""
    exposure_days: float
    """Their total length. Unit: d of 24 h."""
    median_per_day: float | None
    """Median of the windows' rates; null without windows."""
    rate_per_day: float | None
    """Sum over exposure; null without windows."""
    low: float | None
    """Lower end of the 90 % interval of the rate; null where no dispersion could be estimated."""
    high: float | None
    """Upper end of the 90 % interval of the rate."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate over that of reference windows, with its 90 % interval.

    One window is set against their median, several against their mean.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RateComparison:
    """One metric of one series around a truce. Never compared with another series or unit."""

    series: str
    metric: str
    unit: str
    period: Interval
    """From which the baseline windows are taken. UTC."""
    baseline: PhaseRate
    """The windows of ``period`` that the truce does not touch: before and after together."""
    before: PhaseRate
    during: PhaseRate
    """Only windows wholly in force."""
    after: PhaseRate
    partly: int
    """Windows partly in force, which count nowhere."""
    dispersion: float | None
    """Excess variance over Poisson relative to the squared mean (``alpha`` of the negative
    binomial); null where the baseline has too few windows."""
    day_low: float | None
    """Lower end of the range that holds 90 % of baseline windows of one day, as a count."""
    day_high: float | None
    """Upper end of that range."""
    during_over_baseline: Ratio | None
    during_over_before: Ratio | None
    after_over_before: Ratio | None
    caveats: tuple[str, ...]
    """What the figures do not tell; those of the counts first."""
