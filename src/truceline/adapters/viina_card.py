"""What every user of VIINA must know before using it."""

from __future__ import annotations

from typing import Final

from truceline.adapters.interface import SourceCard
from truceline.adapters.viina_places import POSITION_ERROR, PROVINCE_POINTS

CARD: Final = SourceCard(
    name="viina",
    title="VIINA 2.0, Violent Incident Information from News Articles",
    publisher="Yuri Zhukov and Natalie Ayers",
    licence="Open Database License (ODbL) 1.0",
    citation=(
        'Zhukov, Yuri and Natalie Ayers (2023). "VIINA 2.0: Violent Incident Information from News '
        'Articles on the 2022 Russian Invasion of Ukraine." Cambridge, MA: Harvard University. '
        "https://github.com/zhukovyuri/VIINA"
    ),
    republish=(
        "yes under ODbL: name the source, keep a derived database open under the same licence; "
        "headlines belong to their publishers and are not stored"
    ),
    position_error=POSITION_ERROR,
    delay="hours to three days; each release rewrites earlier years too",
    independence=(
        "one publisher (registered domain, titles of one house together; a Telegram channel or "
        "account is one); never one article"
    ),
    formats=(
        "event_1pd_latest_YYYY.csv of the release (unzipped): one row a place, day, set of labels",
        "event_info_latest_YYYY.csv (unzipped): one row a report; without t_*_b columns a lead",
        'JSON slice {"YYYYMMDD": [[lon, lat, place, code, number of reports, [urls]], ...]}',
        "CSV slice datetime, lon, lat, place_name, event_type, headline; no publisher",
    ),
)
NOTES: Final = (
    (
        "Labels and places are a machine's reading of headlines; articles are repeated over the "
        "places they name, some in the wrong country. Judged C3; F where nobody is named."
    ),
    "Days are days of the report in Kyiv (assumed), not of the act.",
    (
        "Fewer reporters write on Sundays and holidays: a fall of the count is partly theirs, and "
        "a day without rows is no quiet day."
    ),
)
NO_PRECISION: Final = (
    f"This layout does not say how precisely a row was placed; rows at {len(PROVINCE_POINTS)} points "
    "at which VIINA puts reports of a whole province are given the extent of a province."
)
