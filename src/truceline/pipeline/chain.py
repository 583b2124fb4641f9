"""One finding with its whole chain, each link proved to stand in the log.

The finding, every revision of its incident, every step of a person, every raw row; of each its leaf
index and the proof of inclusion under one checkpoint. Only what the chain needs is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.errors import EvidenceError, WorkflowError
from truceline.evidence.log import Log
from truceline.evidence.merkle import inclusion_proof
from truceline.evidence.tiles import TileReader
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.pipeline import kinds
from truceline.pipeline.desk import Desk
from truceline.pipeline.looking_up import ensure
from truceline.pipeline.trace import RawRow, raw_rows
from truceline.store import database, logged, lookup, records
from truceline.store.notices import FindingStep
from truceline.store.records import RawInput


@dataclass(frozen=True, slots=True)
class Link:
    """That an entry stands in the log."""

    index: int
    """Leaf index."""
    proof: tuple[str, ...]
    """Hashes of the inclusion proof, hex, the leaf's sibling first."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One finding and everything behind it. Holds sharp positions: who asks for it must be allowed."""

    finding: tuple[Finding, Link]
    revisions: tuple[tuple[Incident, Link], ...]
    """Of its incident, oldest first."""
    steps: tuple[tuple[FindingStep, Link], ...]
    """Of persons, oldest first."""
    rows: tuple[RawRow, ...]
    """On which the newest revision rests."""
    inputs: tuple[tuple[RawInput, Link], ...]
    """The raw files of the rows, in the order of the log."""
    checkpoint: str
    """Signed note under which every proof holds."""

    def as_plain(self) -> dict[str, Any]:
        """Give the chain as JSON-able values."""
        finding, link = self.finding
        return {
            "finding": {**finding_to_plain(finding), **_plain(link)},
            "revisions": [{**incident_to_plain(i), **_plain(at)} for i, at in self.revisions],
            "steps": [
                {
                    **{n: getattr(s, n) for n in FindingStep.__slots__ if n != "content"},
                    **_plain(at),
                }
                for s, at in self.steps
            ],
            "rows": [{n: getattr(r, n) for n in RawRow.__slots__} for r in self.rows],
            "raw_files": [
                {**{n: getattr(r, n) for n in RawInput.__slots__}, **_plain(at)}
                for r, at in self.inputs
            ],
            "checkpoint": self.checkpoint,
        }


def open_chain(desk: Desk, finding_id: str) -> Chain:
    """Read one finding with its whole chain; nothing is logged or judged here.

    Raises:
        WorkflowError: when no finding has that id.
        EvidenceError: when raw files or the log are damaged, or the records lack an index.
    """
    ensure(desk)
    with database.reading(desk.engine) as connection:
        finding = records.finding(connection, finding_id)
        if finding is None:
            raise WorkflowError(
                f"no finding is called {finding_id}; `truceline findings list WS` names all."
            )
        history = records.incident_history(connection, finding.incident_id)
        at = lookup.finding_index(connection, finding_id)
        leaves = lookup.revision_indices(connection, finding.incident_id)
        of_it = kinds.STEP.table.c.finding_id == finding_id
        steps = logged.every(connection, kinds.STEP, of_it)
        places = set(lookup.raw_rows(connection, finding.incident_id).values())
        keys = {(place.source, place.raw_sha256) for place in places}
        inputs = [r for key in keys if (r := records.raw_input(connection, *key)) is not None]
    inputs.sort(key=lambda one: one.log_index)
    proving = _Proving(desk)
    return Chain(
        (finding, proving.link(at)),
        tuple((i, proving.link(leaf)) for i, leaf in zip(history, leaves, strict=True)),
        tuple((step, proving.link(step.log_index)) for step in steps),
        raw_rows(desk, history[-1]),
        tuple((one, proving.link(one.log_index)) for one in inputs),
        proving.checkpoint,
    )


class _Proving:
    """The log as one checkpoint covers it; each tile is read once."""

    def __init__(self, desk: Desk) -> None:
        log = Log.open(desk.workspace.root)
        self.checkpoint = log.checkpoint_text()
        self._size = log.size
        self._tiles = TileReader(log.log_dir, self._size)

    def link(self, index: int | None) -> Link:
        """Prove that an entry stands in the log."""
        if index is None or index >= self._size:
            raise EvidenceError(
                "the records name no entry of the log for a link of this chain; `truceline evidence "
                "verify` says what is wrong with the workspace."
            )
        hashes = inclusion_proof(index, self._size, self._tiles.subtree)
        return Link(index, tuple(found.hex() for found in hashes))


def _plain(link: Link) -> dict[str, Any]:
    return {"log_index": link.index, "proof": list(link.proof)}
