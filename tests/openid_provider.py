"""A small real identity provider on loopback, which can be told to misbehave."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT = "truceline-cell"
SECRET = "a-client-secret-for-tests"  # noqa: S105 - of a provider that lives for a second
REDIRECT = "http://127.0.0.1:9/back"


@dataclass
class World:
    """What the provider knows, and how it is to misbehave."""

    now: int
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    subject: str = "subject-0001"
    issuer: str = ""
    codes: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    """Claims that are to differ; None: left out."""
    signing: str = "ES256"
    signer: ECKey | None = None
    described: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    """Bodies and headers that came to the token endpoint."""


def application(world):
    async def configuration(request):
        return JSONResponse(
            {
                "issuer": world.issuer,
                "authorization_endpoint": f"{world.issuer}/authorize",
                "token_endpoint": f"{world.issuer}/token",
                "jwks_uri": f"{world.issuer}/keys",
                **world.described,
            }
        )

    async def authorize(request):
        """Log in at once, as whoever the world says."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"] == REDIRECT
        assert asked["code_challenge_method"] == "S256"
        code = hashlib.sha256(f"{len(world.codes)}".encode()).hexdigest()
        world.codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"], "iss": world.issuer})
        return RedirectResponse(f"{REDIRECT}?{answer}", status_code=302)

    async def token(request):
        form = parse_qs((await request.body()).decode())
        world.asked.append((form, dict(request.headers)))
        asked = world.codes.pop(form["code"][0], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = _text(hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest())
        proved = asked and challenge == asked["code_challenge"]
        if not proved or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse(
            {
                "access_token": "an-access-token",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": id_token(world, asked["nonce"]),
            }
        )

    async def keys(request):
        return JSONResponse({"keys": [world.key.as_dict(private=False)]})

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", configuration),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
            Route("/keys", keys),
        ]
    )


def id_token(world, nonce):
    """Make an ID token, as the world says."""
    claims = {
        "iss": world.issuer,
        "sub": world.subject,
        "aud": CLIENT,
        "exp": world.now + 300,
        "iat": world.now,
        "nonce": nonce,
        "email": "r.example@example.org",
        **world.claims,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    if world.signing in {"none", "HS256"}:
        body = f"{_part({'alg': world.signing, 'typ': 'JWT'})}.{_part(claims)}"
        public = world.key.as_pem(private=False)  # misused as a shared secret
        mac = hmac.digest(public, body.encode(), "sha256") if world.signing == "HS256" else b""
        return f"{body}.{_text(mac)}"
    key = world.signer or world.key
    return jwt.encode({"alg": world.signing, "kid": "one"}, claims, key)


def _part(value):
    return _text(json.dumps(value).encode())


def _text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextlib.contextmanager
def serving(world):
    """Serve the provider on a free port of this machine."""
    bound = socket.create_server(("127.0.0.1", 0))
    world.issuer = f"http://127.0.0.1:{bound.getsockname()[1]}"
    config = uvicorn.Config(application(world), log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield world
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()


def sent_back(url):
    """Do what the person's browser does: go there, and give where it is sent back to."""
    answer = httpx.get(url, follow_redirects=False, trust_env=False)
    assert answer.status_code == 302, answer.text
    assert urlsplit(answer.headers["location"]).path == "/back"
    return answer.headers["location"]
