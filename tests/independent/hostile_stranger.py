"""A log of a stranger's own and what a stranger may send to a witness, built without Truceline."""

import base64
import hashlib
import http.client
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from independent.tlog_checker import LOG, Key, Tree, leaf, public_key, sign

DASH = "\N{EM DASH} "


def seed(word: str) -> bytes:
    """Seed of an Ed25519 key, from a word."""
    return hashlib.sha256(f"seed {word}".encode()).digest()


def coded(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(part).decode() for part in hashes]


@dataclass(frozen=True)
class OwnLog:
    """A log whose keys a stranger holds, so that it may lie."""

    origin: str
    branch: str = "true"

    @property
    def key(self) -> Key:
        return public_key(self.origin, seed(self.origin), LOG)

    def tree(self, size: int) -> Tree:
        """Its tree; another branch shares no entry from the 6th on."""
        names = [f"{'true' if at < 5 else self.branch} {at}" for at in range(size)]
        return Tree([leaf(name.encode()) for name in names])

    def text(self, size: int, *more: str) -> str:
        root = self.tree(size).hash(0, size)
        return "\n".join([self.origin, str(size), *coded([root]), *more, ""])

    def signed(self, text: str) -> str:
        """A note with the log's signature."""
        return f"{text}\n{sign(text, self.origin, seed(self.origin))}"

    def checkpoint(self, size: int) -> str:
        return self.signed(self.text(size))

    def submission(self, old: int, size: int) -> bytes:
        """What an honest log would send."""
        return body(old, coded(self.tree(size).consistency(old, size)), self.checkpoint(size))


def body(old: object, proof: Sequence[str], checkpoint: str) -> bytes:
    """Body of add-checkpoint."""
    return "\n".join([f"old {old}", *proof, "", checkpoint]).encode()


@dataclass(frozen=True)
class Answer:
    """What the witness said."""

    status: int
    headers: dict[str, str]
    body: bytes


def read_headers(answer: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}


def read(answer: http.client.HTTPResponse) -> Answer:
    return Answer(answer.status, read_headers(answer), answer.read())


def ask(
    line: http.client.HTTPConnection, method: str, path: str, data: bytes | None = None
) -> Answer:
    """One request on a connection that stays open."""
    line.request(method, path, body=data)
    return read(line.getresponse())


