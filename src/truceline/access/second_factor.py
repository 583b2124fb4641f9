"""The second factor: a code that changes each half minute, and codes for when the phone is lost.

Source: RFC 6238 (TOTP: SHA-1, 6 digits, 30 s), RFC 4226 section 7.4 (codes before and after).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

import pyotp

from truceline.access.hidden import Draw, Hidden

STEP_S: Final = 30
"""How long a code lasts. Unit: s."""
DRIFT: Final = 1
"""How many steps the two clocks may differ."""
RECOVERY_CODES: Final = 10
"""How many are given at a time."""
_SECRET_BYTES: Final = 20
_CODE: Final = re.compile(r"[0-9]{6}")
_RECOVERY: Final = re.compile(r"[a-z2-7]{16}")


def new_secret(draw: Draw) -> Hidden:
    """Make a secret for an authenticator."""
    return Hidden(base64.b32encode(draw(_SECRET_BYTES)).decode())


def enrolment_uri(secret: Hidden, person_id: str, mission: str) -> Hidden:
    """Give what an authenticator reads from a picture or a line."""
    totp = pyotp.TOTP(secret.text)
    return Hidden(totp.provisioning_uri(name=person_id, issuer_name=mission))


def step_of(secret: Hidden, code: str, now: datetime, after: int) -> int | None:
    """Give the step of time whose code this is; None where it is none that still counts.

    Args:
        secret: of the authenticator.
        code: as it was typed; blanks in it do not matter.
        now: UTC.
        after: the last step whose code was accepted: a code counts once, and none before it.
    """
    digits = "".join(code.split())
    if len(code) > 32 or not _CODE.fullmatch(digits):
        return None
    at = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret.text)
    found = None
    for step in range(at - DRIFT, at + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits) and step > after:
            found = step
    return found


def recovery_codes(draw: Draw) -> tuple[Hidden, ...]:
    """Make codes of 80 random bits, each of which counts once instead of the authenticator's."""
    texts = (base64.b32encode(draw(10)).decode().lower() for _ in range(RECOVERY_CODES))
    return tuple(Hidden("-".join(t[at : at + 4] for at in range(0, 16, 4))) for t in texts)


def recovery_hash(person_id: str, code: str) -> str:
    """Give the hash under which a recovery code is kept; empty where it can be none.

    A plain hash does: nobody guesses 80 random bits.
    """
    letters = "".join(code.casefold().replace("-", " ").split())
    if len(code) > 64 or not _RECOVERY.fullmatch(letters):
        return ""
    text = f"truceline/recovery/v1\n{person_id}\n{letters}"
    return hashlib.sha256(text.encode()).hexdigest()
