"""What must never be in the output of an engine."""

from __future__ import annotations

from collections import Counter

import numpy as np

from truceline.simulation.network.read import Output, Truth


def faults_in(truth: Truth, output: Output) -> tuple[str, ...]:
    """Name each fault in one line, sorted by kind and place."""
    return (
        *_incidents(output),
        *_members(truth, output),
        *_linked("report", output.report_members, set(truth.report_event), output),
        *_linked("fire", output.fire_members, set(truth.fire_event), output),
        *(f"sensor {name} is not known" for name in sorted((output.sick or set()) - truth.sensors)),
    )


def _incidents(output: Output) -> list[str]:
    said = Counter(output.incident_id)
    faults = [f"incident {name} stands {n} times" for name, n in said.items() if n > 1]
    size = Counter(output.member_incident)
    ee, en, nn = output.cov_m2.T
    positive = np.isfinite(ee + en + nn) & (ee > 0) & (ee * nn - en**2 > 0)
    likely = (output.probability >= 0.0) & (output.probability <= 1.0)
    placed = np.isfinite(output.lon + output.lat + output.time_s)
    for row, name in enumerate(output.incident_id):
        if not positive[row]:
            faults.append(f"covariance of incident {name} is not positive")
        if not likely[row]:
            faults.append(f"probability of incident {name} is {output.probability[row]}")
        if not placed[row]:
            faults.append(f"incident {name} has no place or time")
        if size[name] != output.n_detections[row]:
            what = f"{output.n_detections[row]}, its members are {size[name]}"
            faults.append(f"n_detections of incident {name} is {what}")
    return faults


def _members(truth: Truth, output: Output) -> list[str]:
    known = set(output.incident_id)
    faults: list[str] = []
    strange = sorted(set(output.member_incident) - known)
    faults.extend(f"members name incident {name}, which is not known" for name in strange)
    numbers, counts = np.unique(output.member_detection, return_counts=True)
    outside = numbers[(numbers < 1) | (numbers > truth.detections)]
    faults.extend(f"detection {number} is not known" for number in outside)
    more = zip(numbers[counts > 1], counts[counts > 1], strict=True)
    faults.extend(f"detection {number} is a member {count} times" for number, count in more)
    return faults


def _linked(
    what: str, members: list[tuple[str, str]], known: set[str], output: Output
) -> list[str]:
    incidents, faults = set(output.incident_id), []
    for name, member in members:
        if name not in incidents:
            faults.append(f"{what} {member} is in incident {name}, which is not known")
        if member not in known:
            faults.append(f"{what} {member} is not known")
    return faults
