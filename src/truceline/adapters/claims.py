"""Party tallies: what a side says that it counted. Evidence of speech, never of the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from truceline.adapters.coded import day, filled, local_moment, one_of, party, whole
from truceline.adapters.interface import ParseContext, Parsed, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records
from truceline.errors import RejectedRow
from truceline.model.observation import Measurement, Modality, Standing, TimePrecision

_EXPECTED: Final = "a table of party claims (claims.csv)"
_SAID: Final = (
    "truce",
    "claimant",
    "metric",
    "qualifier",
    "reporter",
    "contradiction_group",
    "note",
    "source_url",
    "basis",
    "window_from",
    "window_to",
    "tz",
)
"""Columns that go to the attributes as they stand."""
_READ: Final = (
    "claim_id",
    "claimant_side",
    "accused",
    "value",
    "independence_group",
    "reliability",
    "excerpt_seen",
)
_LOWER: Final = ("more than", "over", "at least")
_CANNOT_BE_JUDGED: Final = 6
_SPEECH: Final = (
    "are the parties' own words about windows of their own choice: evidence that something was "
    "said, never that it happened."
)

_CARD: Final = SourceCard(
    name="claims",
    title="Totals of violations that the parties published around declared truces",
    publisher="Truceline, coded from the outlets named on each row",
    licence="ODbL 1.0 (the coding; the figures are the parties' own)",
    citation="Truceline, coded party claims around declared truces",
    republish="yes, except rows of basis url_slug",
    position_error="none: a claim has no position",
    delay="hours: a claim is mostly published on the day that it counts",
    independence="one group is one claimant or wire; a claimant never corroborates itself",
    formats=(f"CSV with header, UTF-8: {', '.join(sorted(_READ + _SAID))}",),
)


def _value(values: Mapping[str, str]) -> int | str:
    """Give the figure, or its words where the claimant gave no number ("several").

    Raises:
        RejectedRow: when it is empty, or digits mixed with anything else.
    """
    text = filled(values, "value")
    if any(letter.isdigit() for letter in text):
        figure = whole(values, "value")
        assert figure is not None
        return figure
    if text.startswith("-") or text.lower() in {"nan", "inf"}:
        raise RejectedRow(f"value is {text!r}; write a whole number in digits, or words")
    return text


def _sense(qualifier: str) -> str:
    """Tell how the figure is to be read: ``at least``, ``about`` or ``as stated``.

    >>> _sense("more than; contradicts 96"), _sense("24 h; more than 30 impacts"), _sense("exact")
    ('at least', 'as stated', 'as stated')
    """
    words = qualifier.strip().lstrip('"').lower()
    if words.startswith(_LOWER) or "lower bound" in words:
        return "at least"
    return "about" if words.startswith(("about", "approximately")) else "as stated"


def _add(record: Record, rows: ObservationBuilder) -> None:
    """Add one claim.

    Raises:
        RejectedRow: when it cannot be read.
    """
    values = record.values
    start = local_moment(values, "window_from", "tz")
    end = local_moment(values, "window_to", "tz")
    if end <= start:
        raise RejectedRow(
            f"window_to {values['window_to']} does not lie after window_from {values['window_from']}"
        )
    value, sense = _value(values), _sense(values["qualifier"])
    figure = value if isinstance(value, int) else None
    group = filled(values, "independence_group")
    lead = filled(values, "basis") == "url_slug"
    rows.add(
        natural_key=filled(values, "claim_id"),
        source=_CARD.name,
        line=record.line,
        offset=record.offset,
        length=record.length,
        attributes={
            **{name: values[name].strip() for name in _SAID},
            "claimant": filled(values, "claimant"),
            "metric": filled(values, "metric"),
            "value": value,
            "value_reads": sense,
        },
        version_rank=day(values, "excerpt_seen").toordinal(),
        datastream=f"{_CARD.name}/{group}",
        modality=Modality.STATEMENT.value,
        standing=(Standing.LEAD if lead else Standing.CLAIM).value,
        kind="speech.tally",
        phenomenon_start=start,
        phenomenon_end=end,
        time_sigma_s=0.0,
        time_precision=TimePrecision.WINDOW.value,
        measurement=Measurement.SPEECH.value,
        count_min=figure,
        count_max=None if sense == "at least" else figure,
        independence_groups=[group],
        reliability=one_of(values, "reliability", "ABCDEF"),
        credibility=_CANNOT_BE_JUDGED,
        speaker_side=party(values, "claimant_side"),
        accused=party(values, "accused"),
    )


@dataclass(frozen=True, slots=True)
class ClaimsAdapter:
    """Reads ``claims.csv``."""

    card: SourceCard = _CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole table of claims.

        Raises:
            WrongKindOfFile: when a column is missing.
        """
        rows = ObservationBuilder(context.raw_sha256)
        for record in csv_records(raw, _READ + _SAID, _EXPECTED):
            try:
                if record.problem:
                    raise RejectedRow(record.problem)
                _add(record, rows)
            except RejectedRow as error:
                rows.reject(record.line, record.offset, record.length, str(error))
        table = rows.table()
        notes: tuple[str, ...] = ()
        if table.num_rows:
            notes = (f"{table.num_rows} totals {_SPEECH}",)
        return Parsed(table, tuple(rows.rejected), notes=notes)


ADAPTER = ClaimsAdapter()
