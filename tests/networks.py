"""Small simulated networks for the tests, each drawn once."""

from functools import cache

from truceline.simulation.network.settings import NetworkSettings, faults_of
from truceline.simulation.network.world import simulate_network


@cache
def network(faults="none", **changes):
    said = {"sensors": 150, "events": 120, "hours": 3.0, "seed": 5, **changes}
    return simulate_network(NetworkSettings(faults=faults_of(faults), **said))


def keyed(picks, marks=(1, 2)):
    """What is known of each arrival, by event and sensor."""
    return {
        (int(e), int(s)): (float(t), float(level), float(azimuth))
        for s, t, level, azimuth, e, mark in zip(
            picks.sensor,
            picks.time_s,
            picks.level_db,
            picks.azimuth_deg,
            picks.event,
            picks.mark,
            strict=True,
        )
        if mark in marks
    }
