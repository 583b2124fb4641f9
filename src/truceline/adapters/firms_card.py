"""What every user of FIRMS must know before using it."""

from __future__ import annotations

from typing import Final

from truceline.adapters.interface import SourceCard

CARD: Final = SourceCard(
    name="firms",
    title="FIRMS active fires, VIIRS 375 m and MODIS 1 km",
    publisher="NASA LANCE / FIRMS, part of the Earth Science Data and Information System",
    licence="NASA open data, no restriction on use or redistribution; acknowledge FIRMS",
    citation=(
        "We acknowledge the use of data from NASA's Fire Information for Resource Management "
        "System (FIRMS), https://earthdata.nasa.gov/firms, part of NASA's Earth Observing System "
        "Data and Information System (EOSDIS). VIIRS: doi:10.5067/FIRMS/VIIRS/VNP14IMGT_NRT.002, "
        "doi:10.5067/FIRMS/VIIRS/VJ114IMGT_NRT.002; MODIS: doi:10.5067/FIRMS/MODIS/MCD14DL.NRT.0061"
    ),
    republish="yes, with the acknowledgement",
    position_error=(
        "Uniform pixel of scan x track (variance side²/12), plus geolocation at nadir of 75 m "
        "(VIIRS, 1 sigma an axis: Lin, Wolfe, Zhang, Dellomo and Tan, Remote Sensing 14, 4212, "
        "2022) or 53 m (MODIS, root mean square along scan: Lin et al., MODIS geolocation status, "
        "2016), growing with the pixel away from nadir; 100 m more for MODIS rows that are not of "
        "the archive (predicted ephemeris, FIRMS on standard and near-real-time products). Scan is "
        "taken as east, track as north: the track leans about 15 degrees from north at 48 degrees."
    ),
    delay="near real time within 3 hours of the overpass; archive after 2 to 5 months",
    independence="one satellite in one half-day of local solar time (one pass, or two neighbours)",
    formats=(
        "VIIRS CSV with bright_ti4 and bright_ti5 (area API, daily files)",
        "VIIRS or MODIS CSV with brightness and bright_t31 (archive download), type optional",
        "acq_time as 0011, 11, 00:11 or 00:11:00; confidence as l, n, h, as words, or 0 to 100",
    ),
)
NOTES: Final = (
    (
        "Overpasses are inferred from rows: one without any detection leaves no row, and cloud is "
        "not reported, so the list of overpasses is a lower bound and no row is no sign of quiet."
    ),
    (
        "Confidence and credibility are about heat, not about fire by a party: industry, stubble "
        "and wildfires look the same. Raw counts are no counts of violations."
    ),
)
CAVEAT: Final = (
    "Cloud is unknown; the box holds only the rows of this pass, and passes without any detection "
    "leave none: a lower bound of where and when the satellite looked."
)
