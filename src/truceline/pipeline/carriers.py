"""Notices by mail, web hook and CAP: here the texts of the publication meet the transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from truceline.errors import WorkspaceError
from truceline.model.procedure import Notice
from truceline.publication.notice import cap_xml, email_text, hook_json
from truceline.publication.notice_rules import cap_problems
from truceline.transport.cap_out import write_cap
from truceline.transport.hook import Post, post
from truceline.transport.mail import Mail, send
from truceline.transport.outcome import Outcome, Result
from truceline.transport.settings import Route, Settings
from truceline.transport.signature import secret_bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice with what stays the same at each try."""

    notice: Notice
    origin: str
    """Name of the workspace's log, so that two workspaces never send the same key."""
    dated: datetime
    """When it was tried first: the date that the message bears. UTC."""

    @property
    def key(self) -> str:
        """By this a receiver knows what comes again: it follows from the notice alone."""
        return _key(self.origin, self.notice.id)

    @property
    def answers(self) -> str:
        """Key of the notice that this one takes back; empty for any other."""
        if not self.notice.withdrawal:
            return ""
        return _key(self.origin, self.notice.id.removesuffix("/withdrawal"))


class Carriers(Protocol):
    """What brings a notice to its recipient."""

    def routes(self, recipient: str) -> tuple[Route, ...]:
        """Give the ways to a recipient."""

    def deliver(self, route: Route, parcel: Parcel, now: datetime) -> Outcome:
        """Try once, by one way."""


class Wire:
    """The carriers that ``notices.toml`` names."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment

    def routes(self, recipient: str) -> tuple[Route, ...]:
        """Give the ways to a recipient."""
        return self._settings.routes.get(recipient, ())

    def deliver(self, route: Route, parcel: Parcel, now: datetime) -> Outcome:
        """Try once, by one way; what is missing on our side is kept for later."""
        try:
            if route.kind == "mail":
                return self._mail(route, parcel)
            if route.kind == "hook":
                return self._post(route, parcel, hook_json(parcel.notice), "application/json", now)
            alert = cap_xml(parcel.notice, self._settings.sender, parcel.dated)
            if problems := cap_problems(alert):
                return Outcome(Result.FAILED, "no valid CAP message", "; ".join(problems))
            if route.kind == "cap-file":
                return write_cap(Path(route.destination), parcel.key, alert)
            return self._post(route, parcel, alert, "application/cap+xml", now)
        except WorkspaceError as error:
            return Outcome(Result.LATER, "secret missing or malformed", str(error))

    def _mail(self, route: Route, parcel: Parcel) -> Outcome:
        server = self._settings.mail
        assert server is not None, "the settings refuse addresses without a server"
        password = self._secret(self._settings.password_env) if server.user else ""
        letter = email_text(parcel.notice)
        mail = Mail(
            to=route.destination,
            subject=letter.subject,
            body=letter.body,
            key=parcel.key,
            dated=parcel.dated,
            answers=parcel.answers,
        )
        return send(server, password, mail)

    def _post(
        self, route: Route, parcel: Parcel, body: bytes, content_type: str, now: datetime
    ) -> Outcome:
        secret = secret_bytes(self._secret(route.secret_env)) if route.secret_env else None
        message = Post(
            url=route.destination,
            body=body,
            content_type=content_type,
            key=parcel.key,
            secret=secret,
            headers={"Idempotency-Key": f'"{parcel.key}"'},
        )
        return post(message, now, self._settings.timeout_s, self._settings.ca_file)

    def _secret(self, name: str) -> str:
        found = self._environment.get(name, "")
        if not found:
            raise WorkspaceError(f"the environment variable {name} is not set; set it")
        return found


def _key(origin: str, notice: str) -> str:
    """Make a key of letters that headers and file names allow, without a full stop.

    >>> _key("truceline.example/riverline/0123456789ab", "RV 1/STEP-000001/cell/CELL")
    '0123456789ab/RV%201/STEP-000001/cell/CELL'
    """
    tail = origin.rpartition("/")[2]
    return quote(f"{tail}/{notice}", safe="/-_").replace(".", "%2E").replace("~", "%7E")
