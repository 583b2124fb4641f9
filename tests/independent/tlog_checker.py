"""A second reading of the specifications: checks a tlog-tiles log without a line of Truceline.

Written from RFC 6962, RFC 9162 and the C2SP texts (signed-note, tlog-checkpoint, tlog-cosignature,
tlog-tiles, tlog-witness, tlog-proof) alone, so that a mistake in reading them does not stand twice.
"""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = "\N{EM DASH} "
LOG, COSIGNER = 1, 4
TILE = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class RefusedError(Exception):
    """What was read is not what the specifications allow."""


def need(holds: object, why: str) -> None:
    """Go on only where it holds."""
    if not holds:
        raise RefusedError(why)


def b64(text: str, length: int | None = None) -> bytes:
    """Bytes of standard base64 in its one canonical form."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise RefusedError(f"not base64: {text[:80]!r}") from error
    need(base64.b64encode(data).decode() == text, f"base64 is not canonical: {text[:80]!r}")
    need(length is None or len(data) == length, f"{len(data)} bytes, not {length}: {text[:80]!r}")
    return data


def decimal(text: str, below: int = 1 << 64) -> int:
    """A number in decimal, ASCII digits, no leading zeros."""
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text), f"not a decimal number: {text[:80]!r}")
    need(int(text) < below, f"too large: {text}")
    return int(text)


# --- keys and notes -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Key:
    """One key as a vkey names it."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(
            self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        ).digest()[:4]

    def __str__(self) -> str:
        coded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{coded}"

    def accepts(self, text: bytes, signature: bytes) -> int | None:
        """Time of a cosignature (0 for a log's signature); None where it does not verify."""
        time, message = 0, text
        if self.kind == COSIGNER:
            if len(signature) != 72 or signature[0] > 127:
                return None
            time = int.from_bytes(signature[:8], "big")
            message, signature = b"cosignature/v1\ntime %d\n" % time + text, signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return None
        return time


def read_key(vkey: str) -> Key:
    """The key that a vkey names, if its own hash is right."""
    parts = vkey.split("+", 2)
    need(len(parts) == 3 and re.fullmatch("[0-9a-f]{8}", parts[1]), f"not a vkey: {vkey!r}")
    data = b64(parts[2], 33)
    key = Key(parts[0], data[0], data[1:])
    need(good_name(key.name) and key.kind in {LOG, COSIGNER}, f"name or kind of key: {vkey!r}")
    need(key.id.hex() == parts[1], f"the key has another id: {vkey!r}")
    return key


def good_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(mark.isspace() for mark in name)


def public_key(name: str, seed: bytes, kind: int) -> Key:
    """The key of a seed, under a name."""
    return Key(
        name, kind, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    )


def sign(text: str, name: str, seed: bytes, time: int | None = None) -> str:
    """Signature line over a note's text: a log's, or with a time a witness's."""
    prefix = "" if time is None else f"cosignature/v1\ntime {time}\n"
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign((prefix + text).encode())
    stamp = b"" if time is None else struct.pack(">Q", time)
    key = public_key(name, seed, LOG if time is None else COSIGNER)
    return f"{DASH}{name} {base64.b64encode(key.id + stamp + signature).decode()}\n"


def signature_lines(lines: str) -> Iterator[tuple[str, bytes]]:
    """(name, key id and signature) of each line."""
    need(lines.endswith("\n"), "signature lines do not end in a newline")
    for line in lines[:-1].split("\n"):
        need(line.startswith(DASH), f"no signature line: {line[:80]!r}")
        name, gap, coded = line[2:].partition(" ")
        need(gap and good_name(name), f"no signature line: {line[:80]!r}")
        data = b64(coded)
        need(len(data) > 4, f"empty signature: {line[:80]!r}")
        yield name, data


