"""The mission's side of witnesses: ask them, keep what they cosign, say whether it is enough.

What witnesses cosigned stands in two places: under ``log/checkpoint`` as long as the log does not
grow, and for ever in ``cosigned/<size>.checkpoint``, from which a proof for any older entry can be
made that bears cosignatures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from truceline.errors import EvidenceError, SourceError, WorkspaceError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint
from truceline.evidence.durable import Disk, put_files
from truceline.evidence.layout import CHECKPOINT
from truceline.evidence.log import Log
from truceline.evidence.note import (
    Note,
    Signature,
    Verifier,
    alone_signed,
    format_note,
    open_note,
    parse_note,
    parse_signatures,
)
from truceline.evidence.policy import Policy, PolicyReport, PolicyWitness, satisfied
from truceline.evidence.tiles import TileReader
from truceline.evidence.witness_memory import file_lock
from truceline.evidence.witness_request import CONFLICT, Answer, format_request, size_stated

COSIGNED: Final = "cosigned"
"""Folder of the checkpoints that witnesses have cosigned."""
PRIVATE_END: Final = ".private"
"""End of the name of the folder with what is private about a log by itself."""
_PATIENCE_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Pauses in which another process may finish its append. Unit: s."""

Ask = Callable[[str, bytes], Answer]
"""Posts a request to the witness at an address; ``transport.witness_client.add_checkpoint``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking one witness."""

    name: str
    """Of the witness, in the policy."""
    time_s: int | None
    """Of its cosignature; ``None`` where there is none. Unit: s since 1970-01-01 UTC."""
    problem: str
    """Why there is none, as a sentence; empty where there is."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of asking all witnesses."""

    checkpoint: Checkpoint
    asked: tuple[Asked, ...]
    report: PolicyReport
    """What the policy says of the checkpoint with all cosignatures that are here."""
    published: bool
    """Whether they stand under the log's latest checkpoint; false where it has grown meanwhile."""
    path: Path
    """Where the cosigned checkpoint is kept."""


def collect(root: Path, policy: Policy, urls: Mapping[str, str], ask: Ask) -> Collected:
    """Have the newest checkpoint of a log cosigned and keep what comes back.

    Args:
        root: folder of the workspace, or of a log by itself.
        policy: names the log and the witnesses.
        urls: name of a witness in the policy to its address, over what the policy says.
        ask: posts a request.

    Raises:
        WorkspaceError: when there is no log, or another process does not end its append.
        EvidenceError: when no log of the policy has signed the checkpoint, a tile is broken,
            another history was cosigned before, or ``urls`` names a witness that the policy does
            not have.
        OSError: when the disk refuses.
    """
    unknown = urls.keys() - {one.name for one in policy.witnesses}
    if unknown:
        raise EvidenceError(f"the policy has no witness {', '.join(sorted(unknown))}")
    log = _opened(root)
    kept = log.openings_dir.parent / COSIGNED
    note = log.checkpoint_text().encode()
    before = satisfied(policy, note)
    if before.log is None or before.checkpoint is None:
        raise EvidenceError(f"{root}: {before.problem}; the policy is not one of this log")
    checkpoint = before.checkpoint
    _require_one_history(kept / f"{checkpoint.size}.checkpoint", note)
    asked, signatures = [], []
    subtree = _subtree(log.log_dir, checkpoint)
    for witness in policy.witnesses:
        url = urls.get(witness.name, witness.url)
        if not url or not witness.verifier.verifiable:
            said = "no address is known" if not url else "its kind of key cannot be verified here"
            asked.append(Asked(witness.name, None, said))
            continue
        guess = _last_size(kept, witness.verifier)
        one, signature = _ask(witness, url, note, (checkpoint, subtree, guess), ask)
        asked.append(one)
        if signature is not None:
            signatures.append(signature)
    path = _keep(kept, note, signatures)
    published = _publish(log, parse_note(note).text, signatures)
    report = satisfied(policy, path.read_bytes() if path.exists() else note)
    return Collected(checkpoint, tuple(asked), report, published, path)


