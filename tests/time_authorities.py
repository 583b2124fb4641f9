"""A real time authority on this machine: ``openssl ts`` behind a small HTTP server."""

import contextlib
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOW = "the tests of time stamps need the openssl command (Debian: apt-get install openssl)"


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=cwd, capture_output=True)  # noqa: PLW1510 - judged below
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Authority:
    """A root, a signing certificate under it, and the folder that holds both."""

    def __init__(self, folder, name="Example", *, ended=False):
        assert shutil.which("openssl"), HOW
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._run("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
                  "-subj", f"/CN={name} root")  # fmt: skip
        self._run("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr",
                  "-subj", f"/CN={name} time authority")  # fmt: skip
        (self.folder / "ext").write_text(
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        )
        days = ("-days", "-1") if ended else ("-days", "365")
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
                  "-CAcreateserial", *days, "-extfile", "ext", "-out", "tsa.pem")  # fmt: skip
        (self.folder / "serial").write_text("01\n")
        (self.folder / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\n"
            "default_policy=1.2.3.4.1\ndigests=sha1,sha256,sha384,sha512\naccuracy=secs:1,millisecs:500\n"
            "ordering=no\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
        )

    def _run(self, *arguments):
        return openssl(*arguments, cwd=self.folder)

    @property
    def root(self):
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request):
        """Stamp a request (DER) as the authority does."""
        (self.folder / "q.tsq").write_bytes(request)
        self._run("ts", "-reply", "-queryfile", "q.tsq", "-config", "ts.cnf", "-signer", "tsa.pem",
                  "-inkey", "tsa.key", "-out", "r.tsr")  # fmt: skip
        return (self.folder / "r.tsr").read_bytes()

    def stamp(self, data, digest="sha256", *options):
        """Stamp some data from the command line."""
        (self.folder / "data").write_bytes(data)
        request = self._run("ts", "-query", "-data", "data", f"-{digest}", "-cert", *options)
        return self.answer(request)


@contextlib.contextmanager
def serving(answer, kind="application/timestamp-reply", status=200):
    """Serve an authority over HTTP; ``answer`` makes a reply of a request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            reply = answer(body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
        finally:
            server.shutdown()
            thread.join()
