"""A small mission made by hand: its log, its people with keys of each kind, and the bundle of a finding."""

import base64
import copy
import hashlib
import json
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.codec.bundle import write_bundle
from truceline.codec.canonical import canonical
from truceline.evidence import Log, create_log
from truceline.evidence.keys import read_signer
from truceline.evidence.note import COSIGNATURE, Verifier
from truceline.pipeline.bundle_entries import Prover, Shown

ORIGIN = "evidence.example/mission"
FINDING = "INC-000001/R-2"
RULE = {
    "confirmations": 2,
    "nationalities": 2,
    "own_nationals": False,
    "of_parties": ["XN", "XS"],
    "review_first": True,
}
RAW = b"time,kind\n2026-05-12T13:27:16Z,mortar\n"
AGREEMENT = {"agreement.yaml": b"id: invented\n", "procedure.yaml": b"hold: PT1H\n"}
PEOPLE = (
    ("a.example", "A. Example", "CZ", "system"),
    ("b.example", "B. Example", "PT", "ssh"),
    ("c.example", "C. Example", "PT", "hardware"),
    ("l.example", "L. Example", "XN", "system"),
)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def private(name):
    """Give the private key of somebody; everybody can make it, as it is for tests."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public(name):
    return private(name).public_key().public_bytes_raw()


def string(data):
    return len(data).to_bytes(4, "big") + data


def ssh_key(name, kind):
    if kind == "hardware":
        blob = string(b"sk-ssh-ed25519@openssh.com") + string(public(name)) + string(b"ssh:")
        return "sk-ssh-ed25519@openssh.com", blob
    return "ssh-ed25519", string(b"ssh-ed25519") + string(public(name))


def key_of(name, kind):
    """Give a person's public key as it is recorded."""
    if kind == "system":
        text = base64.b64encode(public(name)).decode()
        return {"kind": "ed25519", "public": text, "kept_by": "system"}
    named, blob = ssh_key(name, kind)
    text = f"{named} {base64.b64encode(blob).decode()}"
    return {"kind": "sshsig", "public": text, "kept_by": "person"}


def signed(name, kind, message, namespace=b"truceline"):
    """Sign as the system, as OpenSSH, or as a key in hardware does."""
    key = key_of(name, kind)
    if kind == "system":
        return {**key, "value": base64.b64encode(private(name).sign(message)).decode()}
    named, blob = ssh_key(name, kind)
    parts = (namespace, b"", b"sha512")
    digest = hashlib.sha512(message).digest()
    text = b"SSHSIG" + b"".join(map(string, (*parts, digest)))
    if kind == "hardware":
        after = b"\x01" + (7).to_bytes(4, "big")
        value = private(name).sign(
            hashlib.sha256(b"ssh:").digest() + after + hashlib.sha256(text).digest()
        )
        signature = string(named.encode()) + string(value) + after
    else:
        signature = string(named.encode()) + string(private(name).sign(text))
    whole = b"SSHSIG\x00\x00\x00\x01" + b"".join(map(string, (blob, *parts, signature)))
    encoded = base64.b64encode(whole).decode()
    lines = [encoded[at : at + 70] for at in range(0, len(encoded), 70)]
    armour = ["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"]
    return {**key, "value": "\n".join(armour) + "\n"}


def incident():
    return {
        "incident_id": "INC-000001",
        "revision": 1,
        "time": ["2026-05-12T13:27:16Z", "2026-05-12T13:27:16Z"],
        "lon": -27.5682121,
        "lat": 47.2138716,
        "kinds": [["fire.mortar", 1]],
        "probability": 0.99,
        "members": [["reports:1", "v1", "support", 2.5]],
    }


def finding(finding_id=FINDING):
    return {
        "finding_id": finding_id,
        "incident_id": finding_id.partition("/")[0],
        "incident_revision": 1,
        "clause_id": "R-2",
        "clause_ref": "article 2",
        "probability": 1e-07,  # as RFC 8785 writes it, which Python's json does not
        "outcome": "violated",
        "words": "almost certain",
    }


def step(number, kind, person, **more):
    """Give the entry of a signed step."""
    name, display, nation, kept = next(p for p in PEOPLE if p[0] == person)
    seen = finding(more.pop("finding_id", FINDING))
    record = {
        "type": "finding.step",
        "number": number,
        "finding_id": seen["finding_id"],
        "incident_revision": 1,
        "case_revision": 1,
        "step": kind,
        "person": display,
        "person_id": name,
        "nationality": nation,
        "reason": f"{kind}, für sich geprüft",
        "time": f"2026-05-13T{8 + number:02}:00:00Z",
        "detail": {},
        "sha256": sha(canonical(seen)),
        "finding": seen,
        **more,
    }
    return sign(record, name, kept)


def message_of(record):
    rest = {k: v for k, v in record.items() if k not in ("type", "number", "signature", "finding")}
    return b"truceline/finding.step/v1\n" + canonical(rest)


def sign(record, name, kept, **named):
    return {**record, "signature": signed(name, kept, message_of(record), **named)}


def person(number, name, display, nation, kept):
    return {
        "type": "person.recorded",
        "number": number,
        "person_id": name,
        "name": display,
        "nationality": nation,
        "grants": [{"role": "verifier", "side": "", "areas": []}],
        "key": key_of(name, kept),
        "disabled": False,
        "by": "",
        "time": "2026-05-01T00:00:00Z",
    }


