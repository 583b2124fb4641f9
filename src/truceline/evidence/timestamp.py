"""RFC 3161 time stamps: a word of somebody else's clock that some bytes existed at a time.

Two kinds are read: those that we ask an authority for over our own checkpoints, and those that come
with an item. Everything here works on bytes; who asks an authority is ``transport``.

A stamp over a checkpoint covers the note with the log's own signature and no other, so that it
stays the same whoever cosigns later, and shows that the log had signed by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.note import Verifier, alone_signed

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

LONGEST_STAMP: Final = 1 << 20
"""Of a stamp; real ones have a few kilobytes. Unit: bytes."""

_DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Object identifier of a digest to its name."""
_NO_ISSUER: Final = (
    "unable to get local issuer certificate",
    "unable to get issuer certificate",
    "self-signed certificate",
    "self signed certificate",
)
"""How OpenSSL says that a chain of certificates ends at nobody who is trusted."""
_GRANTED: Final = bytes.fromhex("3003020100")
"""PKIStatusInfo that says "granted", to make an answer out of a bare token."""


class StampState(StrEnum):
    """What a stamp is worth."""

    VALID = "valid"
    """An authority that is trusted here vouches for the time."""
    UNTRUSTED = "untrusted"
    """It is of these bytes, but nothing here trusts its authority: its signature proves nothing."""
    INVALID = "invalid"
    """It is of other bytes, was changed, or its certificate may not give stamps."""
    UNREADABLE = "unreadable"
    """It is no time stamp."""


@dataclass(frozen=True, slots=True)
class StampReport:
    """What was found out about one time stamp."""

    state: StampState
    problem: str = ""
    """Why it is not valid, as a sentence; empty where it is."""
    time: datetime | None = None
    """When the authority says that it saw the digest; UTC, ``None`` where unreadable."""
    accuracy_s: float | None = None
    """What the authority states of its clock; ``None`` where it says nothing. Unit: s."""
    authority: str = ""
    """Subject of the certificate that signed, as RFC 4514 writes it."""
    serial: str = ""
    """Number that the authority gave the stamp, in decimal."""
    policy: str = ""
    """Object identifier of the rules under which the authority stamps."""
    digest: str = ""
    """Name of the digest that was stamped, such as ``sha256``."""
    certificate_ends: datetime | None = None
    """When the signing certificate ends; after that the stamp needs another one over it."""

    @property
    def valid(self) -> bool:
        """Whether a trusted authority vouches for it."""
        return self.state is StampState.VALID


def verify_stamp(
    token_der: bytes,
    data_sha256: bytes,
    roots: Sequence[bytes],
    *,
    data: bytes | None = None,
    nonce: int | None = None,
    now: datetime | None = None,
) -> StampReport:
    """Check a time stamp over some data; what is wrong with it stands in the report.

    Args:
        token_der: the stamp: an authority's whole answer (``.tsr``) or the bare token in it.
        data_sha256: SHA-256 of the data. Unit: 32 bytes.
        roots: certificates that are trusted, each PEM (one or several) or DER.
        data: the data, for stamps over a SHA-384 or SHA-512.
        nonce: number that the request bore; ``None`` when the stamp came with an item.
        now: refuse stamps of later than this; ``None`` to take any.

    Raises:
        EvidenceError: when one of ``roots`` is no certificate.
        WorkspaceError: when the library that reads time stamps is not installed.

    >>> verify_stamp(b"", bytes(32), []).state.value
    'unreadable'
    """
    trusted = [one for given in roots for one in read_certificates(given)]
    _library()
    try:
        response = _read(token_der)
        report = _described(response)
    except Exception as error:  # noqa: BLE001 - parsers of others, on whatever strangers sent
        said = f"it is no RFC 3161 time stamp: {str(error)[:200] or 'unknown form'}"
        return StampReport(StampState.UNREADABLE, said)
    state, problem = _judged(response, report, trusted, (data_sha256, data), nonce)
    if not problem and now is not None and report.time is not None and report.time > now:
        state = StampState.INVALID
        problem = f"it is of {report.time.isoformat()}, which is later than now"
    return StampReport(
        state, problem, report.time, report.accuracy_s, report.authority, report.serial,
        report.policy, report.digest, report.certificate_ends,
    )  # fmt: skip


def read_certificates(data: bytes) -> list[x509.Certificate]:
    """Read certificates, PEM or DER.

    Raises:
        EvidenceError: when there is none.
    """
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise EvidenceError(
            f"no certificate can be read ({error}); give the PEM or DER file of the time "
            "authority's root certificate"
        ) from None


def stamped_bytes(note: bytes, log: Verifier) -> bytes:
    """Give what is stamped of a checkpoint: its text and the log's own signature line.

    Raises:
        EvidenceError: when the note is broken or the log has not signed it.
    """
    return alone_signed(note, log)


def verify_checkpoint_stamp(
    token_der: bytes,
    note: bytes,
    log: Verifier,
    roots: Sequence[bytes],
    *,
    nonce: int | None = None,
    now: datetime | None = None,
) -> StampReport:
    """Check a time stamp over a checkpoint.

    Raises:
        EvidenceError: when the note is broken, the log has not signed it, or a root is none.
        WorkspaceError: when the library that reads time stamps is not installed.
    """
    data = stamped_bytes(note, log)
    digest = hashlib.sha256(data).digest()
    return verify_stamp(token_der, digest, roots, data=data, nonce=nonce, now=now)


