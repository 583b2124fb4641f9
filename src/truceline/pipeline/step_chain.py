"""Each step on a finding names the one before it, so that none can be left out between two others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from truceline.codec.canonical import canonical
from truceline.pipeline.kinds import STEP
from truceline.store.notices import FindingStep

FOLLOWS: Final = "follows"
"""Field of a step's detail: hex SHA-256 of the step before it on the same finding, with its signature;
the first step has none. With the signature, since words alone could be guessed from their digest."""
_LEFT_OUT: Final = frozenset({"type", "number", "finding"})


def following(row: FindingStep, before: Sequence[FindingStep]) -> FindingStep:
    """Give a step that names the last of those before it on its finding."""
    if not before:
        return row
    detail = {**json.loads(row.detail), FOLLOWS: digest_of(STEP.to_event(before[-1]))}
    return replace(row, detail=canonical(detail).decode())


def digest_of(record: Mapping[str, Any]) -> str:
    """Give the digest by which the next step names this one."""
    held = {name: value for name, value in record.items() if name not in _LEFT_OUT}
    return hashlib.sha256(b"truceline/finding.step/follows/v1\n" + canonical(held)).hexdigest()
