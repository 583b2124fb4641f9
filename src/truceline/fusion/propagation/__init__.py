"""How an arrival comes from its source to a sensor: a phase is a function, nothing more.

Every phase has the signature ``phase(east_m, north_m, depth_m, medium) -> Travel``: the offset from
the source to the sensor, how deep the source lies below the sensor, and what lies between. A new
phase is a new function of that signature in a file of its own.

What stands in :mod:`~truceline.fusion.propagation.ground` (hearing of stations) is offered here.
"""

from truceline.fusion.propagation.ground import hearing, travel_s, travel_sigma_s

__all__ = ["hearing", "travel_s", "travel_sigma_s"]
