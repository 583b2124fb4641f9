"""A notice as a message: CAP 1.2, e-mail, JSON for a web hook. Nothing is sent from here.

No message holds a position or the time of an incident: the area is that of the clause, in words.

Source: OASIS Common Alerting Protocol 1.2 (2010), section 3.2 and its XML schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.etree import ElementTree as ET

from truceline.codec.canonical import canonical, rfc3339
from truceline.model.procedure import Notice

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
_DRILL: Final = "DRILL - simulated, nothing has happened"
_NOT_TOKEN: Final = re.compile(r"[\s,<&\"]+")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SEVERITY: Final = {"serious": "Severe", "minor": "Minor", "relevant incident": "Minor"}


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail without its addresses."""

    subject: str
    """One line."""
    body: str


def cap_xml(notice: Notice, sender: str, sent: datetime) -> bytes:
    """Render a notice as a CAP 1.2 alert.

    The scope is private: it is addressed to one body. A drill has status ``Exercise`` and says so
    in headline and note. A withdrawal is of type ``Cancel`` and refers to what it takes back.

    Args:
        notice: what to say.
        sender: id of the mission, as ``verification@example.org``.
        sent: when it is sent; UTC.

    Raises:
        ValueError: when the time has no zone, or the sender is empty.
    """
    sender = _token(sender)
    if not sender:
        raise ValueError("a CAP alert needs a sender; give the mission's address")
    alert = ET.Element("alert", {"xmlns": CAP})
    for name, text in (
        ("identifier", _token(notice.id)),
        ("sender", sender),
        ("sent", _time(sent)),
        ("status", "Exercise" if notice.drill else "Actual"),
        ("msgType", "Cancel" if notice.withdrawal else "Alert"),
        ("scope", "Private"),
        ("addresses", _token(notice.recipient.id)),
        ("note", _note(notice)),
        ("references", _reference(notice, sender)),
    ):
        _add(alert, name, text)
    _info(ET.SubElement(alert, "info"), notice, sender)
    ET.indent(alert)
    body: bytes = ET.tostring(alert, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def email_text(notice: Notice) -> Letter:
    """Render a notice as an e-mail; a drill says so in the subject and in the first line."""
    subject = f"{_headline(notice)} [{notice.id}]"
    lines = [
        *([_DRILL, ""] if notice.drill else []),
        f"To: {notice.recipient.name}",
        f"Agreement: {notice.agreement}",
        f"Procedure: {notice.procedure}",
        f"Why: {notice.cause}",
        f"Area: {notice.area}",
        "",
        notice.about,
        "",
        *_times(notice),
        f"Notice: {notice.id}",
        *(["", _DRILL] if notice.drill else []),
    ]
    return Letter(_line(subject), "\n".join(_clean(line) for line in lines) + "\n")


def hook_json(notice: Notice) -> bytes:
    """Render a notice as canonical JSON for a web hook.

    Raises:
        ValueError: when a time has no zone.
    """
    return canonical(
        {
            "notice": notice.id,
            "agreement": notice.agreement,
            "procedure": notice.procedure,
            "recipient": {"id": notice.recipient.id, "name": notice.recipient.name},
            "about": notice.about,
            "cause": notice.cause,
            "area": notice.area,
            "opened": notice.opened,
            "deadline": notice.deadline,
            "acknowledge_within_s": _seconds(notice.acknowledge),
            "drill": notice.drill,
            "withdrawal": notice.withdrawal,
        }
    )


def _info(info: ET.Element, notice: Notice, sender: str) -> None:
    """Fill the info block, in the order of the schema."""
    for name, text in (
        ("language", "en"),
        ("category", "Security"),
        ("event", "Notice under an agreement"),
        ("responseType", "None"),
        ("urgency", "Past" if notice.withdrawal else "Expected"),
        ("severity", _SEVERITY.get(notice.grade, "Unknown")),
        ("certainty", "Observed" if notice.grade and not notice.withdrawal else "Unknown"),
        ("audience", notice.recipient.name),
        ("effective", _time(notice.not_before)),
        ("senderName", sender),
        ("headline", _line(_headline(notice))),
        ("description", f"{notice.about} Why: {notice.cause}."),
        ("instruction", " ".join(_times(notice))),
    ):
        _add(info, name, text)
    for name, value in (
        ("agreement", notice.agreement),
        ("procedure", notice.procedure),
        ("drill", "yes" if notice.drill else "no"),
    ):
        parameter = ET.SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    _add(ET.SubElement(info, "area"), "areaDesc", notice.area)


def _headline(notice: Notice) -> str:
    start = "DRILL: " if notice.drill else ""
    kind = "Withdrawn" if notice.withdrawal else "Notice"
    return f"{start}{kind}: {notice.procedure}"


def _note(notice: Notice) -> str:
    return f"{_DRILL}." if notice.drill else "No machine decides a response; people do."


def _times(notice: Notice) -> list[str]:
    """Say by when it is owed and by when an answer is asked; what is not stated is not invented."""
    said = [f"Opened {rfc3339(notice.opened)}."]
    if notice.withdrawal:
        return said
    if notice.deadline is not None:
        said.append(f"This notice is owed by {rfc3339(notice.deadline)}.")
    if notice.acknowledge is not None:
        hours = notice.acknowledge / timedelta(hours=1)
        said.append(f"Please acknowledge within {hours:g} h of receipt.")
    return said


def _reference(notice: Notice, sender: str) -> str:
    """Name the alert that is taken back: sender, identifier and time of its sending, in CAP's form."""
    if not notice.withdrawal or notice.earlier_sent is None:
        return ""
    earlier = _token(notice.id.removesuffix("/withdrawal"))
    return f"{sender},{earlier},{_time(notice.earlier_sent)}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(parent, name).text = _clean(text)


def _time(moment: datetime) -> str:
    """Write a time as CAP asks: whole seconds and an offset, never ``Z``.

    Raises:
        ValueError: when it has no zone.

    >>> _time(datetime(2026, 5, 2, 9, 30, tzinfo=UTC))
    '2026-05-02T09:30:00-00:00'
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _token(text: str) -> str:
    """Make an identifier that CAP allows: no blanks, commas, ``<``, ``&`` or quotation marks."""
    return _NOT_TOKEN.sub("_", _clean(text).strip())


def _line(text: str) -> str:
    """Make one line of a text, so that nothing of it can become a header of its own."""
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Drop the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
