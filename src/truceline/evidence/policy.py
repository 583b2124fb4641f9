"""Policies: which logs are believed, and whose cosignatures a checkpoint must bear to count.

A policy is a text file of lines ``log VKEY [URL]``, ``witness NAME VKEY [URL]``, ``group NAME
all|any|K MEMBER...`` and exactly one ``quorum NAME|none``. Names are defined before they are used,
and stand in one group at most, so that no witness counts twice.

Source: C2SP tlog-policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint
from truceline.evidence.cosignature import COSIGNATURE, ED25519, ML_DSA_44
from truceline.evidence.merkle import leaf_hash, require_inclusion
from truceline.evidence.note import Note, Signature, Verifier, open_note, parse_note, parse_vkey
from truceline.evidence.proof import parse_proof

NONE: Final = "none"
"""Name of the quorum that asks for no cosignature."""
LONGEST_POLICY: Final = 1 << 20
"""Of a policy; one of 64 witnesses with post-quantum keys fits in. Unit: bytes."""

_BLANKS: Final = re.compile(r"[ \t]+")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log that is believed."""

    verifier: Verifier
    url: str = ""
    """Where the log can be read; empty if the policy does not say."""


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness that is known."""

    name: str
    """In this policy alone; the name that it signs under stands in its key."""
    verifier: Verifier
    url: str = ""
    """Where it takes checkpoints; empty if the policy does not say."""


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """Witnesses or groups, of which some must have cosigned."""

    name: str
    threshold: int
    """How many of the members; at least 1."""
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What makes a checkpoint count."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str
    """Name of a witness or group, or ``none``."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know about the policy; no failure."""
        return tuple(
            f"witness {one.name}: its key is of type {one.verifier.kind:02x}, which the libraries "
            "here cannot verify; its cosignatures do not count"
            for one in self.witnesses
            if not one.verifier.verifiable
        )


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What a policy says of one checkpoint."""

    checkpoint: Checkpoint | None
    """What the checkpoint says; ``None`` where no log of the policy has signed it."""
    log: Verifier | None
    """The log that has signed it."""
    cosigned: Mapping[str, Signature]
    """Name of each witness that has cosigned, to its cosignature."""
    problem: str
    """Why the checkpoint does not count; empty where it does."""
    remarks: tuple[str, ...] = field(default=())
    """What could not be verified here; no failure."""

    @property
    def ok(self) -> bool:
        """Whether the checkpoint counts."""
        return not self.problem


def parse_policy(data: bytes) -> Policy:
    """Read a policy.

    Raises:
        EvidenceError: when it is wrong, with the number of the line.
    """
    if len(data) > LONGEST_POLICY:
        raise EvidenceError(f"policy: {len(data)} bytes, at most {LONGEST_POLICY} are read")
    reader = _Reader()
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if any((byte < 0x20 and byte != 0x09) or byte == 0x7F for byte in raw):
            raise EvidenceError(f"policy, line {number}: it holds a control character")
        # octets above 7F are opaque: what is no UTF-8 comes back as it was
        words = _BLANKS.split(raw.decode("utf-8", errors="surrogateescape").strip(" \t"))
        if words != [""] and not words[0].startswith("#"):
            reader.take(number, words)
    return reader.policy()


def satisfied(policy: Policy, note: bytes) -> PolicyReport:
    """Say whether a checkpoint counts under a policy.

    A broken signature of a known key is a problem even where the others would do, for such a note
    is malformed.

    Args:
        policy: whose logs and witnesses are believed.
        note: signed note of the checkpoint.
    """
    try:
        log = _signing_log(policy, parse_note(note))
        if log is None:
            names = ", ".join(one.verifier.name for one in policy.logs) or "none is named"
            said = f"no log of the policy ({names}) has signed it"
            return PolicyReport(None, None, {}, said, policy.remarks)
        known = [one.verifier for one in policy.witnesses]
        checkpoint, _ = open_checkpoint(note, log, known)
        verified = open_note(note, [*(one.verifier for one in policy.logs), *known]).signatures
    except EvidenceError as error:
        return PolicyReport(None, None, {}, str(error), policy.remarks)
    by_key = {(one.name, one.key_id): one for one in verified}
    cosigned = {
        one.name: by_key[key]
        for one in policy.witnesses
        if (key := (one.verifier.name, one.verifier.key_id)) in by_key
    }
    missing = "" if _reached(policy, cosigned) else _missing(policy, cosigned)
    return PolicyReport(checkpoint, log, cosigned, missing, policy.remarks)


def require_satisfied(policy: Policy, note: bytes) -> Checkpoint:
    """Give the checkpoint if it counts under a policy.

    Raises:
        EvidenceError: when it does not.
    """
    report = satisfied(policy, note)
    if report.problem or report.checkpoint is None:
        raise EvidenceError(f"the checkpoint does not count under the policy: {report.problem}")
    return report.checkpoint


def verify_proof_under(policy: Policy, text: str, entry: bytes) -> Checkpoint:
    """Check that a log held an entry, by a checkpoint that counts under a policy.

    Args:
        policy: whose logs and witnesses are believed.
        text: the proof (tlog-proof).
        entry: the entry's bytes, which you have from elsewhere.

    Raises:
        EvidenceError: when anything about it does not hold.
    """
    proof = parse_proof(text)
    checkpoint = require_satisfied(policy, proof.checkpoint)
    leaf = leaf_hash(entry)
    require_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
    return checkpoint


def _signing_log(policy: Policy, note: Note) -> Verifier | None:
    """Give the log of the policy whose checkpoint this is and that is said to have signed it."""
    origin = note.text.split(b"\n", 1)[0].decode()
    signers = {(one.name, one.key_id) for one in note.signatures}
    for one in policy.logs:
        if one.verifier.name == origin and (origin, one.verifier.key_id) in signers:
            return one.verifier
    return None


def _reached(policy: Policy, cosigned: Mapping[str, Signature]) -> bool:
    """Evaluate the quorum; groups stand after their members, so one pass is enough."""
    done = set(cosigned)
    for group in policy.groups:
        if sum(name in done for name in group.members) >= group.threshold:
            done.add(group.name)
    return policy.quorum == NONE or policy.quorum in done


def _missing(policy: Policy, cosigned: Mapping[str, Signature]) -> str:
    lacking = [one.name for one in policy.witnesses if one.name not in cosigned]
    rule = next(
        (
            f"{group.threshold} of {len(group.members)} ({' '.join(group.members)})"
            for group in policy.groups
            if group.name == policy.quorum
        ),
        policy.quorum,
    )
    return (
        f"the quorum {policy.quorum} asks for {rule}; cosigned by "
        f"{', '.join(cosigned) or 'no witness'}, not by {', '.join(lacking) or 'any other'}"
    )


class _Reader:
    """What was read so far."""

    def __init__(self) -> None:
        self._logs: list[PolicyLog] = []
        self._witnesses: list[PolicyWitness] = []
        self._groups: list[PolicyGroup] = []
        self._quorum: str | None = None
        self._defined: dict[str, int] = {}
        self._member_of: dict[str, str] = {}
        self._keys: dict[bytes, int] = {}

    def take(self, number: int, words: list[str]) -> None:
        """Read one line.

        Raises:
            EvidenceError: when it is wrong.
        """
        try:
            match words:
                case ["log", vkey, *url] if len(url) < 2:
                    self._logs.append(PolicyLog(self._key(number, vkey, (ED25519,)), *url))
                case ["witness", name, vkey, *url] if len(url) < 2:
                    verifier = self._key(number, vkey, (COSIGNATURE, ML_DSA_44))
                    self._define(number, name)
                    self._witnesses.append(PolicyWitness(name, verifier, *url))
                case ["group", name, rule, first, *others]:
                    members = (first, *others)
                    self._groups.append(self._group(number, name, rule, members))
                case ["quorum", name]:
                    self._set_quorum(name)
                case _:
                    raise EvidenceError(
                        "expected 'log VKEY [URL]', 'witness NAME VKEY [URL]', 'group NAME "
                        "all|any|K MEMBER...' or 'quorum NAME|none'"
                    )
        except EvidenceError as error:
            raise EvidenceError(f"policy, line {number}: {_safe(str(error))}") from None

    def policy(self) -> Policy:
        """Give the whole.

        Raises:
            EvidenceError: when there is no quorum.
        """
        if self._quorum is None:
            raise EvidenceError("policy: no line 'quorum NAME' or 'quorum none'")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _key(self, number: int, vkey: str, kinds: tuple[int, ...]) -> Verifier:
        if not vkey.isprintable():
            raise EvidenceError("a key that is no UTF-8, or holds what cannot be seen")
        verifier = parse_vkey(vkey)
        if verifier.kind not in kinds:
            wanted = "01, of a log" if ED25519 in kinds else "04 or 06, of a witness"
            raise EvidenceError(f"key of type {verifier.kind:02x}, expected type {wanted}")
        before = self._keys.setdefault(verifier.public, number)
        if before != number:
            raise EvidenceError(f"the same public key stands on line {before}")
        return verifier

    def _define(self, number: int, name: str) -> None:
        if name == NONE:
            raise EvidenceError("the name 'none' is taken: it stands for no cosignature")
        before = self._defined.setdefault(name, number)
        if before != number:
            raise EvidenceError(f"the name {name!r} is defined on line {before} already")

    def _group(self, number: int, name: str, rule: str, members: tuple[str, ...]) -> PolicyGroup:
        for member in members:
            if member not in self._defined:
                raise EvidenceError(f"member {member!r} is not defined on a line before")
            if member in self._member_of:
                raise EvidenceError(f"{member!r} stands in group {self._member_of[member]!r} too")
            self._member_of[member] = name
        threshold = {"any": 1, "all": len(members)}.get(rule, 0)
        if _NUMBER.fullmatch(rule):
            threshold = int(rule)
        if not 1 <= threshold <= len(members):
            raise EvidenceError(f"{rule!r} is none of all, any, 1..{len(members)}")
        self._define(number, name)
        return PolicyGroup(name, threshold, members)

    def _set_quorum(self, name: str) -> None:
        if self._quorum is not None:
            raise EvidenceError("a second quorum; there is exactly one")
        if name != NONE and name not in self._defined:
            raise EvidenceError(f"{name!r} is not defined on a line before")
        self._quorum = name


def _safe(text: str) -> str:
    """Show octets that are no UTF-8 as numbers, so that a message can be printed anywhere."""
    return text.encode("utf-8", errors="backslashreplace").decode()
