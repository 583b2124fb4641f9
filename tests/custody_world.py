"""What comes with items, made here: cameras that sign pictures, an authority that stamps, files."""

import datetime as dt
import hashlib
import io
import struct
import zlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BEGINS, ENDS = dt.datetime(2020, 1, 1), dt.datetime(2045, 1, 1)
PEM = serialization.Encoding.PEM
DIGITAL_CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


def _name(common):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Cameras"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, sign, certify):
    return x509.KeyUsage(sign, False, False, False, False, certify, certify, False, False)


def _certificate(subject, issuer, key, signer, extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


class Signer:
    """A root and a certificate below it, for one purpose."""

    def __init__(self, purpose, name="Example Camera 7"):
        root_key = ec.generate_private_key(ec.SECP256R1())
        self.key = ec.generate_private_key(ec.SECP256R1())
        root = [(x509.BasicConstraints(True, None), True), (_usage(sign=False, certify=True), True)]
        leaf = [
            (x509.BasicConstraints(False, None), True),
            (_usage(sign=True, certify=False), True),
            (x509.ExtendedKeyUsage([purpose]), purpose == ExtendedKeyUsageOID.TIME_STAMPING),
        ]
        self._root = _certificate("Example Root", "Example Root", root_key, root_key, root)
        self.certificate = _certificate(name, "Example Root", self.key, root_key, leaf)
        self.root = self._root.public_bytes(PEM)
        self.chain = self.certificate.public_bytes(PEM) + self.root

    def private(self):
        plain = serialization.NoEncryption()
        return self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain)


def camera():
    return Signer(ExtendedKeyUsageOID.EMAIL_PROTECTION)


def authority():
    return Signer(ExtendedKeyUsageOID.TIME_STAMPING, "Example Time Authority")


def png(shade=7):
    """Give a picture of 8 by 8 points."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + bytes((x * y * shade) % 256 for x in range(24)) for y in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def signed_png(signer, *, beside=False, address="", shade=7):
    """Give a picture with a manifest in it, and the manifest."""
    import c2pa

    manifest = {
        "claim_generator_info": [{"name": "Example Camera", "version": "1.0"}],
        "title": "crater.png",
        "format": "image/png",
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {
                    "actions": [{"action": "c2pa.created", "digitalSourceType": DIGITAL_CAPTURE}]
                },
            }
        ],
    }
    quiet = {"verify": {"remote_manifest_fetch": False, "verify_after_sign": False},
             "builder": {"thumbnail": {"enabled": False}}}  # fmt: skip
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, signer.chain, signer.private(), None)
    builder = c2pa.Builder(manifest, c2pa.Context(c2pa.Settings.from_dict(quiet)))
    if beside or address:
        builder.set_no_embed()
    if address:
        builder.set_remote_url(address)
    made = io.BytesIO()
    store = builder.sign(c2pa.Signer.from_info(info), "image/png", io.BytesIO(png(shade)), made)
    return made.getvalue(), bytes(store)


def altered(picture):
    """Change one point of a picture, and leave its manifest alone."""
    data = bytearray(picture)
    data[data.find(b"IDAT") + 12] ^= 1
    return bytes(data)


def _der(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 128 else bytes([128 | len(digits)]) + digits
    return bytes([tag]) + length + body


def _oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    made = bytes([40 * first + second])
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.insert(0, number & 127 | 128)
        made += bytes(digits)
    return _der(6, made)


def _integer(number):
    return _der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


_SHA256 = _der(0x30, _oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
_TST_INFO = "1.2.840.113549.1.9.16.1.4"


def stamp(signer, data, at="20260513073000Z"):
    """Give an RFC 3161 answer of an authority over some data (CMS, RFC 5652)."""
    imprint = _der(0x30, _SHA256, _der(4, hashlib.sha256(data).digest()))
    info = _der(0x30, _integer(1), _oid("1.3.6.1.4.1.99999.1"), imprint, _integer(42),
                _der(0x18, at.encode()))  # fmt: skip
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    certificate_id = _der(0x30, _der(0x30, _der(0x30, _der(4, hashlib.sha256(der).digest()))))
    attributes = b"".join(
        sorted(
            _der(0x30, _oid(kind), _der(0x31, value))
            for kind, value in (
                ("1.2.840.113549.1.9.3", _oid(_TST_INFO)),
                ("1.2.840.113549.1.9.4", _der(4, hashlib.sha256(info).digest())),
                ("1.2.840.113549.1.9.16.2.47", certificate_id),
            )
        )
    )
    signature = signer.key.sign(_der(0x31, attributes), ec.ECDSA(hashes.SHA256()))
    issuer = _der(0x30, signer.certificate.issuer.public_bytes(),
                  _integer(signer.certificate.serial_number))  # fmt: skip
    one = _der(0x30, _integer(1), issuer, _SHA256, _der(0xA0, attributes),
               _der(0x30, _oid("1.2.840.10045.4.3.2")), _der(4, signature))  # fmt: skip
    content = _der(0x30, _oid(_TST_INFO), _der(0xA0, _der(4, info)))
    signed = _der(0x30, _integer(3), _der(0x31, _SHA256), content, _der(0xA0, der), _der(0x31, one))
    token = _der(0x30, _oid("1.2.840.113549.1.7.2"), _der(0xA0, signed))
    return _der(0x30, _der(0x30, _integer(0)), token)
