"""Where a finding stands by its steps, and the rule by which, as a bundle tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from truceline.model.case import CaseStep
from truceline.model.finding import Status
from truceline.model.review_rules import ReviewRules, StepKind
from truceline.pipeline.bundle_concerned import Concerned
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.verification.workflow import states


def standing_of(desk: Desk, found: Concerned) -> dict[str, Any]:
    """Give ``status``, ``revision`` of the case, and the rule ``review`` (null: there is none)."""
    rules = desk.agreement.procedure.review
    status, revision = Status.PRELIMINARY, 1
    for _, state in states(map(_case_step, found.of("finding.step")), rules):
        status, revision = state.status, state.case_revision
    return {"status": status.value, "revision": revision, "review": _plain(rules)}


def _case_step(event: Event) -> CaseStep:
    fields = event.fields
    return CaseStep(
        number=fields["number"],
        kind=StepKind(fields["step"]),
        person=fields["person"],
        person_id=fields.get("person_id", ""),
        nationality=fields.get("nationality", ""),
        reason=fields["reason"],
        time=datetime.fromisoformat(fields["time"]),
        incident_revision=fields["incident_revision"],
        sha256=fields["sha256"],
        detail=fields.get("detail") or {},
    )


def _plain(rules: ReviewRules | None) -> dict[str, Any] | None:
    if rules is None:
        return None
    return {
        "confirmations": rules.confirmations,
        "nationalities": rules.nationalities,
        "own_nationals": rules.own_nationals,
        "of_parties": sorted(rules.of_parties),
        "review_first": rules.review_first,
    }
