"""A ``notices.toml`` to begin with: it names every recipient and sends nothing yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from truceline.model.procedure import Recipient
from truceline.transport.settings import FORMAT


def template(recipients: Iterable[Recipient], now: datetime) -> str:
    """Write a ``notices.toml`` that names every recipient and sends nothing yet.

    Args:
        recipients: whom the agreement names.
        now: events of the agreement before it will open nothing; UTC.
    """
    moment = now.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    parts = [_HEAD.format(format=FORMAT, moment=moment)]
    parts += [_EACH.format(name=_quoted(one.id), title=_line(one.name)) for one in recipients]
    return "\n".join(parts)


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


_HEAD = """\
# Where notices go. Addresses stand in this file and nowhere else: not in the agreement, not in the
# log. Keep it for yourself. Secrets do not even stand here: name environment variables.
format = {format}
# Address of the mission: it sends the mail and the CAP messages.
sender = "verification@example.org"
# Events of the agreement (entry into force, end) before this time open nothing.
begins = {moment}
# How long to wait for each step of the other side. Unit: s.
timeout_s = 20
# Certificates of a private authority; empty for those of the system.
ca_file = ""

[mail]
# Empty: no mail is sent. security is starttls (port 587) or tls (port 465).
host = ""
port = 587
security = "starttls"
user = ""
# Name of the environment variable that holds the password.
password_env = ""

# For each recipient as many ways as are needed; a notice goes out by all of them.
#   mail                 addresses; each gets a message of its own
#   hook                 https address for JSON, signed after Standard Webhooks
#   hook_secret_env      environment variable that holds its secret (whsec_...)
#   cap_folder           folder for CAP 1.2 files, seen from the workspace: "notices/cell"
#   cap_post             https address for CAP 1.2 messages
#   cap_post_secret_env  environment variable that holds its secret; empty: not signed
"""
_EACH = """\
# {title}
[recipients.{name}]
mail = []
hook = ""
hook_secret_env = ""
cap_folder = ""
cap_post = ""
cap_post_secret_env = ""
"""
