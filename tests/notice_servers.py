"""Real servers on loopback for the tests of notices: SMTP, HTTP and HTTPS, and a private authority."""

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mailbox:
    """What an SMTP server took, and how it is told to answer."""

    def __init__(self):
        self.taken = []
        """(address, message)"""
        self.at_rcpt = {}
        """Address to answer."""
        self.at_data = []
        """Answers in place of taking, used up one by one."""
        self.names = []
        """What clients called themselves."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.names.append(hostname)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.at_rcpt:
            return self.at_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.at_data:
            answer = self.at_data.pop(0)
            if answer == "hang up":
                self.taken.append((tuple(envelope.rcpt_tos), parsed(envelope), session.ssl))
                server.transport.abort()
                return "421 never seen"
            return answer
        self.taken.append((tuple(envelope.rcpt_tos), parsed(envelope), session.ssl))
        return "250 2.0.0 taken"


def parsed(envelope):
    return message_from_bytes(envelope.content, policy=default)


@contextmanager
def smtp_server(box, context=None, *, implicit=False, user=None):
    """Run a mail server; with a context it offers, and asks for, encryption."""
    named = {}
    if context is not None and not implicit:
        named = {"tls_context": context, "require_starttls": True}
    if user is not None:
        named |= {
            "auth_required": True,
            "authenticator": lambda server, session, envelope, mechanism, data: AuthResult(
                success=(data.login.decode(), data.password.decode()) == user
            ),
        }
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=unused_port(),
        ssl_context=context if implicit else None,
        server_hostname="mail.example",
        **named,
    )
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


class Hooks:
    """What an HTTP server took, and how it is told to answer."""

    def __init__(self):
        self.taken = []
        """(path, headers, body)"""
        self.answers = []
        """Status codes, used up one by one; then 204."""


@contextmanager
def http_server(hooks, context=None):
    """Run a web server that takes hooks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hooks.answers.pop(0) if hooks.answers else 204
            hooks.taken.append((self.path, dict(self.headers), body))
            if status == "hang up":
                self.close_connection = True
                return
            if status == "drip":
                threading.Event().wait(3)
                self.close_connection = True
                return
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def authority(folder):
    """Make a certificate for 127.0.0.1; give its file and a context for the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a private authority")])
    now = datetime.now(UTC)  # noqa: TID251 - certificates are checked against the clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "authority.pem", folder / "secret.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    return str(cert), context


def unused_port():
    """Give a port on which nobody listens."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
