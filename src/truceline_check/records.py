"""What the records of a bundle say, held against one another, against contents and signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from truceline_check.bundle import Entry, Report, checkpoint_of, entries_of, from_hex, get, unsealed
from truceline_check.formats import (
    Key,
    Policy,
    Wrong,
    from_base64,
    parse,
    sha256,
    verify_person,
    written,
)

_OF_FINDING = ("finding.made", "finding.step", "finding.released")
_CLOCK_S = 3600
"""How far the mission's clock may run ahead of a witness's. Unit: s."""


def check(
    data: bytes,
    log: Key,
    witnesses: Iterable[Key] = (),
    policy: Policy | None = None,
    openings: Mapping[int, tuple[str, str]] | None = None,
) -> Report:
    """Check everything that can be checked about a bundle.

    Args:
        data: the file.
        log: public key of the log, from elsewhere than the bundle.
        witnesses: keys whose cosignature must be there, every one.
        policy: which witnesses are enough.
        openings: salt and record of entries that were handed to you apart, by leaf index.
    """
    report = Report()
    try:
        report.body = unsealed(data, log)
        report.checkpoint = checkpoint_of(report, log, tuple(witnesses), policy)
        report.entries = entries_of(report, openings or {})
    except Wrong as wrong:  # without these, nothing else means anything
        report.problems.append(str(wrong))
        return report
    for part in (
        _subject,
        _agreement,
        _contents,
        _steps,
        _raw,
        _rows,
        _release,
        _deletions,
        _times,
    ):
        try:
            part(report)
        except Wrong as wrong:
            report.problems.append(str(wrong))
        except (TypeError, ValueError, KeyError, AttributeError):
            # a record may hold anything, such as a list where a name must stand
            report.problems.append(f"a record has not the form of its type ({part.__name__[1:]})")
    return report


def _subject(report: Report) -> None:
    """See that everything is about the one finding and its incident."""
    finding = get(report.body, "finding", str, "the bundle")
    incident = finding.partition("/")[0]
    for entry in report.open(*_OF_FINDING):
        if entry.record.get("finding_id") != finding:
            raise Wrong(
                f"entry {entry.index} is about {entry.record.get('finding_id')}, another finding"
            )
    for entry in report.open("incident.revised", "incident.lineage"):
        if incident not in (entry.record.get("incident_id"), entry.record.get("other")):
            raise Wrong(f"entry {entry.index} is about another incident than {incident}")
    revisions = [
        get(e.record, "revision", int, f"entry {e.index}") for e in report.open("incident.revised")
    ]
    if revisions != sorted(set(revisions)):
        raise Wrong("the revisions of the incident do not follow one another")
    for entry in report.open("finding.made", "finding.step"):
        if revisions and entry.record.get("incident_revision") not in revisions:
            raise Wrong(f"entry {entry.index} rests on a revision that the bundle does not hold")
    if not report.of("finding.made"):
        raise Wrong("the bundle holds no entry that made the finding")


def _agreement(report: Report) -> None:
    """Compute the agreement's digest from the hashes of its files."""
    begun = report.open("workspace.created")
    if len(begun) != 1:
        raise Wrong("the bundle does not hold the one entry that began the log")
    what = "the entry that began the log"
    total = hashlib.sha256()
    for name, digest in sorted(get(begun[0].record, "agreement_files", dict, what).items()):
        total.update(name.encode() + b"\0" + from_hex(str(digest), what))
    digest = get(begun[0].record, "agreement_sha256", str, what)
    if total.hexdigest() != digest:
        raise Wrong("the agreement's digest is not that of its files")
    used = get(get(report.body, "agreement", dict, "the bundle"), "sha256", str, "the agreement")
    if used == digest:
        report.proved.append(f"The agreement is that with which the log began: {digest}")
    else:
        report.said.append(f"That the agreement {used} was in force; the log began with {digest}")