def keep(root: Path, policy: Policy, note: bytes) -> PolicyReport:
    """Keep a checkpoint that parties have cosigned without a server, of this size or an older one.

    Args:
        root: folder of the workspace, or of a log by itself.
        policy: names the log and the witnesses.
        note: the checkpoint with the log's line and theirs.

    Returns:
        What the policy says of it with all cosignatures that are here.

    Raises:
        WorkspaceError: when there is no log, or another process does not end its append.
        EvidenceError: when a signature does not hold, no witness of the policy has cosigned, or the
            log does not continue the checkpoint.
        OSError: when the disk refuses.
    """
    log = _opened(root)
    given = satisfied(policy, note)
    if given.checkpoint is None or given.log is None or not given.cosigned:
        raise EvidenceError(given.problem or "no witness of the policy has cosigned it")
    newest = log.checkpoint()
    older = TileReader(log.log_dir, newest.size)
    size = given.checkpoint.size
    if size > newest.size or (size and older.subtree(0, size) != given.checkpoint.root):
        raise EvidenceError(
            f"the log of {newest.size} entries does not continue this checkpoint of {size}: the "
            "log was set back or written anew; keep both"
        )
    kept = log.openings_dir.parent / COSIGNED
    _require_one_history(kept / f"{size}.checkpoint", note)
    signatures = list(given.cosigned.values())
    alone = alone_signed(note, given.log)  # lines of strangers are not kept
    path = _keep(kept, alone, signatures)
    _publish(log, parse_note(note).text, signatures)
    return satisfied(policy, path.read_bytes())


def _opened(root: Path) -> Log:
    """Open the log of a workspace, or one by itself, whose private part lies beside it.

    Raises:
        WorkspaceError: when there is neither.
        EvidenceError: when the checkpoint is broken.
    """
    if (root / CHECKPOINT).is_file():
        return Log.open(root.with_name(f"{root.name}{PRIVATE_END}"), log_dir=root)
    return Log.open(root)


def _require_one_history(path: Path, note: bytes) -> None:
    """Refuse where witnesses have cosigned another checkpoint of this size.

    Raises:
        EvidenceError: when they have.
    """
    if path.exists() and parse_note(path.read_bytes()).text != parse_note(note).text:
        raise EvidenceError(
            f"{path}: witnesses have cosigned another log of this size; the log was set back and "
            "written anew. Keep both checkpoints: `truceline evidence compare` makes a proof of it."
        )


def _ask(
    witness: PolicyWitness,
    url: str,
    note: bytes,
    of: tuple[Checkpoint, merkle.Subtree, int],
    ask: Ask,
) -> tuple[Asked, Signature | None]:
    """Ask one witness, once more with the size that it has where the guess was wrong."""
    checkpoint, subtree, guess = of
    try:
        answer = ask(url, _request(guess, note, checkpoint, subtree))
        if answer.status == CONFLICT:
            size = size_stated(answer)
            if size > checkpoint.size:
                said = (
                    f"it has cosigned {size} entries of this log, here are {checkpoint.size}: this "
                    "copy was set back, or the log has shown another history"
                )
                return Asked(witness.name, None, said), None
            answer = ask(url, _request(size, note, checkpoint, subtree))
        if not answer.granted:
            why = answer.body.decode("utf-8", errors="replace").strip()[:300]
            said = f"it refused: HTTP {answer.status}, {_printable(why)}"
            return Asked(witness.name, None, said), None
        signature = _verified(witness.verifier, note, answer.body)
    except (EvidenceError, SourceError) as error:
        return Asked(witness.name, None, str(error)), None
    return Asked(witness.name, signature.time_s, ""), signature


def _verified(verifier: Verifier, note: bytes, lines: bytes) -> Signature:
    """Give the cosignature of a witness from its answer.

    Raises:
        EvidenceError: when there is none that verifies.
    """
    text = parse_note(note).text
    answered = Note(text, parse_signatures(lines))
    found = open_note(format_note(answered), [verifier]).signatures[0]
    if found.time_s == 0:
        raise EvidenceError(f"the cosignature of {verifier.name} bears no time")
    return found


def _request(old: int, note: bytes, checkpoint: Checkpoint, subtree: merkle.Subtree) -> bytes:
    proof = merkle.consistency_proof(old, checkpoint.size, subtree) if old else []
    return format_request(old, proof, note)