def verified(text: bytes, lines: str, keys: Iterable[Key]) -> dict[Key, int]:
    """Times of the known keys that signed; a known key's bad signature refuses the whole."""
    known, found = {(key.name, key.id): key for key in keys}, {}
    for name, data in signature_lines(lines):
        key = known.get((name, data[:4]))
        if key is not None:
            time = key.accepts(text, data[4:])
            need(time is not None, f"the signature of {name} does not verify")
            found.setdefault(key, time)
    return found


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says, and who signed it when."""

    origin: str
    size: int
    root: bytes
    text: str
    signed: dict[Key, int] = field(default_factory=dict)


def read_checkpoint(data: bytes, log: Key, witnesses: Iterable[Key] = ()) -> Checkpoint:
    """A checkpoint that the log signed; cosignatures of the witnesses are checked where present."""
    try:
        note = data.decode()
    except UnicodeDecodeError as error:
        raise RefusedError("checkpoint is no UTF-8") from error
    need(all(mark >= " " or mark == "\n" for mark in note), "control character in the checkpoint")
    text, gap, lines = note.rpartition("\n\n")
    need(gap, "checkpoint without an empty line")
    text += "\n"
    parts = text[:-1].split("\n")
    need(len(parts) >= 3 and all(parts), "checkpoint of fewer than three lines, or an empty one")
    need(parts[0] == log.name, f"origin {parts[0]!r} is not {log.name!r}")
    size, root = decimal(parts[1], 1 << 63), b64(parts[2], 32)
    need(size or root == hashlib.sha256().digest(), "an empty log has another root")
    signed = verified(text.encode(), lines, [log, *witnesses])
    need(log in signed, "the log did not sign the checkpoint")
    return Checkpoint(parts[0], size, root, text, signed)


# --- the tree -----------------------------------------------------------------------------------
def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """Largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """Every whole subtree's hash, from the leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            low = self.levels[-1]
            self.levels.append([node(low[at], low[at + 1]) for at in range(0, len(low) - 1, 2)])

    def level(self, height: int) -> list[bytes]:
        return self.levels[height] if height < len(self.levels) else []

    def hash(self, start: int, end: int) -> bytes:
        """MTH of the entries start to end (end excluded)."""
        size = end - start
        if not size:
            return hashlib.sha256().digest()
        height = size.bit_length() - 1
        if size == 1 << height and start % size == 0:
            return self.levels[height][start >> height]
        middle = start + split(size)
        return node(self.hash(start, middle), self.hash(middle, end))

    def inclusion(self, index: int, start: int, end: int) -> list[bytes]:
        """PATH(index, D[start:end]), the leaf's sibling first."""
        if end - start == 1:
            return []
        middle = start + split(end - start)
        if index < middle:
            return [*self.inclusion(index, start, middle), self.hash(middle, end)]
        return [*self.inclusion(index, middle, end), self.hash(start, middle)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """PROOF(old, D[0:new]); empty from an empty tree, as tlog-witness has it."""
        return self._subproof(old, 0, new, whole=True) if 0 < old < new else []

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if start + old == end:
            return [] if whole else [self.hash(start, end)]
        middle = start + split(end - start)
        if start + old <= middle:
            return [*self._subproof(old, start, middle, whole=whole), self.hash(middle, end)]
        inner = self._subproof(start + old - middle, middle, end, whole=False)
        return [*inner, self.hash(start, middle)]


def root_of(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to."""
    need(0 <= index < size, f"index {index} is not below the size {size}")
    if size == 1:
        need(not proof, "inclusion proof is too long")
        return entry_hash
    need(proof, "inclusion proof is too short")
    middle = split(size)
    if index < middle:
        return node(root_of(entry_hash, index, middle, proof[:-1]), proof[-1])
    return node(proof[-1], root_of(entry_hash, index - middle, size - middle, proof[:-1]))


def included(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the entry in the tree."""
    if any(len(part) != 32 for part in (entry_hash, *proof, root)):
        return False
    try:
        return root_of(entry_hash, index, size, proof) == root
    except RefusedError:
        return False


def _both(old: int, new: int, proof: Sequence[bytes], first: bytes | None) -> tuple[bytes, bytes]:
    """Roots of the old and the new tree; `first` is the old root while the old tree is whole."""
    if old == new:
        need(len(proof) == (first is None), "consistency proof has another length")
        only = proof[0] if first is None else first
        return only, only
    need(proof, "consistency proof is too short")
    middle, last = split(new), proof[-1]
    if old <= middle:
        was, now = _both(old, middle, proof[:-1], first)
        return was, node(now, last)
    was, now = _both(old - middle, new - middle, proof[:-1], None)
    return node(last, was), node(last, now)


def consistent(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the proof shows that the new tree only adds to the old one."""
    if not 0 < old <= new or (old < new and any(len(part) != 32 for part in (*proof, old_root))):
        return False  # from nothing there is nothing to prove (RFC 9162 2.1.4.1)
    try:
        return _both(old, new, proof, old_root) == (old_root, new_root)
    except RefusedError:
        return False


# --- the files of a log -------------------------------------------------------------------------
def tile_name(level: str, number: int, width: int = 256) -> str:
    """Path of a tile below tile/."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return f"{level}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def needed(size: int) -> Iterator[tuple[str, int, int]]:
    """Every (level, number, width) that a log of this size has."""
    for level in ("entries", *map(str, range(64))):
        count = size >> (0 if level == "entries" else 8 * int(level))
        yield from ((level, number, 256) for number in range(count // 256))
        if count % 256:
            yield level, count // 256, count % 256


def bundle(data: bytes, width: int) -> list[bytes]:
    """Entries of a bundle, exactly so many and nothing after."""
    entries, at = [], 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        need(at + 2 <= len(data) and end <= len(data), "bundle ends early")
        entries.append(data[at + 2 : end])
        at = end
    need(at == len(data), "bytes after the last entry")
    return entries


def read_entries(log_dir: Path, size: int) -> list[bytes]:
    """All entries of a log of this size."""
    entries = []
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        name = tile_name("entries", number, width)
        try:
            entries += bundle((log_dir / "tile" / name).read_bytes(), width)
        except OSError as error:
            raise RefusedError(f"tile/{name} cannot be read") from error
        except RefusedError as error:
            raise RefusedError(f"tile/{name}: {error}") from error
    return entries


def _surplus(name: str, tree: Tree, entries: list[bytes], data: bytes) -> str:
    """What is wrong with one file below tile/; empty when nothing is."""
    match = TILE.fullmatch(name)
    number = int(re.sub("[x/]", "", match[2])) if match else 0
    width = int(match[3] or 256) if match else 0
    if not match or (width > 255 and match[3]) or name != tile_name(match[1], number, width):
        return f"tile/{name}: no such path in tlog-tiles"
    level = 0 if match[1] == "entries" else int(match[1])
    hashes = tree.level(8 * level)[256 * number : 256 * number + width]
    if level > 63 or len(hashes) != width:
        return f"tile/{name}: beyond the log"
    if match[1] == "entries":
        part = entries[256 * number : 256 * number + width]
        wanted = b"".join(struct.pack(">H", len(entry)) + entry for entry in part)
    else:
        wanted = b"".join(hashes)
    return "" if data == wanted else f"tile/{name}: not what the entries give"


def check(log_dir: Path, vkey: str, witnesses: Iterable[str] = ()) -> list[str]:
    """Everything wrong with a log's public files; empty where nothing is."""
    try:
        keys = [read_key(text) for text in witnesses]
        head = read_checkpoint((log_dir / "checkpoint").read_bytes(), read_key(vkey), keys)
        problems = [f"no cosignature of {key.name}" for key in keys if key not in head.signed]
        entries = read_entries(log_dir, head.size)
    except (RefusedError, OSError) as error:
        return [str(error)]
    tree = Tree([leaf(entry) for entry in entries])
    if tree.hash(0, head.size) != head.root:
        problems.append("the entries give another root than the checkpoint's")
    files = {path for path in (log_dir / "tile").rglob("*") if not path.is_dir()}
    names = {path.relative_to(log_dir / "tile").as_posix(): path for path in files}
    wanted = (tile_name(*tile) for tile in needed(head.size))
    problems += [f"tile/{name} is missing" for name in wanted if name not in names]
    said = (_surplus(name, tree, entries, names[name].read_bytes()) for name in sorted(names))
    return problems + [problem for problem in said if problem]


# --- proofs and a witness's answers -------------------------------------------------------------
@dataclass(frozen=True)
class Proof:
    """A tlog-proof, taken apart."""

    index: int
    path: list[bytes]
    checkpoint: bytes
    extra: bytes | None = None


def read_proof(data: bytes) -> Proof:
    """A tlog-proof's parts."""
    head, gap, checkpoint = data.partition(b"\n\n")
    need(gap and head.isascii(), "proof without an empty line, or not ASCII before it")
    lines = head.decode().split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "no tlog-proof")
    extra = b64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    need(lines and lines[0].startswith("index "), "proof without its index")
    index = decimal(lines.pop(0)[6:], 1 << 63)
    return Proof(index, [b64(line, 32) for line in lines], checkpoint, extra)


def write_proof(tree: Tree, index: int, checkpoint: bytes, size: int) -> bytes:
    """A tlog-proof of an entry, without extra."""
    path = [base64.b64encode(part).decode() for part in tree.inclusion(index, 0, size)]
    return (
        "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *path, "\n"]).encode() + checkpoint
    )


def proves(
    data: bytes, entry: bytes, log: Key, witnesses: Sequence[Key] = (), quorum: int = 0
) -> bool:
    """Whether a tlog-proof shows that the log holds the entry and so many witnesses saw it."""
    try:
        proof = read_proof(data)
        head = read_checkpoint(proof.checkpoint, log, witnesses)
    except RefusedError:
        return False
    cosigners = {key.public for key in head.signed if key.kind == COSIGNER}
    return (
        included(leaf(entry), proof.index, head.size, proof.path, head.root)
        and len(cosigners) >= quorum
    )


def cosigned(body: bytes, text: str, witness: Key) -> int:
    """Time in a witness's answer 200 to add-checkpoint, if it cosigned this text."""
    try:
        times = verified(text.encode(), body.decode(), [witness])
    except UnicodeDecodeError as error:
        raise RefusedError("answer is no UTF-8") from error
    need(times.get(witness), "the witness did not cosign, or at time zero")
    return times[witness]


def size_kept(headers: dict[str, str], body: bytes) -> int:
    """Size in a witness's answer 409 to add-checkpoint."""
    need(headers.get("content-type") == "text/x.tlog.size", f"content type of a 409: {headers}")
    need(body.endswith(b"\n") and body.isascii(), f"body of a 409: {body!r}")
    return decimal(body[:-1].decode(), 1 << 63)
