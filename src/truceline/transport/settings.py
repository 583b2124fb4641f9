"""Where notices go: ``notices.toml`` of a workspace. Addresses stand there and nowhere else.

Secrets do not stand there: the file names environment variables that hold them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from truceline.errors import WorkspaceError
from truceline.model.procedure import Recipient
from truceline.transport.hook import LOOPBACK, url_problem
from truceline.transport.mail import MailServer

FILE: Final = "notices.toml"
"""Name of the file in a workspace."""
FORMAT: Final = 1
"""Version of its layout."""
_TOP: Final = {"format": int, "sender": str, "begins": datetime, "timeout_s": int, "ca_file": str,
               "mail": dict, "recipients": dict}  # fmt: skip
_MAIL: Final = {"host": str, "port": int, "security": str, "user": str, "password_env": str}
_RECIPIENT: Final = {"mail": list, "hook": str, "hook_secret_env": str, "cap_folder": str,
                     "cap_post": str, "cap_post_secret_env": str}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """One way to one recipient."""

    id: str
    """``mail-1``, ``hook``, ``cap-file`` or ``cap-post``; what the record says of it."""
    kind: str
    """``mail``, ``hook``, ``cap-file`` or ``cap-post``."""
    destination: str
    """Address, URL or folder; never logged."""
    secret_env: str = ""
    """Environment variable that holds the secret; empty where nothing is signed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``notices.toml`` says."""

    sender: str
    """Address of the mission."""
    begins: datetime | None
    """Events of the agreement before it open nothing. UTC."""
    timeout_s: float
    """Unit: s."""
    ca_file: str
    mail: MailServer | None
    password_env: str
    routes: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
    """By recipient."""


def read_settings(root: Path, recipients: Iterable[Recipient]) -> Settings | None:
    """Read ``notices.toml`` of a workspace; null where there is none.

    Args:
        root: of the workspace.
        recipients: whom the agreement names.

    Raises:
        WorkspaceError: when it cannot be read, or something in it cannot be meant.
    """
    path = root / FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}.") from None
    try:
        return _settings(root, values, [one.id for one in recipients])
    except _Wrong as error:
        raise WorkspaceError(f"{path}: {error}.") from None


class _Wrong(Exception):  # noqa: N818 - becomes a WorkspaceError with the path
    """Something in the file cannot be meant."""


def _settings(root: Path, values: Mapping[str, Any], known: list[str]) -> Settings:
    _typed("", values, _TOP)
    if values.get("format") != FORMAT:
        raise _Wrong(f"format is {values.get('format')!r}; this version reads {FORMAT}")
    sender = _address("sender", values.get("sender", ""))
    begins = values.get("begins")
    if begins is not None and begins.tzinfo is None:
        raise _Wrong("begins has no zone; write it as 2026-05-13T08:00:00Z")
    timeout_s = values.get("timeout_s", 20)
    if not 1 <= timeout_s <= 300:
        raise _Wrong(f"timeout_s is {timeout_s}; give 1 to 300 seconds")
    ca_file = str(root / values["ca_file"]) if values.get("ca_file") else ""
    mail = _mail(values.get("mail", {}), sender, timeout_s, ca_file)
    routes = {}
    for name, said in values.get("recipients", {}).items():
        where = f"recipients.{name}"
        if name not in known:
            raise _Wrong(f"{where} is nobody of the agreement; it names {', '.join(known)}")
        routes[name] = _routes(root, where, said)
    if mail is None and any(r.kind == "mail" for routes_ in routes.values() for r in routes_):
        raise _Wrong("mail.host is missing, and there are addresses to send mail to")
    return Settings(
        sender=sender,
        begins=begins.astimezone(UTC) if begins is not None else None,
        timeout_s=timeout_s,
        ca_file=ca_file,
        mail=mail,
        password_env=values.get("mail", {}).get("password_env", ""),
        routes=routes,
    )


def _mail(said: Mapping[str, Any], sender: str, timeout_s: int, ca_file: str) -> MailServer | None:
    _typed("mail.", said, _MAIL)
    host, security = said.get("host", ""), said.get("security", "starttls")
    if not host:
        return None
    if security not in ("starttls", "tls", "none"):
        raise _Wrong(f"mail.security is {security!r}; write starttls or tls")
    if security == "none" and host not in LOOPBACK:
        raise _Wrong(
            "mail.security is none, which would send notices and password unencrypted; write "
            "starttls or tls (none is for loopback only)"
        )
    port = said.get("port", 465 if security == "tls" else 587)
    if not 0 < port < 65536:
        raise _Wrong(f"mail.port is {port}; give 1 to 65535")
    if bool(said.get("user")) != bool(said.get("password_env")):
        raise _Wrong("mail.user and mail.password_env belong together; give both or neither")
    return MailServer(host, port, security, sender, said.get("user", ""), timeout_s, ca_file)


def _routes(root: Path, where: str, said: Any) -> tuple[Route, ...]:
    if not isinstance(said, dict):
        raise _Wrong(f"{where} is no table; write [{where}]")
    _typed(f"{where}.", said, _RECIPIENT)
    routes = [
        Route(f"mail-{number}", "mail", _address(f"{where}.mail", address))
        for number, address in enumerate(said.get("mail", []), start=1)
    ]
    for kind, name in (("hook", "hook"), ("cap-post", "cap_post")):
        if not (url := said.get(name, "")):
            continue
        if problem := url_problem(url):
            raise _Wrong(f"{where}.{name} {problem}")
        secret_env = said.get(f"{name}_secret_env", "")
        if kind == "hook" and not secret_env:
            raise _Wrong(f"{where}.hook_secret_env is missing; a hook is always signed")
        routes.append(Route(kind, kind, url, secret_env))
    if folder := said.get("cap_folder", ""):
        routes.append(Route("cap-file", "cap-file", str(_outside(root, where, folder))))
    return tuple(routes)


_OWN: Final = ("agreement", "raw", "archive", "log", "openings", "keys", "calibration")
"""Folders of a workspace in which every file has its entry of the log."""


def _outside(root: Path, where: str, folder: str) -> Path:
    path = (root / folder).resolve()
    if any(path.is_relative_to((root / name).resolve()) for name in _OWN):
        raise _Wrong(
            f"{where}.cap_folder {folder} lies in a folder whose files the log knows; "
            "write notices, or a folder outside the workspace"
        )
    return path


def _typed(prefix: str, said: Mapping[str, Any], known: Mapping[str, type]) -> None:
    """Refuse names that are not known, so that a slip of the pen leaves nobody untold."""
    for name, value in said.items():
        if name not in known and ("password" in name or "secret" in name):
            raise _Wrong(
                f"{prefix}{name}: secrets do not stand in this file; name an environment "
                "variable under " + " or ".join(one for one in known if one.endswith("_env"))
            )
        if name not in known:
            raise _Wrong(f"{prefix}{name} is not known; known are {', '.join(known)}")
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise _Wrong(f"{prefix}{name} is no {_WORDS[known[name]]}")


_WORDS: Final = {int: "whole number", str: "text in quotation marks", list: "list",
                 dict: "table", datetime: "time such as 2026-05-13T08:00:00Z"}  # fmt: skip


def _address(where: str, address: Any) -> str:
    """Take a bare address.

    Raises:
        _Wrong: when it cannot be one.
    """
    local, at, domain = address.rpartition("@") if isinstance(address, str) else ("", "", "")
    odd = any(c.isspace() or not c.isprintable() or c in '<>,;:"()[]\\' for c in str(address))
    if not (local and at and domain) or "@" in local or odd or len(address) > 254:
        raise _Wrong(f"{where}: {address!r} is no bare address such as cell@verification.example")
    return str(address)
