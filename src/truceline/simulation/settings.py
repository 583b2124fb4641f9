"""What may be varied from one simulated day to the next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Size and difficulty of a simulated day.

    Raises:
        ValueError: when a figure is out of its range.
    """

    events: int = 50
    """True events, the notified controlled explosion included; at least 1."""
    burst_share: float = 0.6
    """Share of the events that come in bursts of one weapon, 0..1."""
    deep_share: float = 0.1
    """Share of the events far behind the line, out of earshot of everything, 0..1."""
    masts: int = 10
    """Masts along the line, at least 1."""
    twin_masts: int = 5
    """Masts that carry a second sensor: two sensors, one source."""
    noise: float = 1.0
    """Factor on every error of time, level and bearing; stated errors grow with it. 0 = none."""
    wind_sigma_m_s: float = 2.0
    """Standard deviation of each wind component, which no file tells. Unit: m/s."""
    false_alarms_per_h: float = 0.8
    """Mean rate of false detections of one sensor. Unit: 1/h."""
    strike_seen: float = 0.05
    """Probability that an overpass that follows a strike sees its heat, 0..1."""
    history_days: int = 42
    """Days of earlier satellite rows. Unit: d."""
    broken: bool = True
    """Put broken records into the files."""

    def __post_init__(self) -> None:
        if self.events < 1 or self.masts < 1 or self.history_days < 0:
            raise ValueError("a simulated day needs at least one event and one mast, no days < 0")
        if not 0 <= self.twin_masts <= self.masts:
            raise ValueError(f"twin_masts must lie in 0..{self.masts}, not {self.twin_masts}")
        for name in ("burst_share", "deep_share", "strike_seen"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is a share of 0..1, not {getattr(self, name)}")
        for name in ("noise", "wind_sigma_m_s", "false_alarms_per_h"):
            if getattr(self, name) < 0.0:
                raise ValueError(f"{name} must not be negative: {getattr(self, name)}")
