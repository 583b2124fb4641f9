"""A bundle taken apart: its seal, its checkpoint, and the places of its entries in the log.

A bundle is one line of JSON, ``{"body":BODY,"seal":"SEAL"}`` and a line feed. The seal is the log's
Ed25519 signature over ``"truceline/bundle/v1" LF || SHA-256(BODY)``. So no byte can change unseen,
and nothing is parsed before the seal has been verified.

The body holds the log's checkpoint and, for each entry concerned, the proof of its place. An entry
is *open* (salt and record are here), *sealed* (only its place is proved) or *deleted* (lawfully,
under the decision that another entry holds). What entries bind by hash alone stands in ``contents``
and ``raw``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from truceline_check.formats import (
    PREFIX,
    Checkpoint,
    Key,
    Policy,
    Wrong,
    from_base64,
    open_checkpoint,
    parse,
    root_from,
    sha256,
    written,
)

FORMAT = "truceline-bundle/v1"
LARGEST = 1 << 28
"""Of a bundle. Unit: bytes."""
_HEAD, _MIDDLE, _TAIL = b'{"body":', b',"seal":"', b'"}\n'


@dataclass(frozen=True)
class Entry:
    """One entry of the log, its place proved."""

    index: int
    state: str
    """``open``, ``sealed`` or ``deleted``."""
    type: str
    """Type of its record; of a sealed entry as the mission says."""
    record: Mapping[str, Any]
    """Empty unless open."""
    why: str
    """Why it is not open, as the mission says."""
    sha256: str
    """Of the entry itself, by which a decision to delete it names it."""


@dataclass
class Report:
    """What came of a check."""

    body: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    entries: tuple[Entry, ...] = ()
    contents: Mapping[str, Any] = field(default_factory=dict)
    """SHA-256 to what was parsed of a content."""
    problems: list[str] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)

    @property
    def coarse(self) -> bool:
        """Tell whether it rests on what the public is told: a party gets the signatures besides."""
        return bool(self.body["audience"] != "cell")

    def of(self, *types: str) -> list[Entry]:
        """Give the entries of some types, in the order of the log."""
        return [entry for entry in self.entries if entry.type in types]

    def open(self, *types: str) -> list[Entry]:
        """Give those of them that are open."""
        return [entry for entry in self.of(*types) if entry.state == "open"]


def get(value: Any, name: str, kind: type, what: str) -> Any:
    """Give a field of a type.

    Raises:
        Wrong: when it is missing or of another type.
    """
    found = value.get(name) if isinstance(value, dict) else None
    if type(found) is not kind:
        raise Wrong(f"{what} has no {name!r} as it must have")
    return found


def unsealed(data: bytes, log: Key) -> Mapping[str, Any]:
    """Verify the seal and give the body.

    Raises:
        Wrong: when it is no bundle of this log, or any byte of it was changed.
    """
    if len(data) > LARGEST:
        raise Wrong(f"the file has more than {LARGEST} bytes; no bundle is so large")
    at = len(data) - len(_TAIL) - 88
    if not (data.startswith(_HEAD) and data.endswith(_TAIL) and data[:at].endswith(_MIDDLE)):
        raise Wrong("the file is no bundle: it does not begin and end as one")
    inside = data[len(_HEAD) : at - len(_MIDDLE)]
    seal = from_base64(data[at : -len(_TAIL)].decode("latin-1"), "the seal")
    log.verify(seal, b"truceline/bundle/v1\n" + sha256(inside), "the seal over the whole file")
    try:
        text = inside.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong(f"the file is no UTF-8 at byte {len(_HEAD) + error.start}") from None
    body: dict[str, Any] = parse(text, "the bundle", fractions=False)
    if written(body) != text:
        raise Wrong("the bundle is not written in the one canonical form")
    if get(body, "format", str, "the bundle") != FORMAT:
        raise Wrong(
            f"the bundle is of the form {body['format'][:40]!r}; this program reads {FORMAT}"
        )
    if get(body, "audience", str, "the bundle") not in ("cell", "party", "public"):
        raise Wrong("the bundle is neither for the cell, nor for a party, nor for the public")
    return body


def checkpoint_of(
    report: Report, log: Key, witnesses: tuple[Key, ...], policy: Policy | None
) -> Checkpoint:
    """Verify the checkpoint with the log's key and those of witnesses.

    Raises:
        Wrong: when it is of another log, or too few have cosigned it.
    """
    named = get(report.body, "log", dict, "the bundle")
    if (named.get("origin"), named.get("key_id")) != (log.name, log.key_id.hex()):
        raise Wrong(f"the bundle is of the log {named.get('origin')}, the key is of {log.name}")
    every = (*witnesses, *(policy.witnesses.values() if policy else ()))
    if any(key.public == log.public for key in every):
        raise Wrong("a witness has the log's own key: its cosignature says nothing of anyone else")
    found = open_checkpoint(get(report.body, "checkpoint", str, "the bundle"), log, every)
    report.proved.append(
        f"The log {log.name} signed a checkpoint over {found.size} entries, and the whole bundle"
    )
    for key in witnesses:
        if key not in found.cosigned:
            raise Wrong(f"the witness {key.name} has not cosigned this checkpoint")
    if policy is not None:
        if policy.logs and log not in policy.logs:
            raise Wrong(f"the policy does not name the log {log.name} with this key")
        if not policy.met(found.cosigned):
            names = ", ".join(sorted(key.name for key in found.cosigned)) or "nobody"
            raise Wrong(f"the policy asks for more witnesses than have cosigned: {names}")
        report.proved.append("Its checkpoint has the cosignatures that the policy asks for")
    for key, time_s in sorted(found.cosigned.items(), key=lambda pair: pair[0].name):
        moment = datetime.fromtimestamp(min(time_s, 2**37), UTC).isoformat()
        report.proved.append(f"The witness {key.name} cosigned the checkpoint at {moment}")
    if not found.cosigned:
        report.said.append(
            "That the mission shows everybody this one history: no witness that you trust has "
            "cosigned the checkpoint"
        )
    return found


def entries_of(report: Report, openings: Mapping[int, tuple[str, str]]) -> tuple[Entry, ...]:
    """Prove the place of each entry and open those whose salt and record are here.

    Raises:
        Wrong: when one is not in the log, or holds another record than was logged.
    """
    found: list[Entry] = []
    for plain in get(report.body, "entries", list, "the bundle"):
        entry = _entry(plain, report.checkpoint, openings)
        if found and entry.index <= found[-1].index:
            raise Wrong(f"entry {entry.index} does not come in the order of the log, or twice")
        found.append(entry)
    opened = sum(entry.state == "open" for entry in found)
    report.proved.append(
        f"{len(found)} entries stand in the log at their places; {opened} of them are open here "
        "and say what they said when they were logged"
    )
    report.withheld += [
        f"Entry {entry.index} ({entry.type}) is {entry.state}: {entry.why}"
        for entry in found
        if entry.state != "open"
    ]
    return tuple(found)


def _entry(
    plain: Any, checkpoint: Checkpoint | None, openings: Mapping[int, tuple[str, str]]
) -> Entry:
    index = get(plain, "index", int, "an entry")
    what = f"entry {index}"
    state = get(plain, "state", str, what)
    if state not in ("open", "sealed", "deleted"):
        raise Wrong(f"{what} is {state[:20]!r}, and not open, sealed or deleted")
    commitment = from_hex(get(plain, "commitment", str, what), what)
    proof = [
        _sized(from_base64(str(h), f"a hash of {what}"), what)
        for h in get(plain, "hashes", list, what)
    ]
    assert checkpoint is not None
    if root_from(index, checkpoint.size, PREFIX + commitment, proof) != checkpoint.root:
        raise Wrong(f"{what} is not in the log: its proof does not lead to the checkpoint")
    digest = sha256(PREFIX + commitment).hex()
    salt, text = openings.get(index, ("", ""))
    if state == "open":
        salt, text = get(plain, "salt", str, what), get(plain, "record", str, what)
    elif not text:
        kind, why = get(plain, "type", str, what), get(plain, "why", str, what)
        return Entry(index, state, kind, {}, why, digest)
    if sha256(from_hex(salt, what) + text.encode()) != commitment:
        raise Wrong(f"{what} does not hold this record: record or salt were changed")
    record = parse(text, what)
    if written(record) != text:
        raise Wrong(f"the record of {what} is not in the one canonical form")
    return Entry(index, "open", get(record, "type", str, what), record, "", digest)


def from_hex(text: str, what: str) -> bytes:
    """Read a hash or salt of 32 bytes.

    Raises:
        Wrong: when it is none.
    """
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if data.hex() != text:
        raise Wrong(f"salt or commitment of {what} are not 64 hexadecimal digits")
    return _sized(data, what)


def _sized(data: bytes, what: str) -> bytes:
    if len(data) != 32:
        raise Wrong(f"a hash, salt or commitment of {what} has not 32 bytes")
    return data
