"""Public formats, read strictly: JSON, signed notes, proofs, policies, signatures of persons.

Written from the specifications alone, so that an error of the program that makes bundles is not
made a second time here:

* JSON: RFC 8259, written as RFC 8785 writes it; no doubled key, no NaN, no huge number
* notes, checkpoints, cosignatures, policies: C2SP signed-note, tlog-checkpoint, tlog-cosignature,
  tlog-policy (Ed25519 only)
* tree: RFC 6962 section 2.1, inclusion by RFC 9162 section 2.1.3.2
* signatures of persons: Ed25519 (RFC 8032), or OpenSSH's PROTOCOL.sshsig, PROTOCOL.u2f for keys in
  hardware

Whatever is not as it should be raises :class:`Wrong` with a sentence; nothing else is raised.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, COSIGNATURE = 0x01, 0x04
"""Types of keys: of a log, of a witness."""
PREFIX = b"truceline/v1\n"
"""What every entry of the log begins with, before the 32 bytes of its commitment."""
_EXACT = 2**53


class Wrong(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Something is not what it must be; the message says what."""


def sha256(data: bytes) -> bytes:
    """Hash."""
    return hashlib.sha256(data).digest()


def from_base64(text: str, what: str) -> bytes:
    """Decode base64, in its one canonical form only.

    Raises:
        Wrong: when it is anything else.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Wrong(f"{what} is no base64") from None
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"{what} is base64 in a second form")
    return data


# --- JSON ----------------------------------------------------------------------------------------


class Number(str):
    """A number with a fraction, as its text: comparing and writing it again changes no digit."""

    __slots__ = ()


def parse(text: str, what: str, *, fractions: bool = True) -> Any:
    """Read JSON strictly.

    Args:
        text: the JSON.
        what: what it is, for the message.
        fractions: whether numbers with a fraction may stand in it.

    Raises:
        Wrong: when it is not JSON, holds a key twice, a number that is none, or is nested too deep.
    """

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            raise Wrong(f"{what}: a key stands twice in one object")
        return made

    def fraction(digits: str) -> Number:
        if not fractions:
            raise Wrong(f"{what}: {digits[:20]} has a fraction, which does not stand here")
        return Number(digits)

    def whole(digits: str) -> int:
        if len(digits) > 17 or abs(int(digits)) >= _EXACT:
            raise Wrong(f"{what}: the number {digits[:20]}... is too large")
        return int(digits)

    def refused(name: str) -> Any:
        raise Wrong(f"{what}: {name} is no number")

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_float=fraction,
            parse_int=whole,
            parse_constant=refused,
        )
        written(value).encode()  # refuses half of a surrogate pair, which no UTF-8 can hold
    except RecursionError:
        raise Wrong(f"{what}: nested too deep") from None
    except ValueError as error:
        raise Wrong(f"{what}: no JSON ({str(error)[:80]})") from None
    return value


def written(value: Any) -> str:
    """Write a value as RFC 8785 does: keys sorted by UTF-16, no blanks; numbers as they stood."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{written(key)}:{written(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


# --- signed notes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A public key with its name; its text is ``NAME+KEYID+BASE64(type || key)``."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of ``SHA-256(name || LF || type || key)``."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    def verify(self, signature: bytes, message: bytes, what: str) -> None:
        """Check a signature.

        Raises:
            Wrong: when it is not of this key over this message.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise Wrong(f"{what} does not verify with the key {self.name}") from None


def read_key(text: str, kind: int) -> Key:
    """Read the text of a key.

    Raises:
        Wrong: when it is none of that kind, or damaged.
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0] or any(sign.isspace() for sign in parts[0]):
        raise Wrong(f"{text[:60]!r} is no key; it looks like NAME+KEYID+BASE64")
    data = from_base64(parts[2], f"the key of {parts[0]}")
    if len(data) != 33 or data[0] not in (LOG, COSIGNATURE):
        raise Wrong(f"the key of {parts[0]} is no Ed25519 key of a log (01) or a witness (04)")
    key = Key(parts[0], data[0], data[1:])
    if key.key_id.hex() != parts[1]:
        raise Wrong(f"the key of {key.name} was not copied whole: its id is not {parts[1]}")
    if key.kind != kind:
        other = "a log" if kind == COSIGNATURE else "a witness"
        raise Wrong(f"the key {key.name} is that of {other}, which is not asked for here")
    return key


