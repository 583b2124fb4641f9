"""Every type of entry that is recorded as a row of its own, and how."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from truceline.codec.canonical import canonical
from truceline.pipeline.custody_kinds import CUSTODY
from truceline.pipeline.people_kinds import PEOPLE
from truceline.store import schema_notices as notices
from truceline.store.logged import Kind, LoggedRow, fields_of
from truceline.store.notices import Drill, FindingStep, NoticeRecord


def _step_fields(row: FindingStep) -> dict[str, Any]:
    """Give the entry of a step: of the finding as it was seen only the digest."""
    values = fields_of(row)
    content, signature = values.pop("content").encode(), values.pop("signature")
    digest = hashlib.sha256(content).hexdigest()
    made = {**values, "detail": json.loads(row.detail), "sha256": digest}
    signed = {"signature": json.loads(signature)} if signature else {}
    return {**made, **signed}


def _step_seen(row: FindingStep) -> dict[str, Any]:
    """Give the entry beside a step: the finding as it was seen, which is sharp."""
    digest = hashlib.sha256(row.content.encode()).hexdigest()
    return {"type": SEEN, "sha256": digest, "finding": json.loads(row.content)}


SEEN: Final = "finding.seen"
"""Type of the entry beside a step; steps of an earlier form hold the finding themselves."""


_BEFORE_SIGNING: Final = {"case_revision": 1, "person_id": "", "nationality": "", "detail": {}}
"""What the entry of a step says that was made before steps were signed."""


def _step_row(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    values = {**_BEFORE_SIGNING, **entry}
    signature = canonical(entry["signature"]).decode() if "signature" in entry else ""
    texts = {"content": entry["finding"], "detail": values["detail"]}
    return {
        **values,
        **{name: canonical(value).decode() for name, value in texts.items()},
        "signature": signature,
    }


STEP: Final = Kind(
    "finding.step",
    FindingStep,
    notices.finding_steps,
    "step of a person",
    _step_fields,
    _step_row,
    _step_seen,
)
DRILL: Final = Kind("drill.begun", Drill, notices.drills, "drill")
NOTICE: Final = Kind("notice.recorded", NoticeRecord, notices.notice_records, "record of a notice")

KINDS: Final[Mapping[str, Kind[Any]]] = {
    kind.event: kind for kind in (STEP, DRILL, NOTICE, *CUSTODY, *PEOPLE)
}
"""Type of an entry to how it is recorded."""
_BY_ROW: Final = {kind.row: kind for kind in KINDS.values()}


def kind_of(row: type[LoggedRow]) -> Kind[Any]:
    """Give how rows of a type are recorded.

    Raises:
        KeyError: when no entry of the log is recorded so.
    """
    return _BY_ROW[row]