def add(port: int, data: bytes) -> Answer:
    """One add-checkpoint on a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        return ask(line, "POST", "/add-checkpoint", data)
    finally:
        line.close()


def raw(port: int, data: bytes, answers: int = 1, wait_s: float = 20) -> list[Answer]:
    """Answers to bytes sent as they are; fewer where the witness hangs up."""
    found = []
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as line:
        line.sendall(data)
        stream = _Kept(line.makefile("rb"))
        for _ in range(answers):
            answer = http.client.HTTPResponse(stream)
            try:
                answer.begin()
                found.append(read(answer))
            except (http.client.HTTPException, OSError):
                break
    return found


class _Kept:
    """A stream that stays open while several answers are read from it."""

    def __init__(self, stream) -> None:
        self._stream = stream

    def makefile(self, _mode):
        return self

    def close(self) -> None:
        """The connection ends when its owner says so."""

    def __getattr__(self, name):
        return getattr(self._stream, name)


def post(data: bytes, *headers: str, length: object = None) -> bytes:
    """A request as bytes."""
    size = len(data) if length is None else length
    lines = ["POST /add-checkpoint HTTP/1.1", "Host: w", f"Content-Length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def malformed(log: OwnLog) -> dict[str, bytes]:
    """Bodies that no log would send; the checkpoints in them carry a good signature where they can."""
    good = log.submission(0, 3)
    note, text = log.checkpoint(3), log.text(3)
    origin, size, root = text[:-1].split("\n")
    line = note.split("\n\n")[1]
    hash_ = coded([hashlib.sha256(b"x").digest()])[0]
    kinds = {
        "nothing": b"",
        "a newline": b"\n",
        "two newlines": b"\n\n",
        "only the old line": b"old 0\n",
        "old line, empty line": b"old 0\n\n",
        "no old line": note.encode(),
        "empty line first": b"\n" + good,
        "byte order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": good.decode().encode("utf-16"),
        "gzip magic": b"\x1f\x8b\x08\0" + good,
        "JSON": b'{"old":0}',
        "form": b"old=0&checkpoint=x",
        "CRLF everywhere": good.replace(b"\n", b"\r\n"),
        "CR only": good.replace(b"\n", b"\r"),
        "CRLF in the old line": good.replace(b"old 0\n", b"old 0\r\n"),
        "no empty line": good.replace(b"old 0\n\n", b"old 0\n"),
        "two empty lines": good.replace(b"old 0\n\n", b"old 0\n\n\n"),
        "sent twice": good + good,
        "NUL at the end": good + b"\0",
        "newline at the end": good + b"\n",
        "word at the end": good + b"x",
        "line at the end": good + b"x\n",
        "last newline missing": good[:-1],
        "half": good[: len(good) // 2],
        "64 proof lines": body(0, [hash_] * 64, note),
        "1000 proof lines": body(0, [hash_] * 1000, note),
        "no signature": body(0, [], text + "\n"),
        "no signature, no empty line": body(0, [], text),
        "hyphen for the dash": body(0, [], note.replace(DASH, "- ")),
        "no dash": body(0, [], note.replace(DASH, "")),
        "signature without name": body(0, [], f"{text}\n{DASH}{line.split()[2]}\n"),
        "signature without bytes": body(0, [], f"{text}\n{DASH}{origin} \n"),
        "signature of a key id only": body(0, [], note + f"{DASH}x {coded([b'abcd'])[0]}\n"),
        "signature not base64": body(0, [], note + f"{DASH}x ????\n"),
        "signature base64 not canonical": body(0, [], note + f"{DASH}x YWJjZGV=\n"),
        "signature base64 url": body(0, [], note + f"{DASH}x YWJjZGV__w==\n"),
        "signature of two words": body(0, [], note + f"{DASH}x YWJjZGVm YWJj\n"),
        "signature under a plus": body(0, [], note + f"{DASH}x+y YWJjZGVm\n"),
        "signature under a wide space": body(0, [], note + f"{DASH}x\u2003y YWJjZGVm\n"),
        "empty line in the signatures": body(0, [], f"{note}\n{line}"),
        "control character in a name": body(0, [], note + f"{DASH}x\x01y YWJjZGVm\n"),
        "bytes that are no UTF-8": body(0, [], note) + b"\xe2\x80\x94 \xff YWJjZGVm\n",
    }
    olds = (
        "",
        " 0",
        "00",
        "01",
        "-1",
        "-0",
        "+0",
        "0x0",
        "1e0",
        "0.0",
        "0 ",
        "0 0",
        "\u0660",
        "zero",
    )
    kinds |= {f"old {old!r}": body(old, [], note) for old in (*olds, "1" + "0" * 400, 1 << 64)}
    for name, start in (
        ("Old", b"Old 0\n"),
        ("tab", b"old\t0\n"),
        ("space", b" old 0\n"),
        ("old", b"old\n"),
    ):
        kinds[f"first line {name}"] = good.replace(b"old 0\n", start)
    proofs = (
        hash_[:-1],
        hash_[:-2],
        hash_ + " ",
        " " + hash_,
        hash_ + "=",
        "====",
        hash_[:-2] + "t=",
    )
    proofs += (
        coded([b"x" * 31])[0],
        coded([b"x" * 33])[0],
        "-" + hash_[1:],
        "x" * 5000,
        hash_ + hash_,
    )
    kinds |= {f"proof line {word[:50]!r} of {len(word)}": body(0, [word], note) for word in proofs}
    sizes = ("", "03", "+3", "-3", " 3", "3 ", "3.0", "\u0663", str(1 << 64), "9" * 5000)
    texts = [f"{origin}\n{word}\n{root}\n" for word in sizes]
    roots = (
        root[:-1],
        root[:-2] + "x=",
        root + " ",
        coded([b"x" * 31])[0],
        coded([b"x" * 33])[0],
        "",
    )
    texts += [f"{origin}\n{size}\n{word}\n" for word in roots]
    texts += [f"{origin}\n", f"{origin}\n{size}\n", f"{text}\n", f"{text}\nmore\n", f"{text}a\tb\n"]
    texts += [f"{text}a\rb\n", f"{text}\0\n", f"{origin}\n\n{size}\n{root}\n"]
    return kinds | {f"text {word[-60:]!r}": body(0, [], log.signed(word)) for word in texts}