def _subtree(log_dir: Path, checkpoint: Checkpoint) -> merkle.Subtree:
    """Give the hashes of a log's tree, whose root was compared with its checkpoint.

    Raises:
        EvidenceError: when tiles are missing or are those of another log.
    """
    reader = TileReader(log_dir, checkpoint.size)
    if reader.root() != checkpoint.root:
        raise EvidenceError(
            f"{log_dir}: the tiles are not those of the checkpoint of {checkpoint.size} entries; "
            "verify the log"
        )
    return reader.subtree


def growth_proof(log_dir: Path, old: int, checkpoint: Checkpoint) -> list[bytes]:
    """Compute from the tiles of a log that a checkpoint continues an older size.

    Args:
        log_dir: folder with ``tile``; a published copy will do.
        old: older size, at most that of the checkpoint.
        checkpoint: whose signature was verified.

    Raises:
        EvidenceError: when tiles are missing, or are not those of the checkpoint.
    """
    subtree = _subtree(log_dir, checkpoint)
    if not 0 < old < checkpoint.size:
        return []
    return merkle.consistency_proof(old, checkpoint.size, subtree)


def log_folder(path: Path) -> Path:
    """Give the folder with ``checkpoint`` and ``tile``: the one named, or ``log`` in a workspace.

    Raises:
        WorkspaceError: when neither holds a log.
    """
    for folder in (path, path / "log"):
        if (folder / CHECKPOINT).is_file() or (folder / "tile").is_dir():
            return folder
    raise WorkspaceError(f"{path} holds no log: no 'checkpoint' and no 'tile', nor in 'log'")


def newest_cosigned(root: Path, policy: Policy) -> bytes | None:
    """Give the newest checkpoint that counts under a policy; ``None`` where none does.

    Raises:
        WorkspaceError: when there is no log.
    """
    log = _opened(root)
    candidates = [log.checkpoint_text().encode()]
    candidates += [path.read_bytes() for path in reversed(_kept(log.openings_dir.parent))]
    found = [(r.checkpoint.size, n) for n in candidates if (r := satisfied(policy, n)).ok
             and r.checkpoint is not None]  # fmt: skip
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _kept(root: Path) -> list[Path]:
    """List the cosigned checkpoints that are kept, by size."""
    sized = (
        (int(path.stem), path)
        for path in (root / COSIGNED).glob("*.checkpoint")
        if path.stem.isascii() and path.stem.isdigit()
    )
    return [path for _, path in sorted(sized)]


def _last_size(kept: Path, witness: Verifier) -> int:
    """Guess what a witness has cosigned last, from what is kept here."""
    for path in reversed(_kept(kept.parent)):
        try:
            open_note(path.read_bytes(), [witness])
        except EvidenceError:
            continue
        return int(path.stem)
    return 0


def _keep(kept: Path, note: bytes, signatures: Sequence[Signature]) -> Path:
    """Keep a checkpoint with its cosignatures, those kept before included."""
    text = parse_note(note).text
    size = int(text.split(b"\n")[1])
    path = kept / f"{size}.checkpoint"
    if not signatures:
        return path
    kept.mkdir(exist_ok=True)
    with file_lock(kept / ".lock"):
        lines = [*parse_note(note).signatures]
        if path.exists() and parse_note(path.read_bytes()).text == text:
            lines += parse_note(path.read_bytes()).signatures
        # of one key the newest line counts, and Python keeps the place of the first
        by_key = {(one.name, one.key_id): one for one in (*lines, *signatures)}
        put_files(Disk(), {path: format_note(Note(text, tuple(by_key.values())))})
    return path


def _publish(log: Log, text: bytes, signatures: Sequence[Signature]) -> bool:
    """Put cosignatures under the log's checkpoint; another process may be appending just now.

    Raises:
        WorkspaceError: when it does not come to its end.
    """
    if not signatures:
        return False
    for pause in _PATIENCE_S:
        try:
            return log.add_signatures(text, signatures)
        except WorkspaceError:
            time.sleep(pause)
    return log.add_signatures(text, signatures)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def opened_by(note: bytes, logs: Sequence[Verifier]) -> tuple[Checkpoint, Verifier]:
    """Give a checkpoint and the log that has signed it.

    Raises:
        EvidenceError: when none has.
    """
    said = "no public key of a log was given"
    for log in logs:
        try:
            return open_checkpoint(note, log)[0], log
        except EvidenceError as error:
            said = str(error)
    raise EvidenceError(said)