@dataclass(frozen=True)
class Checkpoint:
    """What a log signs: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    cosigned: Mapping[Key, int]
    """Witnesses whose cosignature was verified, with its time in seconds since 1970."""


def open_checkpoint(note: str, log: Key, witnesses: Iterable[Key]) -> Checkpoint:
    """Check the signatures of a checkpoint that come from known keys; pass over unknown ones.

    Raises:
        Wrong: when it is malformed, the log has not signed it, or a known signature is wrong.
    """
    text, gap, block = note.rpartition("\n\n")
    text += "\n"
    if not gap or not block.endswith("\n"):
        raise Wrong("the checkpoint is no signed note: text, empty line, signatures")
    if any(sign < " " and sign != "\n" for sign in text):
        raise Wrong("the checkpoint holds a control character")
    known = {(key.name, key.key_id): key for key in (log, *witnesses)}
    times: dict[Key, int] = {}
    lines = block[:-1].split("\n")
    if len(lines) > 100:
        raise Wrong(f"the checkpoint has {len(lines)} signatures, which nobody needs")
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, space, encoded = rest.rpartition(" ")
        if dash != "\u2014" or not space:
            raise Wrong("a signature line of the checkpoint is not '\u2014 NAME BASE64'")
        value = from_base64(encoded, f"the signature of {name}")
        if (key := known.get((name, value[:4]))) is not None:
            times.setdefault(key, _signed(key, text, value[4:]))
    if log not in times:
        raise Wrong(
            f"the checkpoint is not signed by the key {log.name}: it is of another log or mission"
        )
    origin, size, root = _checkpoint_lines(text)
    if origin != log.name:
        raise Wrong(f"the checkpoint is of the log {origin}, the key of {log.name}")
    return Checkpoint(origin, size, root, {k: t for k, t in times.items() if k != log})


def _signed(key: Key, text: str, value: bytes) -> int:
    """Check one signature and give its time; 0 for that of a log."""
    what = f"the signature of {key.name} on the checkpoint"
    if key.kind == LOG:
        key.verify(value, text.encode(), what)
        return 0
    time_s = int.from_bytes(value[:8], "big")
    if time_s >= 2**63:
        raise Wrong(f"{what} bears no possible time")
    key.verify(value[8:], f"cosignature/v1\ntime {time_s}\n{text}".encode(), what)
    return time_s


def _checkpoint_lines(text: str) -> tuple[str, int, bytes]:
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Wrong("the checkpoint is not name, size and root, each on a line")
    size = lines[1]
    if not (size.isascii() and size.isdigit() and str(int(size[:19])) == size):
        raise Wrong("the size in the checkpoint is no plain number")
    root = from_base64(lines[2], "the root in the checkpoint")
    if len(root) != 32:
        raise Wrong("the root in the checkpoint has not 32 bytes")
    return lines[0], int(size), root


# --- policies ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Policy:
    """Which witnesses must have cosigned a checkpoint before it counts."""

    logs: tuple[Key, ...]
    witnesses: Mapping[str, Key]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    """Name of a group to how many of which members it takes."""
    quorum: str

    def met(self, signed: Iterable[Key], name: str = "") -> bool:
        """Tell whether those who signed are enough; the groups refer backwards only."""
        signers, name = set(signed), name or self.quorum
        if name == "none":
            return True
        if name in self.witnesses:
            return self.witnesses[name] in signers
        needed, members = self.groups[name]
        return sum(self.met(signers, member) for member in members) >= needed


def read_policy(text: str) -> Policy:
    """Read a policy file (C2SP tlog-policy).

    Raises:
        Wrong: when a line is not understood, a name comes before its definition or twice.
    """
    logs: list[Key] = []
    witnesses: dict[str, Key] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    grouped: set[str] = set()
    quorum = ""
    for number, line in enumerate(text.splitlines(), 1):
        words, where = line.split(), f"policy, line {number}"
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            logs.append(read_key(words[1], LOG))
        elif words[0] == "witness" and len(words) in (3, 4):
            _require_new(words[1], witnesses, groups, where)
            witnesses[words[1]] = read_key(words[2], COSIGNATURE)
        elif words[0] == "group" and len(words) >= 4:
            _require_new(words[1], witnesses, groups, where)
            groups[words[1]] = _group(words[2], words[3:], {*witnesses, *groups} - grouped, where)
            grouped.update(words[3:])
        elif words[0] == "quorum" and len(words) == 2 and not quorum:
            quorum = words[1]
            if quorum != "none" and quorum not in witnesses and quorum not in groups:
                raise Wrong(f"{where}: {quorum} is defined nowhere above")
        else:
            raise Wrong(f"{where} is not understood: {line[:60]!r}")
    publics = [key.public for key in (*logs, *witnesses.values())]
    if len(set(publics)) != len(publics):
        raise Wrong("the policy names one public key twice; each must have its own")
    if not quorum:
        raise Wrong("the policy has no line 'quorum NAME'")
    return Policy(tuple(logs), witnesses, groups, quorum)


def _require_new(name: str, *defined: object) -> None:
    *places, where = defined
    if name == "none" or any(name in place for place in places):  # type: ignore[operator]
        raise Wrong(f"{where}: the name {name} is taken")


def _group(
    count: str, members: Sequence[str], free: set[str], where: object
) -> tuple[int, tuple[str, ...]]:
    if len(set(members)) != len(members) or not set(members) <= free:
        raise Wrong(f"{where}: each member must be defined above and be in one group only")
    needed = {"all": len(members), "any": 1}.get(count)
    if needed is None:
        needed = int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 0
    if not 1 <= needed <= len(members):
        raise Wrong(f"{where}: {count} of {len(members)} members is not possible")
    return needed, tuple(members)


# --- the tree ------------------------------------------------------------------------------------


def root_from(index: int, size: int, entry: bytes, proof: Sequence[bytes]) -> bytes:
    """Give the root that an entry and its inclusion proof lead to.

    Raises:
        Wrong: when there is no such index, or a hash too many or too few.
    """
    if not 0 <= index < size:
        raise Wrong(f"the checkpoint covers {size} entries, and none of index {index}")
    node, last, found = index, size - 1, sha256(b"\x00" + entry)
    for sibling in proof:
        if last == 0:
            raise Wrong(f"the proof of entry {index} has a hash too many")
        if node & 1 or node == last:
            found = sha256(b"\x01" + sibling + found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Wrong(f"the proof of entry {index} has a hash too few")
    return found


# --- signatures of persons -----------------------------------------------------------------------


def verify_person(signature: Mapping[str, Any], message: bytes, what: str) -> None:
    """Check a person's signature over a step.

    Args:
        signature: ``kind``, ``public`` and ``value``, as the step holds them.
        message: what must have been signed.
        what: the step, for the message.

    Raises:
        Wrong: when it does not verify, or is of a kind that is not known.
    """
    kind, public, value = (signature.get(name) for name in ("kind", "public", "value"))
    if not all(isinstance(field, str) for field in (kind, public, value)):
        raise Wrong(f"{what} has no whole signature")
    if kind == "ed25519":
        key = Key("of its person", LOG, from_base64(str(public), f"the key of {what}"))
        key.verify(from_base64(str(value), f"the signature of {what}"), message, what)
    elif kind == "sshsig":
        _verify_ssh(str(public), str(value), message, what)
    else:
        raise Wrong(f"{what} has a signature of the unknown kind {str(kind)[:20]!r}")


def _verify_ssh(public: str, armoured: str, message: bytes, what: str) -> None:
    """Source: OpenSSH PROTOCOL.sshsig, and PROTOCOL.u2f for keys of the type ``sk-``."""
    lines = armoured.strip().split("\n")
    if lines[0] != "-----BEGIN SSH SIGNATURE-----" or lines[-1] != "-----END SSH SIGNATURE-----":
        raise Wrong(f"the signature of {what} is not as OpenSSH writes it")
    blob = from_base64("".join(lines[1:-1]), f"the signature of {what}")
    words = public.split()
    if len(words) < 2 or blob[:10] != b"SSHSIG\x00\x00\x00\x01":
        raise Wrong(f"key or signature of {what} is not as OpenSSH writes it")
    key, space, reserved, hashed_by, signature = _strings(blob[10:], 5, what)
    if key != from_base64(words[1], f"the key of {what}"):
        raise Wrong(f"{what} is signed by another key than it names")
    if space != b"truceline" or hashed_by not in (b"sha256", b"sha512"):
        raise Wrong(f"{what} is signed for another purpose than a step")
    digest = hashlib.new(hashed_by.decode(), message).digest()
    signed = b"SSHSIG" + b"".join(_string(part) for part in (space, reserved, hashed_by, digest))
    kind, pure, *application = _strings(key, 3 if key[4:7] == b"sk-" else 2, what)
    if kind == b"ssh-ed25519":
        named, value = _strings(signature, 2, what)
    elif kind == b"sk-ssh-ed25519@openssh.com":
        named, value = _strings(signature[:-5], 2, what)
        signed = sha256(application[0]) + signature[-5:] + sha256(signed)  # 5: flags and counter
    else:
        raise Wrong(f"{what} is signed by a key of a type that is not read here")
    if named != kind:
        raise Wrong(f"key and signature of {what} are of different types")
    Key("of its person", LOG, pure).verify(value, signed, what)


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _strings(data: bytes, count: int, what: str) -> list[bytes]:
    """Read a number of SSH strings, and nothing after them.

    Raises:
        Wrong: when there is less or more.
    """
    found = []
    for _ in range(count):
        length = int.from_bytes(data[:4], "big")
        if len(data) < 4 + length:
            raise Wrong(f"key or signature of {what} was cut")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise Wrong(f"key or signature of {what} has something after its end")
    return found