def _contents(report: Report) -> None:
    """Hold every content against the entry that binds its hash."""
    bound: dict[str, str] = {}
    for entry in report.open("workspace.created"):
        files = get(entry.record, "agreement_files", dict, "the entry that began the log")
        bound |= {str(digest): f"agreement/{name}" for name, digest in files.items()}
    for entry in report.open("incident.revised", "finding.made", "finding.step"):
        what = f"{entry.type} of entry {entry.index}"
        bound[get(entry.record, "sha256", str, what)] = what
    versions = {e.record.get("version"): e for e in report.open("calibration.made")}
    held: dict[str, Any] = {}
    for entry in report.open("finding.step", "finding.seen"):
        if "finding" in entry.record or entry.type == "finding.seen":  # older steps hold it
            what = f"{entry.type} of entry {entry.index}"
            seen = get(entry.record, "finding", dict, what)
            digest = sha256(written(seen).encode()).hex()
            if digest != entry.record.get("sha256"):
                raise Wrong(f"{what} holds another finding than it names by hash")
            held[digest] = seen
    for plain in get(report.body, "contents", list, "the bundle"):
        name = get(plain, "name", str, "a content")
        text = get(plain, "text", str, name)
        digest = sha256(text.encode()).hex()
        if digest not in bound and digest[:16] not in versions:
            raise Wrong(f"no entry of the bundle binds the content {name[:60]!r}")
        in_json = not bound.get(digest, "").startswith("agreement/")
        held[digest] = parse(text, name) if in_json else text
    report.contents = held
    if held:
        report.proved.append(f"{len(held)} contents have the hashes that were logged for them")
    missing = sum(digest not in held for digest in bound)
    if missing:
        report.withheld.append(f"{missing} contents are known by their hashes only")


def _steps(report: Report) -> None:
    """Check who signed what, and that the steps follow one another."""
    before: tuple[Any, ...] = (0, "")
    for entry in report.open("finding.step"):
        what = f"the step of entry {entry.index}"
        step = entry.record
        at = (get(step, "number", int, what), _moment(get(step, "time", str, what), what))
        if not (at[0] > before[0] and (before[1] == "" or at[1] >= before[1])):
            raise Wrong(f"{what} does not follow the step before it")
        before = at
        seen = report.contents.get(get(step, "sha256", str, what), step)
        if any(seen.get(name) != step.get(name) for name in ("finding_id", "incident_revision")):
            raise Wrong(f"{what} holds a finding other than it is about")
        _signature(report, entry, what)
        _follows(report, entry, what)
    _confirmations(report)


def _follows(report: Report, entry: Entry, what: str) -> None:
    """Check that no step was left out before this one: each names the one before it, and is signed."""
    earlier = [e for e in report.of("finding.step") if e.index < entry.index]
    detail = entry.record.get("detail")
    named = detail.get("follows") if isinstance(detail, dict) else None
    if earlier and earlier[-1].state != "open":
        return  # what it names cannot be seen
    both = [entry, *earlier[-1:]]
    if not all(isinstance(e.record.get("signature"), dict) for e in both):
        return  # of a version that signed nothing
    left_out = ("type", "number", "finding")
    last = earlier[-1].record if earlier else {}
    held = written({name: value for name, value in last.items() if name not in left_out})
    digest = hashlib.sha256(b"truceline/finding.step/follows/v1\n" + held.encode()).hexdigest()
    if named != (digest if earlier else None):
        raise Wrong(f"{what} names a step before it that the bundle leaves out")


def _statement(step: Mapping[str, Any]) -> bytes:
    """Give the bytes that were signed for a step."""
    unsigned = ("type", "number", "signature", "finding")
    message = written({name: value for name, value in step.items() if name not in unsigned})
    return b"truceline/finding.step/v1\n" + message.encode()


def _signature(report: Report, entry: Entry, what: str) -> None:
    """Check a step's signature with the key that was recorded for its person at that time."""
    step, signature = entry.record, entry.record.get("signature")
    who, person = (
        f"{step.get('step')} by {step.get('person')} (entry {entry.index})",
        step.get("person_id"),
    )
    registered = [e for e in report.of("person.recorded") if e.index < entry.index]
    before = [e.record for e in report.open("finding.step") if e.index < entry.index]
    if not isinstance(signature, dict):
        if registered or any("signature" in other for other in before):
            raise Wrong(f"{what} is not signed, though steps were signed by then")
        report.said.append(f"{who}: not signed; only the log says so")
        return
    verify_person(signature, _statement(step), what)
    # the last version of this person, unless a sealed one came later, which may be theirs
    known = [e for e in registered if e.state != "open" or e.record.get("person_id") == person]
    if not person and not registered:
        report.said.append(
            f"{who}: signed with a key of the system, for a name that nobody registered"
        )
    elif person and known and known[-1].state != "open":
        report.said.append(
            f"{who}: signed with a key that is said to be theirs; its record is withheld"
        )
    else:
        _own_key(step, signature, known[-1].record if known else {}, what)
        own = signature["kept_by"] == "person"
        kept = "the person's own key" if own else "the key that the system keeps for this person"
        report.proved.append(f"{who}: signed with {kept}")
        if not own:
            report.said.append(
                f"{who}: that it was this person who acted, and not the system for them"
            )


