"""Invented inputs for reports: a fictional day at the riverline, and an Easter-like one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import shapely

from truceline.model.agreement import (
    Agreement,
    Clause,
    Everywhere,
    Exemption,
    Geometry,
    InForce,
    NearLine,
    Party,
    Pledge,
    Procedure,
    Verified,
)
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.finding import Factor, Finding, Outcome
from truceline.model.incident import Incident, Member, MemberRole
from truceline.model.interval import Interval, local_day
from truceline.model.place import BoundingBox
from truceline.model.words import words_for
from truceline.publication.inputs import (
    ClaimRow,
    ContradictionRow,
    ContradictionSide,
    HeatAssumption,
    HeatSummary,
    LeftHeat,
    MaskedHeat,
    ObservationFact,
    RejectedRow,
    ReportInputs,
    SilenceRow,
    SourceNote,
)
from truceline.verification.comparison import compare_counts, month_around

NOW = datetime(2030, 6, 3, 6, 0, tzinfo=UTC)
TRUCE = Interval(datetime(2030, 6, 1, 6, tzinfo=UTC), datetime(2030, 6, 3, 0, tzinfo=UTC))
WINDOW = Interval(datetime(2030, 6, 1, 0, tzinfo=UTC), datetime(2030, 6, 3, 0, tzinfo=UTC))
HASH = "ab" * 32


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2030, 6, day, hour, minute, second, tzinfo=UTC)


def procedure(**changes: Any) -> Procedure:
    made = Procedure(
        violated_at=0.95,
        permitted_at=0.05,
        grades=("not an incident", "relevant incident", "minor", "serious"),
        hold=timedelta(hours=1),
        publication_delay=timedelta(hours=3),
        publication_grid_m=1000.0,
        suppress_below=1,
        day_zone="UTC",
        day_cut="00:00",
        prior_odds=1.0,
        reliability_log_lr={},
        credibility_log_lr={},
        same_side_discount=0.5,
    )
    return replace(made, **changes)


def line() -> Geometry:
    shape = shapely.LineString([(-28.0, 46.7), (-27.95, 47.1), (-28.05, 47.4), (-27.98, 47.7)])
    return Geometry(
        "riverline",
        "line",
        Interval(TRUCE.start, at(30, 0)),
        shapely.to_wkb(shape),
        50.0,
        True,
        "the riverline",
        "invented",
    )


def zone() -> Geometry:
    shape = shapely.box(-28.1, 47.0, -27.85, 47.2)
    return Geometry(
        "bridge",
        "zone",
        Interval(TRUCE.start, at(30, 0)),
        shapely.to_wkb(shape),
        20.0,
        False,
        "Bridge zone",
        "invented",
    )


def agreement(**changes: Any) -> Agreement:
    clauses = (
        Clause(
            "RL-1",
            "art. 1",
            "No fire of any kind.",
            "prohibited",
            ("east", "west"),
            ("fire",),
            Everywhere(),
            TRUCE,
            "serious",
        ),
        Clause(
            "RL-2",
            "art. 2(b)",
            "No flights within 5 km of the riverline.",
            "prohibited",
            ("east", "west"),
            ("flight",),
            NearLine("riverline", 5000.0),
            TRUCE,
            "minor",
        ),
    )
    made = Agreement(
        id="riverline",
        title="Riverline ceasefire (fictional)",
        version="1",
        kind="ceasefire",
        status="in force",
        parties=(Party("east", "East bank"), Party("west", "West bank")),
        in_force=InForce(
            TRUCE,
            "UTC",
            "2030-06-01T06:00",
            "2030-06-03T00:00",
            (Verified("window", "partly", "one paraphrase"),),
        ),
        theatre=BoundingBox(-28.6, 46.8, -27.4, 47.6),
        clauses=clauses,
        exemptions=(
            Exemption(
                "EX-1",
                ("RL-1",),
                ("fire",),
                -27.987654,
                47.123456,
                300.0,
                TRUCE,
                at(1, 0),
                timedelta(hours=12),
                "notice 4",
            ),
        ),
        geometry=(line(), zone()),
        procedure=procedure(),
        pledges=(),
        cases=(),
        notes=("Everything here is invented.",),
    )
    return replace(made, **changes)


def incident(key: str, start: datetime, lon: float, lat: float, **changes: Any) -> Incident:
    made = Incident(
        incident_id=key,
        revision=1,
        time=Interval(start, start),
        time_sigma_s=1.0,
        straddles_unknown=False,
        lon=lon,
        lat=lat,
        cov_ee_m2=90.0**2,
        cov_en_m2=0.0,
        cov_nn_m2=60.0**2,
        kinds=(("fire.mortar", 0.8), ("fire.artillery", 0.2)),
        probability=0.973,
        groups=("net-a", "net-b"),
        sides=(),
        accused=(),
        count_min=3,
        count_max=5,
        place_name=None,
        masked=None,
        members=(Member(f"stations:{key}", "v1", MemberRole.SUPPORT, 3.1),),
        calibration="cal-1",
    )
    return replace(made, **changes)


def fact(key: str, start: datetime, **changes: Any) -> ObservationFact:
    made = ObservationFact(
        incident_id=key,
        observation_id=f"stations:{key}-17-3",
        source="stations",
        datastream="mast-17",
        modality="acoustic",
        kind="fire.mortar",
        time=Interval(start, start),
        time_precision="instant",
        role="support",
        speaker=None,
        side=None,
        accused=None,
        groups=("mast-17",),
        reliability="B",
        credibility=2,
        place=None,
        area=None,
        raw_sha256=HASH,
        raw_line=17,
        source_url=None,
        note="mast at 47.123456 N",
    )
    return replace(made, **changes)


def word(key: str, start: datetime, side: str, accused: str, **changes: Any) -> ObservationFact:
    found = {
        "source": "reports",
        "datastream": "coded",
        "modality": "report",
        "speaker": f"{side} bank command",
        "side": side,
        "accused": accused,
        "groups": (f"{side}-command",),
        "observation_id": f"reports:{key}-{side}",
        "source_url": "https://example.org/a?b=1&c=2",
        "note": "own words",
        "place": "Old Mill",
        "area": "Lower district",
    }
    return fact(key, start, **{**found, **changes})


def finding(key: str, clause: str, factors: dict[str, float], **changes: Any) -> Finding:
    parts = tuple(
        Factor(name, p, True, f"{p:.1%} of its ellipse at 47.123456") for name, p in factors.items()
    )
    probability = float(np.prod([f.probability for f in parts]))
    outcome = (
        Outcome.VIOLATED
        if probability >= 0.95
        else Outcome.PERMITTED
        if probability <= 0.05
        else Outcome.UNDETERMINED
    )
    made = Finding(
        f"F-{key}-{clause}",
        key,
        1,
        clause,
        "art. 1",
        probability,
        parts,
        outcome,
        "serious",
        words_for(probability),
        (("undetermined", 1.0),),
        ("window",),
    )
    return replace(made, **changes)


HEAT_DAYS = (
    HeatSummary(Interval(at(1, 0), at(2, 0)), "2030-06-01", 9, 6),
    HeatSummary(Interval(at(2, 0), at(3, 0)), "2030-06-02", 4, 1),
)


def masked_heat(k: int) -> MaskedHeat:
    """The first six of 1 June, the seventh of 2 June."""
    seen = at(1, 13) if k < 6 else at(2, 1)
    return MaskedHeat(
        f"firms:N20:2030-06-01T13:00:47.21234{k}:-27.912345",
        Interval(seen - timedelta(hours=12), seen),
        -27.912345,
        47.212345,
        "hot on 41 days of last year at 47.212345 N, a standing source with probability 0.97",
        HASH,
        3 + k,
    )


def left_heat(k: int) -> LeftHeat:
    """The first three of 1 June, the other three of 2 June."""
    seen = at(1, 1, 7) if k < 3 else at(2, 12, 20)
    return LeftHeat(
        f"firms:N20:2030-06-02:47.2{k}2345:-27.912345",
        Interval(seen - timedelta(hours=12), seen),
        -27.987654,
        47.112345,
        (0.3, 0.812),
        HASH,
        20 + k,
    )


def riverline(rng_seed: int = 4, n: int = 36) -> ReportInputs:
    rng = np.random.default_rng(rng_seed)
    incidents, facts, findings = [], [], []
    kinds = (
        "fire.mortar",
        "fire.artillery",
        "strike.uav",
        "explosion",
        "flight.uav",
        "fire.small-arms",
    )
    for k in range(n):
        key = f"R-{k:03d}"
        start = at(1, 0) + timedelta(minutes=int(rng.integers(0, 47 * 60)))
        lon, lat = -28.0 + float(rng.normal(0, 0.12)), 47.15 + float(rng.normal(0, 0.12))
        kind = kinds[int(rng.integers(len(kinds)))]
        changes: dict[str, Any] = {
            "kinds": ((kind, 0.9), ("explosion.other", 0.1)),
            "probability": round(float(rng.uniform(0.4, 1.0)), 3),
        }
        if k % 4 == 0:
            changes |= {
                "sides": ("east", "west"),
                "accused": ("east", "west"),
                "groups": ("e", "w"),
                "place_name": "Old Mill, lower ford",
                "cov_ee_m2": 2500.0**2,
                "cov_nn_m2": 2500.0**2,
            }
            facts += [word(key, start, "east", "west"), word(key, start, "west", "east")]
        elif k % 4 == 1:
            changes |= {
                "sides": ("east",),
                "accused": ("west",),
                "groups": ("e",),
                "place_name": "Reed <script>alert(1)</script> Ferry",
                "cov_ee_m2": 4000.0**2,
                "cov_nn_m2": 4000.0**2,
                "time": Interval(at(start.day, 0), at(start.day + 1, 0)),
                "straddles_unknown": True,
                "time_sigma_s": 0.0,
            }
            facts.append(
                word(key, start, "east", "west", time_precision="day", note="<b>bold</b> & more")
            )
        else:
            facts.append(fact(key, start))
        incidents.append(incident(key, start, lon, lat, **changes))
        inside = 1.0 if TRUCE.contains(start) else 0.0
        findings.append(
            finding(
                key,
                "RL-1",
                {"real": changes["probability"], "kind": 0.99, "time": inside, "place": 1.0},
            )
        )
        findings.append(
            finding(
                key,
                "RL-2",
                {"real": changes["probability"], "kind": 0.1, "time": inside, "place": 0.374},
            )
        )
    coverage = [
        Coverage(
            "stations",
            f"mast-{m}",
            Interval(at(1, 0), at(2, 20)),
            BoundingBox(-28.0, 47.0, -27.9, 47.1),
            "stated",
            "Wind above 12 m/s deafens masts.",
        )
        for m in range(4)
    ] + [
        Coverage(
            "firms", "N20", Interval(at(d, h), at(d, h, 10)), None, "inferred", "Cloud is unknown."
        )
        for d, h in ((1, 1), (1, 13), (2, 0), (2, 12))
    ]
    days = [date(2030, 5, 31) + timedelta(days=d) for d in range(-20, 20)]
    counts = tuple(
        DailyCount(
            "bulletin",
            "reports",
            local_day(day, "UTC"),
            12 if day == date(2030, 6, 2) else int(rng.integers(25, 60)),
            "rows",
            "Fewer clerks at weekends.",
        )
        for day in days
    )
    return ReportInputs(
        agreement=agreement(),
        window=WINDOW,
        window_label="first two days",
        zone="UTC",
        incidents=tuple(incidents),
        findings=tuple(findings),
        facts=tuple(facts),
        claims=(
            ClaimRow(
                "C-1",
                "East bank command",
                "east",
                "west",
                TRUCE,
                "violations",
                41.0,
                "at least",
                "East Wire",
                "east-command",
                "C",
                "https://example.org/c1",
                "",
            ),
            ClaimRow(
                "C-2",
                "West bank command",
                "west",
                "east",
                TRUCE,
                "violations",
                12.5,
                "=HYPERLINK(1)",
                "West Wire",
                "west-command",
                "C",
                None,
                "",
            ),
            ClaimRow(
                "C-3",
                "West bank command",
                "west",
                None,
                None,
                "own violations",
                None,
                "denied",
                "West Wire",
                "west-command",
                "C",
                None,
                "",
            ),
        ),
        silences=(
            SilenceRow(
                "reports",
                "village elder",
                "east",
                "Old Mill",
                Interval(at(2, 0), at(2, 6)),
                "no shot heard",
            ),
        ),
        leads=5,
        coverage=tuple(coverage),
        counts=counts,
        rates=compare_counts(counts, TRUCE, month_around(Interval(at(1, 0), at(2, 0)), "UTC")),
        contradictions=(
            ContradictionRow(
                "CG-1",
                "Two shells or three",
                (
                    ContradictionSide(
                        "A",
                        "East bank command",
                        "east",
                        "three shells",
                        Interval(at(1, 8), at(1, 9)),
                        "https://example.org/x",
                    ),
                    ContradictionSide(
                        "B",
                        "West bank command",
                        "west",
                        "two shells at 47.123456 N",
                        Interval(at(1, 8), at(1, 9)),
                        None,
                    ),
                ),
            ),
            ContradictionRow(
                "CG-2",
                "Too fresh",
                (ContradictionSide("C", "s", "east", "t", Interval(at(3, 5), at(3, 5, 30)), None),),
            ),
        ),
        rejected=(RejectedRow("firms", HASH, 12, "lon -27.987654 lies outside the theatre"),),
        heat=HEAT_DAYS,
        masked=tuple(masked_heat(k) for k in range(7)),
        left=tuple(left_heat(k) for k in range(6)),
        assumptions=(
            HeatAssumption("default", "as the calibration takes it"),
            HeatAssumption("rarer", "if other fire is ten times rarer"),
        ),
        sources=(
            SourceNote(
                "stations",
                "Acoustic masts",
                "the mission",
                "internal",
                "Mission masts",
                "no",
                "120 m",
                "seconds",
                "a mast",
                sensitive=True,
            ),
            SourceNote(
                "reports",
                "Coded reports",
                "the mission",
                "ODbL",
                "Mission desk",
                "yes",
                "4 km",
                "hours",
                "a speaker",
                sensitive=False,
            ),
            SourceNote(
                "firms",
                "VIIRS heat",
                "NASA FIRMS",
                "open data",
                "NASA FIRMS",
                "yes",
                "375 m",
                "3 h",
                "a pass",
                sensitive=False,
            ),
        ),
        notes=("One file was short.",),
        calibration="cal-1",
        checkpoint="truceline.example/log\n36\nabc=\n",
        code_version="0.1.0",
        now=NOW,
        synthetic=True,
    )


def pledges_only() -> ReportInputs:
    rows = (
        Pledge(
            "P1",
            "Northland",
            "West bank",
            ("troops_land", "air"),
            "lead",
            "conditional",
            "after a ceasefire",
            "",
            "2030-01-01",
            "A brigade.",
            ("https://example.org/p1",),
        ),
        Pledge(
            "P2",
            "Southland",
            "West bank",
            ("naval",),
            "contribute",
            "pledged",
            "",
            "",
            "2030-01-02",
            "Two ships.",
            ("https://example.org/p2",),
            (Verified("ships", "no", "memory"),),
        ),
        Pledge(
            "P3",
            "Isle",
            "West bank",
            ("troops_land",),
            "",
            "ruled_out",
            "",
            "",
            "unknown",
            "No troops.",
            (),
        ),
    )
    made = agreement(
        id="pledges",
        title="Pledges (fictional)",
        kind="pledges",
        in_force=None,
        clauses=(),
        exemptions=(),
        geometry=(),
        pledges=rows,
    )
    empty: dict[str, Any] = dict.fromkeys(
        (
            "incidents",
            "findings",
            "facts",
            "claims",
            "silences",
            "coverage",
            "counts",
            "rates",
            "contradictions",
            "rejected",
            "heat",
            "masked",
            "left",
            "assumptions",
            "notes",
        ),
        (),
    )
    return replace(riverline(), agreement=made, leads=0, synthetic=False, **empty)


def easter_like() -> ReportInputs:
    """Coordinates over land, press words only, a zone of three hours east, real coast on the map."""
    start = datetime(2030, 4, 27, 15, tzinfo=UTC)
    truce = Interval(start, start + timedelta(hours=30))
    rng = np.random.default_rng(9)
    base = agreement(
        id="easter",
        title="Holiday truce (fictional, over a real coast)",
        kind="declared_truce",
        geometry=(),
        theatre=BoundingBox(22.0, 44.0, 41.0, 53.0),
        in_force=InForce(truce, "Europe/Moscow", "2030-04-27T18:00", "2030-04-29T00:00"),
    )
    incidents, facts = [], []
    for k in range(40):
        moment = start + timedelta(minutes=int(rng.integers(-120, 1900)))
        key = f"E-{k:03d}"
        side, other = ("east", "west") if k % 3 else ("west", "east")
        incidents.append(
            incident(
                key,
                moment,
                36.0 + float(rng.normal(0, 2)),
                48.2 + float(rng.normal(0, 1.2)),
                sides=(side,),
                accused=(other,),
                groups=(side,),
                place_name=f"Place {k}",
                cov_ee_m2=4e6 * (1 + k),
                cov_nn_m2=4e6 * (1 + k),
                kinds=(("strike.uav" if k % 2 else "fire", 1.0),),
            )
        )
        facts.append(word(key, moment, side, other, area=f"District {k % 5}"))
    return replace(
        riverline(),
        agreement=base,
        zone="Europe/Kyiv",
        window=truce,
        window_label="whole truce",
        incidents=tuple(incidents),
        facts=tuple(facts),
        findings=tuple(
            finding(i.incident_id, "RL-1", {"real": 0.99, "kind": 0.99}) for i in incidents
        ),
        now=datetime(2030, 5, 1, tzinfo=UTC),
        counts=(),
        rates=(),
        heat=(),
        masked=(),
        left=(),
        assumptions=(),
        synthetic=False,
    )
