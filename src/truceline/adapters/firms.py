"""FIRMS: heat seen from space by VIIRS and MODIS (NASA), archive and near-real-time CSV.

A row says that a pixel was hot when the satellite passed. It does not say what burned, nor when it
began: the window of the phenomenon goes back to the last known look at that place, or 14 hours.
Overpasses are inferred from the rows of the file. A pass without any detection leaves no row, and
cloud is not reported: both make the known overpasses a lower bound and the windows, where they
differ, too long, never an excuse to read "no row" as "no fire".

**Identity.** The id is satellite, minute and pixel centre, with the satellite's names normalised, so
that the near-real-time and the archive row of one pixel are two versions of one observation (where
the archive moved the pixel centre by definitive ephemeris, they are two observations of one
pass, which share their independence group and so never corroborate each other).

**Version.** Hash of what the row itself says. ``phenomenon_start`` and the attribute
``window_rule`` are left out of it, since they depend on the other rows of the file: the same row in
a file of one day and in a file of one year is one version. Where both are known, the one with the
later start knows more overpasses.

**Independence.** One group is one satellite in one half-day of local solar time: one pass over a
place, or two of neighbouring orbits. It follows from the row alone, so every file gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from truceline.adapters.firms_card import CARD, CAVEAT, NOTES
from truceline.adapters.firms_layouts import EXPECTED, REQUIRED, Pixel, channels_of, read_pixel
from truceline.adapters.firms_overpasses import Overpass, Previous, overpasses_of
from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder, csv_records
from truceline.errors import RejectedRow
from truceline.model.coverage import Coverage
from truceline.model.interval import Interval
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision

_Span = tuple[int, int, int]
"""Line, first byte and bytes of a record."""
_GRANULE: Final = {"VIIRS": timedelta(minutes=6), "MODIS": timedelta(minutes=5)}
_NADIR_M: Final = {"VIIRS": 375.0, "MODIS": 1000.0}
_NADIR_SIGMA_M: Final = {"VIIRS": 75.0, "MODIS": 53.0}
_EPHEMERIS_SIGMA_M: Final = 100.0
_ARCHIVE_RANK: Final = 30_000
_CREDIBILITY: Final = {"high": 2, "nominal": 3, "low": 4}


def position_covariance_m2(pixel: Pixel) -> tuple[float, float]:
    """Give the variances to the east and north of where in the pixel the heat may be. Unit: m².

    Source: a uniform side has variance side²/12. The pointing error is an angle: on the ground it
    grows with the range along the track, g = track / nadir side, and about as g² along the scan,
    where the ray also strikes at a slant.
    """
    sigma = _NADIR_SIGMA_M[pixel.instrument]
    growth = max(1.0, pixel.track_m / _NADIR_M[pixel.instrument])
    late = pixel.rank < _ARCHIVE_RANK and pixel.instrument == "MODIS"
    ephemeris = _EPHEMERIS_SIGMA_M**2 if late else 0.0
    east = pixel.scan_m**2 / 12 + (sigma * growth**2) ** 2 + ephemeris
    north = pixel.track_m**2 / 12 + (sigma * growth) ** 2 + ephemeris
    return round(east, 3), round(north, 3)


def independence_group(pixel: Pixel) -> str:
    """Name the half-day of local solar time in which the satellite passed.

    Passes lie around 01:30 and 13:30 (VIIRS, Aqua) or 10:30 and 22:30 (Terra); the cuts at 6 and
    18 o'clock lie hours away from all of them, so that no pass over one place is cut in two.
    """
    since_six = pixel.time + timedelta(hours=pixel.lon / 15 - 6)
    half = "day" if since_six.hour < 12 else "night"
    return f"firms:{pixel.satellite}:{since_six.isoformat()[:10]}:{half}"


@dataclass(frozen=True, slots=True)
class FirmsAdapter:
    """Reads FIRMS CSV files."""

    card: SourceCard = CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole file.

        Raises:
            WrongKindOfFile: when it is no FIRMS CSV of VIIRS or MODIS.
        """
        channels = channels_of(raw) if b"," in raw[:4096] else ("bright_ti4", "bright_ti5")
        builder = ObservationBuilder(context.raw_sha256)
        read: list[tuple[_Span, Pixel]] = []
        for record in csv_records(raw, REQUIRED, EXPECTED):
            try:
                if record.problem:
                    raise RejectedRow(record.problem)
                pixel = read_pixel(record.values, channels)
                read.append(((record.line, record.offset, record.length), pixel))
            except RejectedRow as error:
                builder.reject(record.line, record.offset, record.length, str(error))
        passes = overpasses_of(pixel for _, pixel in read)
        twice = _add_all(builder, read, Previous(passes), context)
        notes = (*NOTES, f"{twice} row(s) stand twice in the file and count once.")
        return Parsed(
            builder.table(),
            tuple(sorted(builder.rejected, key=lambda r: (r.line, r.offset))),
            tuple(_coverage(p) for found in passes.values() for p in found),
            notes=notes if twice else NOTES,
        )


