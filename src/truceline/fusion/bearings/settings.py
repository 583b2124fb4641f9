"""What is assumed of infrasound and of arrays before a detection is seen. Nothing here is fitted."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.fusion.propagation.infrasound import WAYS, Celerity


@dataclass(frozen=True, slots=True)
class Settings:
    """Assumptions that a caller may replace with better knowledge."""

    ways: tuple[Celerity, ...] = WAYS
    """Ways through the atmosphere, each as likely as the others."""
    reading_sigma_deg: float = 2.0
    """Error of a bearing from noise at the array, each for itself. Unit: deg."""
    wind_sigma_deg: float = 2.5
    """Error of a bearing from wind across the path. Unit: deg."""
    tail: float = 0.05
    """Share of bearings that lie three times wider, 0..1."""
    common: float = 0.5
    """Share of the variance of wind and celerity that paths of one sector have in common, 0..1."""
    sector_deg: float = 30.0
    """Paths with no gap wider than this between them, seen from the source, form one sector."""
    heard: float = 0.7
    """Probability that an array within reach detects the event."""
    reach_m: float = 1_000_000.0
    """How far from the nearest array sources are sought."""
    events_per_day: float = 1.0
    """Sources a day in the whole region, before."""
    clutter_per_h: float = 1.0
    """Detections an hour and array of other things, weighed as one hour of watching."""