def stamp_request(data: bytes) -> tuple[bytes, int]:
    """Give a request for a stamp over some data, and the random number that the answer must bear.

    Raises:
        WorkspaceError: when the library that makes requests is not installed.
        ValueError: when there is no data.
    """
    library = _library()
    request = (
        library.TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(library.HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    if request.nonce is None:
        raise ValueError("the request for a time stamp bears no nonce")
    return request.as_bytes(), request.nonce


def _library() -> Any:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra: only who uses stamps needs it
    except ImportError:
        raise WorkspaceError(
            "time stamps need a library that is not installed; install it with: "
            "pip install 'truceline[custody]'"
        ) from None
    return rfc3161_client


def _read(token_der: bytes) -> TimeStampResponse:
    """Read an answer, or make one out of a bare token.

    Raises:
        ValueError: when it is neither, or the authority refused.
    """
    library = _library()
    if len(token_der) > LONGEST_STAMP:
        raise ValueError(f"{len(token_der)} bytes, at most {LONGEST_STAMP} are read")
    body = _GRANTED + token_der
    wrapped = b"\x30" + _der_length(len(body)) + body
    try:
        response: TimeStampResponse = library.decode_timestamp_response(token_der)
    except ValueError:
        response = library.decode_timestamp_response(wrapped)
    if response.status not in (0, 1):
        said = ", ".join(response.status_string) or "without a reason"
        raise ValueError(f"the authority refused (status {response.status}, {said[:100]})")
    return response


def _der_length(length: int) -> bytes:
    """Write a length as DER does.

    >>> _der_length(5).hex(), _der_length(1000).hex()
    ('05', '8203e8')
    """
    if length < 0x80:
        return bytes([length])
    written = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(written)]) + written


def _described(response: TimeStampResponse) -> StampReport:
    """Take down what the stamp says, whatever it is worth."""
    info = response.tst_info
    signer = _signer(response)
    accuracy = info.accuracy
    parts = (
        None
        if accuracy is None
        else (accuracy.seconds or 0, accuracy.millis or 0, accuracy.micros or 0)
    )
    name = info.message_imprint.hash_algorithm.dotted_string
    return StampReport(
        state=StampState.INVALID,
        time=info.gen_time,
        accuracy_s=None if parts is None else parts[0] + parts[1] / 1e3 + parts[2] / 1e6,
        authority="" if signer is None else signer.subject.rfc4514_string(),
        serial=str(info.serial_number),
        policy=info.policy.dotted_string,
        digest=_DIGESTS.get(name, name),
        certificate_ends=None if signer is None else signer.not_valid_after_utc,
    )


def _signer(response: TimeStampResponse) -> x509.Certificate | None:
    """Give the certificate in the stamp that signed it; null where it brings none."""
    infos = list(response.signed_data.signer_infos)
    if len(infos) != 1:
        raise ValueError(f"{len(infos)} signers, a time stamp has one")
    for one in _embedded(response):
        if one.issuer == infos[0].issuer and one.serial_number == infos[0].serial_number:
            return one
    return None


def _embedded(response: TimeStampResponse) -> list[x509.Certificate]:
    """Give the certificates that a stamp brings along, in one order."""
    ders = sorted(response.signed_data.certificates)
    return [x509.load_der_x509_certificate(der) for der in ders]


def _judged(
    response: TimeStampResponse,
    report: StampReport,
    trusted: Sequence[x509.Certificate],
    of: tuple[bytes, bytes | None],
    nonce: int | None,
) -> tuple[StampState, str]:
    """Say what a readable stamp is worth, and why where it is not valid."""
    data_sha256, data = of
    stamped = response.tst_info.message_imprint.message
    if report.digest == "sha256":
        expected = data_sha256
    elif report.digest not in _DIGESTS.values():
        return (
            StampState.INVALID,
            f"it stamps a digest that is not safe or not known: {report.digest}",
        )
    elif data is None:
        said = f"it stamps a {report.digest}, and the data are not here to compare"
        return StampState.INVALID, said
    else:
        expected = hashlib.new(report.digest, data).digest()
    if stamped != expected:
        return StampState.INVALID, "it is a stamp of other bytes: the digests differ"
    if nonce is not None and response.tst_info.nonce != nonce:
        said = (
            "its nonce is not that of the request: an answer to another request, perhaps an old one"
        )
        return StampState.INVALID, said
    if report.certificate_ends is None:
        return StampState.INVALID, "it does not bring the certificate that signed it"
    problem = _signature_problem(response, trusted, expected) if trusted else _NO_ISSUER[0]
    if not problem:
        return StampState.VALID, ""
    if any(said in problem for said in _NO_ISSUER):
        said = f"nothing here trusts {report.authority}; give the root certificate of the authority"
        return StampState.UNTRUSTED, said
    return StampState.INVALID, f"its signature or certificate does not hold: {_short(problem)}"


def _short(problem: str) -> str:
    """Give what OpenSSL says of a certificate without the place in its code."""
    _, found, said = problem.partition("Verify error: ")
    if found:
        return said.split('"')[0]
    return "the signature does not verify" if "ErrorStack" in problem else problem[:200]


def _signature_problem(
    response: TimeStampResponse, roots: Sequence[x509.Certificate], digest: bytes
) -> str:
    """Say why signature, chain or purpose of the certificate do not hold; empty where they do."""
    library = _library()
    try:
        library.VerifierBuilder(roots=list(roots)).build().verify(response, digest)
    except Exception as error:  # noqa: BLE001 - parsers of others, on whatever strangers sent
        return str(error) or "the signature does not verify"
    return ""