def _add_all(
    builder: ObservationBuilder,
    read: list[tuple[_Span, Pixel]],
    previous: Previous,
    context: ParseContext,
) -> int:
    """Add each pixel once; give the number of rows that say what an earlier one said."""
    seen: set[Pixel] = set()
    twice = 0
    for span, pixel in read:
        if context.theatre and not context.theatre.contains(pixel.lon, pixel.lat):
            reason = f"outside the theatre: lon {pixel.lon}, lat {pixel.lat}"
            builder.reject(*span, reason)
        elif pixel in seen:
            twice += 1
        else:
            seen.add(pixel)
            _add(builder, span, pixel, previous)
    return twice


def _add(builder: ObservationBuilder, span: _Span, pixel: Pixel, previous: Previous) -> None:
    east, north = position_covariance_m2(pixel)
    since, rule = previous.look(pixel)
    key, said = pixel.key, _said(pixel)
    builder.add(
        natural_key=key,
        source="firms",
        line=span[0],
        offset=span[1],
        length=span[2],
        attributes={**said, "window_rule": rule},
        version_content={
            "row": (key, pixel.scan_m, pixel.track_m, pixel.frp_mw, *said.items()),
        },
        version_rank=pixel.rank,
        datastream=f"firms:{pixel.instrument}:{pixel.satellite}",
        modality=Modality.THERMAL.value,
        standing=Standing.EVIDENCE.value,
        kind="heat",
        phenomenon_start=since,
        phenomenon_end=pixel.time + _GRANULE[pixel.instrument],
        time_sigma_s=0.0,
        time_precision=TimePrecision.WINDOW.value,
        measurement=Measurement.FOOTPRINT.value,
        lon=pixel.lon,
        lat=pixel.lat,
        cov_ee_m2=east,
        cov_en_m2=0.0,
        cov_nn_m2=north,
        scan_m=pixel.scan_m,
        track_m=pixel.track_m,
        frp_mw=pixel.frp_mw,
        independence_groups=[independence_group(pixel)],
        reliability="A",
        credibility=_CREDIBILITY[pixel.confidence],
    )


def _said(pixel: Pixel) -> dict[str, str]:
    """Give what the row says beyond the columns of the schema, the same for every layout."""
    said = {
        "acquired": f"{pixel.minute}Z",
        "bright_long_k": f"{pixel.bright_long_k:g}",
        "bright_mid_k": f"{pixel.bright_mid_k:g}",
        "confidence": pixel.confidence,
        "processing": pixel.version,
        "satellite": pixel.satellite,
    }
    if pixel.instrument == "MODIS":
        said["confidence_percent"] = pixel.confidence_as_given
    if pixel.daynight:
        said["daynight"] = pixel.daynight
    if pixel.kind_of_source:
        said["type"] = pixel.kind_of_source
    return said


def _coverage(seen: Overpass) -> Coverage:
    instrument = "MODIS" if seen.satellite in ("Terra", "Aqua") else "VIIRS"
    time = Interval(seen.first, seen.last + _GRANULE[instrument])
    stream = f"firms:{instrument}:{seen.satellite}"
    return Coverage("firms", stream, time, seen.area, "inferred", CAVEAT)


ADAPTER: Final = FirmsAdapter()
"""What ``truceline ingest WS firms FILE`` uses."""
