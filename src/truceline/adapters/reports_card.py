"""What every user of the coded reports must know, and the columns of their table."""

from __future__ import annotations

from typing import Final

from truceline.adapters.interface import SourceCard

SAID: Final = (
    "truce",
    "in_window",
    "oblast",
    "coord_source",
    "reporter",
    "on_whose_word",
    "publication_date",
    "basis",
    "contradiction_group",
    "note",
    "source_url",
    "time_zone",
    "phenomenon_start",
    "phenomenon_end",
    "act",
)
"""Columns that go to the attributes as they stand."""
READ: Final = (
    "report_id",
    "time_precision",
    "start_utc",
    "end_utc",
    "place",
    "lon",
    "lat",
    "position_sigma_m",
    "count_min",
    "count_max",
    "killed",
    "injured",
    "speaker_side",
    "accused",
    "independence_group",
    "reliability",
    "credibility",
    "excerpt_seen",
)
"""Columns that are read and checked."""

CARD: Final = SourceCard(
    name="reports",
    title="Coded press and official reports around declared truces",
    publisher="Truceline, coded from the outlets named on each row",
    licence="ODbL 1.0; coordinates of GeoNames CC BY 4.0 and of the VIINA gazetteer ODbL 1.0",
    citation=(
        "Truceline, coded truce reports; places: GeoNames (geonames.org) and the gazetteer of "
        "VIINA 2.0 (Zhukov and Ayers, github.com/zhukovyuri/VIINA)"
    ),
    republish="yes, with these credits, except rows of basis url_slug",
    position_error=(
        "position_sigma_m of the row, 1 sigma on each axis, m: the coder's estimate of settlement "
        "size plus uncertainty of the place, 2-5 km for a settlement, 5-70 km for an area"
    ),
    delay="hours to days: the publication date stands on the row",
    independence="one group is one speaker or wire, whichever outlets repeat it",
    formats=(f"CSV with header, UTF-8: {', '.join(sorted(READ + SAID))}",),
)
