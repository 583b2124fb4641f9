"""Named contradictions: where sources differ, and which rows stand on either side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from truceline.adapters.coded import filled, settle
from truceline.adapters.interface import ParseContext, Parsed, Rejected, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records
from truceline.errors import RejectedRow
from truceline.model.statement import Contradiction

_EXPECTED: Final = "a table of contradictions (contradictions.csv)"
_COLUMNS: Final = ("contradiction_group", "what_differs", "report_ids", "claim_ids")

_CARD: Final = SourceCard(
    name="contradictions",
    title="Places where reports or claims about declared truces differ",
    publisher="Truceline",
    licence="ODbL 1.0",
    citation="Truceline, named contradictions around declared truces",
    republish="yes, without the ids of rows of basis url_slug",
    position_error="none: a contradiction has no position of its own",
    delay="as the rows that it names",
    independence="none: it is no source, it names rows of reports and claims",
    formats=(f"CSV with header, UTF-8: {', '.join(_COLUMNS)}; ids are set apart by blanks",),
)


def _read(record: Record) -> Contradiction:
    if record.problem:
        raise RejectedRow(record.problem)
    values = record.values
    found = Contradiction(
        filled(values, "contradiction_group"),
        filled(values, "what_differs"),
        tuple(dict.fromkeys(values["report_ids"].split())),
        tuple(dict.fromkeys(values["claim_ids"].split())),
    )
    if not found.report_keys and not found.claim_keys:
        raise RejectedRow(
            f"{found.contradiction_id} names neither a report nor a claim; "
            "write the ids of at least one row that it is about"
        )
    return found


def _notes(found: Iterable[Contradiction]) -> tuple[str, ...]:
    """Say how many have one coded side only."""
    single = [c.contradiction_id for c in found if len(c.report_keys) + len(c.claim_keys) == 1]
    if not single:
        return ()
    names = ", ".join(sorted(single))
    return (f"{len(single)} contradiction(s) name one row, the other side is in words: {names}.",)


@dataclass(frozen=True, slots=True)
class ContradictionsAdapter:
    """Reads ``contradictions.csv``."""

    card: SourceCard = _CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole table of contradictions; it yields no observations.

        Raises:
            WrongKindOfFile: when a column is missing.
        """
        read: list[tuple[Record, str, Contradiction]] = []
        rejected: list[Rejected] = []
        for record in csv_records(raw, _COLUMNS, _EXPECTED):
            try:
                found = _read(record)
                read.append((record, found.contradiction_id, found))
            except RejectedRow as error:
                rejected.append(Rejected(record.line, record.offset, record.length, str(error)))
        kept, repeated = settle(read, "contradiction")
        return Parsed(
            ObservationBuilder(context.raw_sha256).table(),
            tuple(sorted(rejected + repeated, key=lambda r: r.offset)),
            contradictions=tuple(kept.values()),
            notes=_notes(kept.values()),
        )


ADAPTER = ContradictionsAdapter()