def _own_key(
    step: Mapping[str, Any], signature: Mapping[str, Any], known: Mapping[str, Any], what: str
) -> None:
    key = known.get("key")
    if not isinstance(key, dict) or known.get("disabled"):
        raise Wrong(f"{what} is of {step.get('person_id')}, for whom no key was recorded before it")
    if any(key.get(name) != signature.get(name) for name in ("kind", "public", "kept_by")):
        raise Wrong(
            f"{what} is signed by another key than was recorded for {step.get('person_id')}"
        )
    about = (("name", "person"), ("nationality", "nationality"))
    if any(known.get(recorded) != step.get(told) for recorded, told in about):
        raise Wrong(
            f"{what} gives {step.get('person_id')} another name or nationality than recorded"
        )


def _confirmations(report: Report) -> None:
    """See that the status follows from the steps and from the rule that the mission names."""
    case = get(report.body, "case", dict, "the bundle")
    status, rule = get(case, "status", str, "the case"), case.get("review")
    released = report.open("finding.released")
    if report.coarse and released:
        steps = [dict(step) for step in get(released[-1].record, "steps", list, "the release")]
        case = get(released[-1].record, "case", dict, "the release")
        if (case.get("status"), case.get("review")) != (status, rule):
            raise Wrong("the bundle gives another status than was released")
    else:
        steps = [
            {**e.record, "who": _who(e), "seen": e.record.get("sha256")}
            for e in report.open("finding.step")
        ]
    follows = status_of(steps, rule)
    if follows != status:
        raise Wrong(
            f"the finding is said to be {status}; by its steps and the rule it is {follows}"
        )
    every, opened = report.of("finding.step"), report.open("finding.step")
    if len(opened) < len(every):
        some = f"{len(every) - len(opened)} of the {len(every)}" if opened else "these"
        report.said.append(
            f"That these persons took {some} steps: their places are proved, they are sealed"
        )
    elif every:
        report.proved.append(f"By its steps and the rule that the mission names, it is {status}")
        report.said.append(
            "That this is the rule: compare it with the section review of procedure.yaml"
        )


def _who(step: Entry) -> str:
    return str(step.record.get("person_id") or str(step.record.get("person")).casefold())


def status_of(steps: Iterable[Mapping[str, Any]], rule: Any) -> str:
    """Say where a finding stands: a small machine over what persons did, in order.

    Args:
        steps: each with ``step``, ``who``, ``nationality`` and ``seen`` (which content was signed).
        rule: ``confirmations``, ``nationalities``, ``own_nationals``, ``of_parties`` and
            ``review_first``; null where the agreement has none, and one person's word is enough.

    Raises:
        Wrong: when the rule is none.
    """
    status, seen, signed = "preliminary", None, {}
    for step in steps:
        kind, who = step.get("step"), step.get("who")
        seen = step.get("seen") if seen is None else seen
        if kind == "reviewed" and status == "preliminary":
            status = "reviewed"
        elif kind == "confirmed" and rule is None:
            status = "confirmed" if status != "final" else status
        elif kind == "confirmed" and status in ("preliminary", "reviewed"):
            if step.get("seen") != seen or (
                get(rule, "review_first", bool, "the rule") and status != "reviewed"
            ):
                continue
            signed[str(who)] = str(step.get("nationality") or "")
            status = "confirmed" if _enough(signed.values(), rule) else status
        elif kind == "rejected" and status != "final":
            status, signed = "rejected", {}
        elif kind == "final" and status == "confirmed":
            status = "final"
        elif kind in ("graded", "attributed") and status in ("preliminary", "reviewed"):
            signed = {}  # they signed something else
        elif kind == "reopened":
            status, seen, signed = "preliminary", step.get("seen"), {}
    return status


def _enough(nations: Iterable[str], rule: Any) -> bool:
    own, parties = (
        get(rule, "own_nationals", bool, "the rule"),
        get(rule, "of_parties", list, "the rule"),
    )
    needed, different = (
        get(rule, name, int, "the rule") for name in ("confirmations", "nationalities")
    )
    counting = [n for n in nations if (own or n not in parties) and (n or (own and not different))]
    return bool(len(counting) >= needed and len(set(filter(None, counting))) >= different)


def _raw(report: Report) -> None:
    """Hold raw files against the entries that say when they were received."""
    received = {e.record.get("sha256"): e for e in report.open("raw.received")}
    made = max((e.index for e in report.of("finding.made")), default=0)
    if any(e.index > made for e in report.of("raw.received")):
        raise Wrong("a raw file was received after the finding was made that is said to rest on it")
    files = get(report.body, "raw", list, "the bundle")
    whole = 0
    for plain in files:
        digest, size = (
            get(plain, "sha256", str, "a raw file"),
            get(plain, "size", int, "a raw file"),
        )
        entry = received.get(digest)
        if entry is None or entry.record.get("size") != size:
            raise Wrong(f"no open entry says that the raw file {digest[:16]} was received")
        if "base64" in plain:
            data = from_base64(get(plain, "base64", str, "a raw file"), f"raw file {digest[:16]}")
            if sha256(data).hex() != digest or len(data) != size:
                raise Wrong(f"the raw file {digest[:16]} is not what was received")
            whole += 1
        else:
            why = get(plain, "withheld", str, "a raw file")
            report.withheld.append(f"The bytes of raw file {digest[:16]}: {why}")
    if files:
        report.proved.append(
            f"{len(files)} raw files were received before the finding was made; the bytes of {whole} "
            "are here and are what was received"
        )


