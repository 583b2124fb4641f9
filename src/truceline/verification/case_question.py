"""From a case of an agreement's own ``cases.yaml`` to the question that clauses are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from truceline.codec.weapons import arsenal
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement
from truceline.model.interval import Interval
from truceline.model.weapons import Weapon
from truceline.verification.question import Behind, Question


def question_of_case(
    agreement: Agreement, situation: Mapping[str, object], taxonomy: Taxonomy
) -> Question:
    """Read a situation.

    Raises:
        KeyError: when a field that a situation must have is missing, or its kind is no act.
        ValueError: when one of them cannot be read.
    """
    said: Mapping[str, Any] = situation
    zone = str(said.get("zone") or (agreement.in_force.zone if agreement.in_force else "UTC"))
    window = "from" in said
    first = _moment(said["from"] if window else said["at"], zone)
    last = _moment(said["to"], zone) if window else first
    sigma = float(str(said.get("sigma_m", 0.0)))
    leaves = taxonomy.leaves(str(said["kind"]))
    offset = said.get("offset_km")
    return Question(
        time=Interval(first, last),
        time_sigma_s=float(str(said.get("time_sigma_s", 0.0))),
        window_only=window,
        lon=float(str(said.get("lon", 0.0))),
        lat=float(str(said.get("lat", 0.0))),
        cov=(sigma**2, 0.0, sigma**2),
        kinds=tuple((leaf, 1 / len(leaves)) for leaf in leaves),
        p_real=float(str(said.get("p_real", 1.0))),
        real_reason="stated by the case",
        placed="lon" in said,
        side=str(said.get("side") or ""),
        weapon=_weapon(said.get("weapon")),
        behind={
            line: Behind(1000 * float(km), sigma)
            for line, km in (said.get("km_behind") or {}).items()
        },
        facts=dict(said.get("facts") or {}),
        from_centre_m=(1000 * float(offset[0]), 1000 * float(offset[1])) if offset else None,
        breaches=tuple(_moment(one, zone) for one in said.get("breaches") or ()),
    )


def _weapon(said: Mapping[str, Any] | None) -> Weapon | None:
    if not said:
        return None
    return arsenal().resolve(str(said.get("name", "")), said.get("class"), said.get("calibre_mm"))


def _moment(value: object, zone: str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)