def follows_of(record):
    held = {k: v for k, v in record.items() if k not in ("type", "number", "finding")}
    return sha(b"truceline/finding.step/follows/v1\n" + canonical(held))


def chained(entries):
    """Give entries in which each step names the one before it on its finding, and is signed anew."""
    last, made = {}, []
    for given in entries:
        entry = given
        if given.get("type") == "finding.step" and isinstance(given.get("detail"), dict):
            before = last.get(given["finding_id"])
            detail = {k: v for k, v in given["detail"].items() if k != "follows"}
            if before is not None:
                detail["follows"] = follows_of(before)
            kept = next(one[3] for one in PEOPLE if one[0] == given["person_id"])
            entry = sign({**given, "detail": detail}, given["person_id"], kept)
            last[given["finding_id"]] = entry
        made.append(entry)
    return made


def story():
    """Give the entries of the log, in order."""
    files = {name: sha(data) for name, data in AGREEMENT.items()}
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + bytes.fromhex(files[name]))
    return chained(
        [
            {
                "type": "workspace.created",
                "agreement": "invented",
                "agreement_sha256": total.hexdigest(),
                "agreement_files": files,
                "time": "2026-05-01T00:00:00Z",
            },
            *(person(number, *one) for number, one in enumerate(PEOPLE, 1)),
            {
                "type": "raw.received",
                "source": "reports",
                "sha256": sha(RAW),
                "size": len(RAW),
                "file_name": "reports.csv",
                "received": "2026-05-12T15:00:00Z",
            },
            {
                "type": "calibration.made",
                "version": "0" * 16,
                "basis": "",
                "time": "2026-05-12T16:00:00Z",
            },
            {"type": "run.made", "calibration": "0" * 16, "time": "2026-05-12T16:00:00Z"},
            {
                "type": "incident.revised",
                "incident_id": "INC-000001",
                "revision": 1,
                "sha256": sha(canonical(incident())),
            },
            {
                "type": "finding.made",
                "finding_id": FINDING,
                "incident_revision": 1,
                "sha256": sha(canonical(finding())),
            },
            step(1, "reviewed", "a.example"),
            step(2, "confirmed", "a.example"),
            step(3, "replied", "l.example", detail={"party": "NOR"}),
            step(4, "confirmed", "b.example"),
            step(5, "dissented", "c.example"),
        ]
    )


class Mission:
    """A log with a story, and the bundle of its finding."""

    def __init__(self, events=None, size=None):
        self.folder = Path(tempfile.mkdtemp(prefix="mission"))
        self.events = story() if events is None else events
        self.vkey = create_log(self.folder, ORIGIN, bytes(range(32)))
        self.signer = read_signer(self.folder)
        Log.open(self.folder).append([canonical(event) for event in self.events])
        self.note = Log.open(self.folder).checkpoint_text()

    def body(self, **more):
        """Give the body of the cell's bundle."""
        prover = Prover(self.folder, self.note)
        shown = [Shown(index, event["type"]) for index, event in enumerate(self.events)]
        contents = [
            ("INC-000001 revision 1", canonical(incident())),
            (FINDING, canonical(finding())),
            *((f"agreement/{name}", data) for name, data in AGREEMENT.items()),
        ]
        begun = self.events[0]
        return {
            "format": "truceline-bundle/v1",
            "audience": "cell",
            "finding": FINDING,
            "made": "2026-05-14T00:00:00Z",
            "code": "0",
            "agreement": {"id": "invented", "sha256": begun["agreement_sha256"]},
            "case": {"status": "confirmed", "review": RULE},
            "log": {"origin": ORIGIN, "key_id": self.signer.verifier.key_id.hex()},
            "checkpoint": self.note,
            "entries": prover.entries(shown),
            "contents": [{"name": n, "text": data.decode()} for n, data in contents],
            "raw": [
                {"sha256": sha(RAW), "size": len(RAW), "base64": base64.b64encode(RAW).decode()}
            ],
            "rows": [
                {
                    "observation_id": "reports:1",
                    "version": "v1",
                    "raw_sha256": sha(RAW),
                    "line": 2,
                    "offset": 10,
                    "length": 28,
                }
            ],
            **more,
        }

    def sealed(self, body=None):
        """Give the file."""
        return write_bundle(self.body() if body is None else body, self.signer)

    def resealed(self, change):
        """Give the file as a lying mission would write it, after a change of the body."""
        body = copy.deepcopy(self.body())
        change(body)
        return self.sealed(body)

    def raw_sealed(self, inside):
        """Seal bytes that need not be a body."""
        key = Ed25519PrivateKey.from_private_bytes(self.signer.seed)
        seal = key.sign(b"truceline/bundle/v1\n" + hashlib.sha256(inside).digest())
        return b'{"body":' + inside + b',"seal":"' + base64.b64encode(seal) + b'"}\n'


def cosigned(note, name, time_s):
    """Add the cosignature of a witness whose key everybody can make."""
    text = note[: note.rindex("\n\n") + 1]
    value = private(name).sign(f"cosignature/v1\ntime {time_s}\n{text}".encode())
    key_id = Verifier(name, COSIGNATURE, public(name)).key_id
    line = base64.b64encode(key_id + time_s.to_bytes(8, "big") + value).decode()
    return f"{note}\u2014 {name} {line}\n"


def witness_key(name):
    return Verifier(name, COSIGNATURE, public(name)).vkey


def decoded(data):
    """Give the body of a bundle."""
    return json.loads(data)["body"]
