"""Mail by SMTP: encrypted, one message a recipient, with an end to waiting.

Source: RFC 5321 section 4.2.1 (4yz is tried again, 5yz is not); RFC 3834 (automatic messages).
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal

from truceline.transport.outcome import Outcome, Result
from truceline.transport.patience import at_most

Security = Literal["starttls", "tls", "none"]
_POLICY: Final = SMTP.clone(cte_type="7bit", max_line_length=998)
"""For servers of every age; no identifier is folded, which some readers do not undo."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes the mission's mail."""

    host: str
    port: int
    security: Security
    """``none`` for loopback only."""
    sender: str
    """Address of the mission."""
    user: str = ""
    """Empty where the server asks for no name."""
    timeout_s: float = 20
    """For each step; six times as long for all of it. Unit: s."""
    ca_file: str = ""
    """Certificates of a private authority; empty for those of the system."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address."""

    to: str
    subject: str
    body: str
    key: str
    """Becomes the ``Message-ID``, the same at each try."""
    dated: datetime
    """Date of the message, the same at each try. UTC."""
    answers: str = ""
    """Key of an earlier message that this one belongs to."""


def send(server: MailServer, password: str, mail: Mail) -> Outcome:
    """Send once and say what became of it.

    Args:
        server: to give it to.
        password: of the server's user; unused where no user is named.
        mail: to send.
    """
    try:
        message = message_of(server, mail)
    except ValueError as error:
        return Outcome(Result.FAILED, "message cannot be written", str(error))
    try:
        connection = _connected(server)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.LATER, _named(error), str(error), down=True)
    try:
        with at_most(6 * server.timeout_s, lambda: connection.sock):
            _introduce(connection, server, password)
            return _give(connection, server, mail, message)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.LATER, _named(error), str(error), down=True)
    finally:
        _leave(connection)


def message_of(server: MailServer, mail: Mail) -> EmailMessage:
    """Write a message.

    Raises:
        ValueError: when an address or the subject cannot stand in a header.
    """
    domain = server.sender.rpartition("@")[2]
    message = EmailMessage(policy=_POLICY)
    message["From"] = server.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.dated)
    message["Message-ID"] = f"<{mail.key}@{domain}>"
    if mail.answers:
        message["In-Reply-To"] = message["References"] = f"<{mail.answers}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _connected(server: MailServer) -> smtplib.SMTP:
    """Connect to the server; it is told no name of this machine.

    Raises:
        OSError: when nobody answers, or the certificate is not trusted.
        SMTPException: when it is no mail server, or takes no mail now.
    """
    name = server.sender.rpartition("@")[2]
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            timeout=server.timeout_s,
            context=_context(server),
            local_hostname=name,
        )
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout_s, local_hostname=name)


def _introduce(connection: smtplib.SMTP, server: MailServer, password: str) -> None:
    """Encrypt, and say who we are.

    Raises:
        OSError: when the certificate is not trusted.
        SMTPException: when the server does not do as it must; nothing is sent unencrypted then.
    """
    connection.ehlo()
    if server.security == "starttls":
        connection.starttls(context=_context(server))
        connection.ehlo()
    if server.user:
        try:
            connection.login(server.user, password)
        except smtplib.SMTPException as error:
            raise _LoginError(str(error)) from error


class _LoginError(smtplib.SMTPException):
    """The server does not take our name and password, or hangs up when it hears them."""


def _context(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file or None)


def _give(
    connection: smtplib.SMTP, server: MailServer, mail: Mail, message: EmailMessage
) -> Outcome:
    """Hand the message over."""
    try:
        connection.send_message(message, server.sender, [mail.to])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[mail.to]
        return _refused(code, said)
    except smtplib.SMTPSenderRefused as error:  # our own address: nothing is wrong with the others
        return Outcome(Result.LATER, f"SMTP {error.smtp_code}", str(error), down=True)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
        return Outcome(Result.FAILED, "address or text not supported", str(error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.LATER, _named(error), str(error), unsure=True)
    return Outcome(Result.SENT, "SMTP 250")


def _refused(code: int, said: bytes | str) -> Outcome:
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    first = text.split(" ", 1)[0]
    enhanced = f" {first}" if first.replace(".", "").isdigit() and first.count(".") == 2 else ""
    result = Result.FAILED if code >= 500 else Result.LATER
    return Outcome(result, f"SMTP {code}{enhanced}", text)


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; whatever comes of it, the message is where it is."""
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()


def _named(error: Exception) -> str:
    """Name what went wrong without an address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate not trusted"
    if isinstance(error, _LoginError):
        return "login refused"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "server does not offer what is needed"
    return "no answer in time" if isinstance(error, TimeoutError) else "no connection"