def _rows(report: Report) -> None:
    """See that the rows behind the incident lie inside their raw files."""
    sizes = {e.record.get("sha256"): e.record.get("size") for e in report.open("raw.received")}
    contents = [
        report.contents.get(str(e.record.get("sha256"))) for e in report.open("incident.revised")
    ]
    members = {
        tuple(member[:2])
        for content in contents
        if isinstance(content, dict)
        for member in get(content, "members", list, "the incident")
        if isinstance(member, list) and all(isinstance(word, str) for word in member[:2])
    }
    held = set()
    for plain in get(report.body, "rows", list, "the bundle"):
        what = f"the row of {plain.get('observation_id')}" if isinstance(plain, dict) else "a row"
        key = (get(plain, "observation_id", str, what), get(plain, "version", str, what))
        start, length = get(plain, "offset", int, what), get(plain, "length", int, what)
        size = sizes.get(get(plain, "raw_sha256", str, what))
        if key not in members or not isinstance(size, int):
            raise Wrong(
                f"{what} is of no member of the incident, or of no raw file that was received"
            )
        if start < 0 or length < 0 or start + length > size:
            raise Wrong(f"{what} lies outside of its raw file")
        held.add(key)
    if report.body["audience"] == "cell" and members - held:
        lost = len(members - held)
        report.withheld.append(
            f"The rows of {lost} observations are not here: deleted, or withheld"
        )
    if held:
        report.proved.append(f"{len(held)} rows lie inside the raw files that were received")
        report.said.append(
            "That these rows were read rightly: what they mean is the mission's reading"
        )


def _release(report: Report) -> None:
    """See that a coarse bundle tells what the log says was released, and nothing else."""
    if not report.coarse:
        return
    released = report.open("finding.released")
    if not released:
        raise Wrong("a bundle for the public or a party holds no entry that released the finding")
    places = {entry.index: entry for entry in report.entries}
    numbers: set[tuple[str, str, str]] = set()
    for plain in get(released[-1].record, "steps", list, "the release"):
        index = get(plain, "index", int, "a step of the release")
        entry = places.get(index)
        if entry is None or entry.type != "finding.step" or index > released[-1].index:
            raise Wrong(
                f"the release tells of a step at entry {index}, which the bundle does not hold"
            )
        if entry.record and any(
            entry.record.get(n) != plain.get(n) for n in ("step", "nationality")
        ):
            raise Wrong(f"the release tells entry {index} otherwise than it was logged")
        if entry.record:
            numbers.add(("who", str(plain.get("who")), _who(entry)))
            numbers.add(("seen", str(plain.get("seen")), str(entry.record.get("sha256"))))
    if not len(numbers) == len({n[:2] for n in numbers}) == len({n[::2] for n in numbers}):
        raise Wrong("the release counts persons, or what they signed, otherwise than was logged")
    told = {plain["index"] for plain in released[-1].record["steps"]}
    if {e.index for e in report.of("finding.step")} - told:
        raise Wrong("the release does not tell of every step that the bundle holds")
    report.proved.append(
        "What the public is told was logged before, and cannot be told otherwise since"
    )


def _deletions(report: Report) -> None:
    """See that a lawful deletion has its decision, which the public may know of only that it is."""
    decided = {
        (e.record.get("index"), e.record.get("entry_sha256")) for e in report.open("entry.deleted")
    }
    for entry in report.entries:
        lawful = (entry.index, entry.sha256) in decided or report.coarse
        if entry.state == "deleted" and not lawful:
            raise Wrong(
                f"entry {entry.index} is said to be deleted lawfully, and no decision is here"
            )


def _times(report: Report) -> None:
    """See that no record is dated after a witness saw it."""
    assert report.checkpoint is not None
    for key, time_s in report.checkpoint.cosigned.items():
        for entry in report.entries:
            text = entry.record.get("time") or entry.record.get("received")
            if isinstance(text, str) and _moment(text, f"entry {entry.index}") > time_s + _CLOCK_S:
                raise Wrong(f"entry {entry.index} is dated after {key.name} saw it: {text}")


def _moment(text: str, what: str) -> float:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise Wrong(f"{what} bears no time that can be read: {text[:40]!r}") from None
