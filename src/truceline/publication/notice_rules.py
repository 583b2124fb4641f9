"""What a CAP 1.2 alert must hold, in which order: the check before a message leaves.

Source: OASIS Common Alerting Protocol 1.2 (2010), sections 3.2 (data dictionary) and 3.4 (schema).
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

_NS: Final = "{urn:oasis:names:tc:emergency:cap:1.2}"
_LARGEST: Final = 1_000_000
"""A larger message is refused unread. Unit: bytes."""
# name, least, most (None: any number), in the order of the schema
_Row = tuple[str, int, int | None]
_ALERT: Final[tuple[_Row, ...]] = (
    ("identifier", 1, 1), ("sender", 1, 1), ("sent", 1, 1), ("status", 1, 1), ("msgType", 1, 1),
    ("source", 0, 1), ("scope", 1, 1), ("restriction", 0, 1), ("addresses", 0, 1),
    ("code", 0, None), ("note", 0, 1), ("references", 0, 1), ("incidents", 0, 1),
    ("info", 0, None),
)  # fmt: skip
_INFO: Final[tuple[_Row, ...]] = (
    ("language", 0, 1), ("category", 1, None), ("event", 1, 1), ("responseType", 0, None),
    ("urgency", 1, 1), ("severity", 1, 1), ("certainty", 1, 1), ("audience", 0, 1),
    ("eventCode", 0, None), ("effective", 0, 1), ("onset", 0, 1), ("expires", 0, 1),
    ("senderName", 0, 1), ("headline", 0, 1), ("description", 0, 1), ("instruction", 0, 1),
    ("web", 0, 1), ("contact", 0, 1), ("parameter", 0, None), ("resource", 0, None),
    ("area", 0, None),
)  # fmt: skip
_AREA: Final[tuple[_Row, ...]] = (
    ("areaDesc", 1, 1), ("polygon", 0, None), ("circle", 0, None), ("geocode", 0, None),
    ("altitude", 0, 1), ("ceiling", 0, 1),
)  # fmt: skip
_PAIR: Final[tuple[_Row, ...]] = (("valueName", 1, 1), ("value", 1, 1))
_PARTS: Final = {
    "info": _INFO,
    "area": _AREA,
    "parameter": _PAIR,
    "eventCode": _PAIR,
    "geocode": _PAIR,
}
_WORDS: Final = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
_TIMES: Final = ("sent", "effective", "onset", "expires")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_TOKENS: Final = ("identifier", "sender")
_NOT_TOKEN: Final = re.compile(r"[\s,<&]")


def cap_problems(raw: bytes) -> tuple[str, ...]:
    """Say what is wrong with a CAP 1.2 alert, one line each; empty where nothing is.

    >>> cap_problems(b"<alert/>")
    ('alert: the root is not alert of CAP 1.2; check the namespace',)
    """
    if len(raw) > _LARGEST or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        return ("alert: too large, or with a document type; such a message is not read",)
    try:
        root = ET.fromstring(raw)  # noqa: S314 - document types are refused above
    except ET.ParseError as error:
        return (f"alert: not XML ({error}); write it anew",)
    if root.tag != f"{_NS}alert":
        return ("alert: the root is not alert of CAP 1.2; check the namespace",)
    return (*_order(root, "alert", _ALERT), *_conditions(root))


def _order(part: ET.Element, shown: str, rows: tuple[_Row, ...]) -> list[str]:
    """Check names, numbers and order of the children of a part, then the children themselves."""
    names = [child.tag.removeprefix(_NS) for child in part]
    known = [name for name, _, _ in rows]
    found = [f"{shown}: {name} does not belong here" for name in names if name not in known]
    for name, least, most in rows:
        count = names.count(name)
        if count < least:
            found.append(f"{shown}: {name} is missing")
        elif most is not None and count > most:
            found.append(f"{shown}: {name} stands {count} times, at most {most} may")
    places = [known.index(name) for name in names if name in known]
    if places != sorted(places):
        found.append(f"{shown}: the order is not that of the schema: {', '.join(names)}")
    for name, child in zip(names, part, strict=True):
        found += _order(child, name, _PARTS[name]) if name in _PARTS else _value(name, child)
    return found


def _value(name: str, element: ET.Element) -> list[str]:
    text = element.text or ""
    if not text.strip():
        return [f"{name}: empty; leave it out"]
    if name in _WORDS and text not in _WORDS[name].split():
        return [f"{name}: {text!r} is not one of {_WORDS[name]}"]
    if name in _TIMES and not _TIME.fullmatch(text):
        return [f"{name}: {text!r} is no time of CAP; write 2026-05-02T09:30:00-00:00"]
    if name in _TOKENS and _NOT_TOKEN.search(text):
        return [f"{name}: {text!r} holds a blank, comma, < or &; take it out"]
    return []


def _conditions(root: ET.Element) -> list[str]:
    """Check what one element asks of another."""

    def text(name: str) -> str:
        return root.findtext(f"{_NS}{name}") or ""

    found = []
    if text("scope") == "Restricted" and not text("restriction"):
        found.append("alert: scope Restricted needs restriction")
    if text("scope") == "Private" and not text("addresses"):
        found.append("alert: scope Private needs addresses")
    if text("msgType") in ("Update", "Cancel", "Ack") and not text("references"):
        found.append(f"alert: msgType {text('msgType')} needs references")
    for one in text("references").split():
        parts = one.split(",")
        if len(parts) != 3 or not _TIME.fullmatch(parts[2]):
            found.append(f"references: {one!r} is not sender,identifier,sent")
    return found
