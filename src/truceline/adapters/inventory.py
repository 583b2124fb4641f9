"""Inventories: storage sites, declared weapons, and what visits to them found.

Sites and declarations are what a party says of itself: they give no observation. A visit gives one
where it was not let in (``access.denied``), and one for each type of weapon that it saw outside every
site (``presence``). What stands in its storage breaks nothing and is no observation either; the
comparison with the declaration is ``truceline inventory discrepancies``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records, header_of, number
from truceline.codec.inventory import (
    ITEM_COLUMNS,
    SITE_COLUMNS,
    VISIT_COLUMNS,
    item_of,
    site_of,
    visit_of,
)
from truceline.codec.weapons import arsenal
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.model.inventory import Access, DeclaredItem, Sighting, StorageSite, Visit
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision

SOURCE: Final = "inventory"
_SIGMA_M: Final = 50.0
"""Standard error of a place that a visit gives. A judgement, that of hand-held positioning."""
_AT_REST: Final = {
    "artillery": "presence.artillery",
    "mlrs": "presence.mlrs",
    "mortar": "presence.mortar",
    "tank": "presence.tank",
}
CARD: Final = SourceCard(
    name=SOURCE,
    title="Declared weapons, storage sites and visits",
    publisher="the parties (sites and weapons), the mission (visits)",
    licence="the mission's own",
    citation="Declarations of the parties and visits of the mission.",
    republish="No: they show where weapons are stored and where visits went.",
    position_error="50 m, a judgement; a visit states where it stood.",
    delay="hours to days",
    independence="the team of one day",
    formats=(
        f"CSV of sites: {', '.join(SITE_COLUMNS)}",
        f"CSV of weapons: {', '.join(ITEM_COLUMNS)}; a later row of an item_id takes the place of the earlier",
        f"CSV of visits, a row for each sighting: {', '.join(VISIT_COLUMNS)}; optional lon, lat, reason, note; access is full, partial or denied; type is empty where nothing was seen",
    ),
)
_NOTES: Final = ("What stands in its declared storage is no observation; see the inventory.",)

Row = StorageSite | DeclaredItem | Visit
_LAYOUTS: Final[tuple[tuple[tuple[str, ...], Callable[..., Row], str], ...]] = (
    (VISIT_COLUMNS, visit_of, "a CSV of visits"),
    (ITEM_COLUMNS, item_of, "a CSV of declared weapons"),
    (SITE_COLUMNS, site_of, "a CSV of storage sites"),
)


def rows_of(raw: bytes) -> list[tuple[Record, Row | RejectedRow]]:
    """Read every row of an inventory file, broken ones as the reason why.

    Raises:
        WrongKindOfFile: when the file has none of the three layouts.
    """
    header = header_of(raw)
    for columns, reader, expected in _LAYOUTS:
        if all(name in header for name in columns):
            return [(r, _read(r, reader)) for r in csv_records(raw, columns, expected)]
    layouts = "; or ".join(CARD.formats)
    raise WrongKindOfFile(
        f"this is no inventory file. Nothing was ingested. Expected one of: {layouts}."
    )


def _read(record: Record, reader: Callable[..., Row]) -> Row | RejectedRow:
    try:
        if record.problem:
            raise RejectedRow(record.problem)
        return reader(record.values)
    except RejectedRow as error:
        return error


@dataclass(frozen=True, slots=True)
class InventoryAdapter:
    """Reads inventory files."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when the file has none of the three layouts.
        """
        builder = ObservationBuilder(context.raw_sha256)
        said: set[str] = set()
        for record, row in rows_of(raw):
            try:
                if isinstance(row, RejectedRow):
                    raise row
                if isinstance(row, Visit):
                    _emit(builder, context, record, row, said)
            except RejectedRow as error:
                builder.reject(record.line, record.offset, record.length, str(error))
        return Parsed(builder.table(), tuple(builder.rejected), notes=_NOTES)


def _emit(
    builder: ObservationBuilder,
    context: ParseContext,
    record: Record,
    visit: Visit,
    said: set[str],
) -> None:
    """Add what one row tells of: access not given (once a visit), or a weapon outside every site."""
    if visit.access is not Access.FULL and visit.visit_id not in said:
        said.add(visit.visit_id)
        _add(builder, context, record, visit, f"{visit.visit_id}/access", "access.denied", None)
    for sighting in visit.sightings if not visit.site_id else ():
        weapon = arsenal().resolve(sighting.type)
        kind = _AT_REST.get(weapon.classes or "", "presence")
        key = f"{visit.visit_id}/{sighting.type}/{sighting.serial}"
        _add(builder, context, record, visit, key, kind, sighting)


def _add(
    builder: ObservationBuilder,
    context: ParseContext,
    record: Record,
    visit: Visit,
    key: str,
    kind: str,
    sighting: Sighting | None,
) -> None:
    if not record.values.get("lon", "").strip() or not record.values.get("lat", "").strip():
        raise RejectedRow(f"{visit.visit_id} says nothing of where it was: give lon and lat")
    lon = number(record.values, "lon", -180.0, 180.0)
    lat = number(record.values, "lat", -90.0, 90.0)
    if context.theatre is not None and not context.theatre.contains(lon, lat):
        raise RejectedRow(
            f"{lon:g}, {lat:g} is outside the theatre: is the order longitude, latitude?"
        )
    team = hashlib.sha256(visit.team.encode()).hexdigest()[:16]
    builder.add(
        natural_key=key,
        source=SOURCE,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes={
            "access": visit.access.value,
            "reason": visit.reason,
            **({"type": sighting.type, "note": sighting.note} if sighting else {}),
        },
        datastream=f"team-{team}",
        modality=Modality.INVENTORY,
        standing=Standing.EVIDENCE,
        kind=kind,
        phenomenon_start=visit.start,
        phenomenon_end=visit.end,
        time_sigma_s=0.0,
        time_precision=TimePrecision.WINDOW if visit.end > visit.start else TimePrecision.INSTANT,
        measurement=Measurement.POINT,
        lon=lon,
        lat=lat,
        cov_ee_m2=_SIGMA_M**2,
        cov_en_m2=0.0,
        cov_nn_m2=_SIGMA_M**2,
        count_min=sighting.count if sighting else None,
        count_max=sighting.count if sighting else None,
        independence_groups=[f"team:{team}:{visit.start.date().isoformat()}"],
        reliability="B",
        credibility=2,
        accused=visit.side or None,
    )


ADAPTER: Final = InventoryAdapter()
