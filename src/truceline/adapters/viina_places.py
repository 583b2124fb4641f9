"""How far the point of a VIINA row may lie from where it happened."""

from __future__ import annotations

import math
from typing import Final

_COUNTRY_KM2: Final = 603_628.0
_GEOCODING_SIGMA_M: Final = 2_000.0


def _cell_sigma_m(area_km2: float) -> float:
    """Give the standard error an axis of a place spread evenly over an area. Unit: m.

    Source: a uniform disc of radius r has variance r²/4 an axis; r of the disc of equal area.
    """
    return 500.0 * math.sqrt(area_km2 / math.pi)


SETTLEMENT_M: Final = _cell_sigma_m(_COUNTRY_KM2 / 33_141)
PROVINCE_M: Final = _cell_sigma_m(_COUNTRY_KM2 / 27)
_BY_PRECISION: Final = {
    "ADM1": PROVINCE_M,
    "ADM2": _cell_sigma_m(_COUNTRY_KM2 / 490),
    "ADM3": SETTLEMENT_M,
    "STREET": 500.0,
}
_BY_FEATURE: Final = {"PPLC": _cell_sigma_m(850.0), "PPLA": _cell_sigma_m(200.0)}

# Points at which VIINA puts a report that names only the province. Measured on two months of its
# headlines (March and April 2025): at each, three quarters or more name the province. The reduced
# slices carry no GEO_PRECISION, so the point itself is all that tells. (lon, lat): (place, province)
PROVINCE_POINTS: Final[dict[tuple[float, float], tuple[str, str]]] = {
    (34.12376, 51.10624): ("Voronyne", "Sumy"),
    (34.09941, 44.95363): ("Simferopol", "Crimea"),
    (36.50512, 49.61494): ("Slobozhans'ke", "Kharkiv"),
    (33.48173, 46.55783): ("Chorna Dolyna", "Kherson"),
    (30.47662, 50.02393): ("Deremezna", "Kyiv"),
    (30.40579, 46.90822): ("Bilka", "Odesa"),
    (23.91674, 49.71749): ("Pustomyty", "Lviv"),
    (23.41312, 48.22076): ("Posich", "Zakarpattia"),
    (38.90252, 49.15874): ("Baydivka", "Luhansk"),
    (31.76725, 47.39462): ("Kryvorizhzhya", "Mykolaiv"),
    (28.47583, 50.63963): ("Danylivka", "Zhytomyr"),
    (32.00406, 51.35543): ("Volovytsia", "Chernihiv"),
    (33.77849, 49.73239): ("Luhove", "Poltava"),
    (24.17319, 50.72382): ("Novovolynsk", "Volyn"),
}

POSITION_ERROR: Final = (
    f"1 sigma an axis: the extent of what is named, with {_GEOCODING_SIGMA_M / 1000:.0f} km for the "
    "habit of naming the nearest known place (a judgement). Extent: a settlement "
    f"{SETTLEMENT_M / 1000:.1f} km (Ukraine's 603,628 km² over VIINA's own tessellation of 33,141 "
    f"places, as a uniform disc), a province capital {_BY_FEATURE['PPLA'] / 1000:.1f} km and Kyiv "
    f"{_BY_FEATURE['PPLC'] / 1000:.1f} km (about 200 and 850 km²), a district of the old division "
    f"{_BY_PRECISION['ADM2'] / 1000:.0f} km, a province {PROVINCE_M / 1000:.0f} km. Slices without "
    f"GEO_PRECISION: a settlement, except at {len(PROVINCE_POINTS)} points at which reports that "
    "name only the province are put (measured on headlines of March and April 2025)."
)


def sigma_m(lon: float, lat: float, precision: str = "", feature: str = "") -> float:
    """Give the standard error of a row's point an axis. Unit: m.

    Args:
        lon: unit deg.
        lat: unit deg.
        precision: VIINA's GEO_PRECISION (STREET, ADM3, ADM2, ADM1); empty where not given.
        feature: GeoNames feature code (PPL, PPLA, PPLC, ...); empty where not given.
    """
    if precision in ("ADM1", "ADM2", "STREET"):
        extent = _BY_PRECISION[precision]
    elif not precision and (round(lon, 5), round(lat, 5)) in PROVINCE_POINTS:
        extent = PROVINCE_M
    else:
        extent = _BY_FEATURE.get(feature, SETTLEMENT_M)
    return round(math.hypot(extent, _GEOCODING_SIGMA_M), 1)
