"""Login at an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

What comes back is who somebody is there (issuer and subject) and nothing else: a mail address or a
name that a provider tells is no proof of anything. Who that is in the mission stands in the records.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636 (PKCE); RFC 9207 (iss).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from truceline.errors import AccessError, WorkspaceError

ALGORITHMS: Final = ("ES256", "PS256", "RS256")
"""Of ID tokens. None with a shared secret, and never ``none``."""
LEEWAY_S: Final = 60
"""How far the provider's clock may be off. Unit: s."""
FRESH: Final = timedelta(minutes=10)
"""How long a login may take, from the first page to the ID token."""
_TIMEOUT_S: Final = 10.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST: Final = 255
"""Of issuer and subject. Unit: characters."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider, as it is registered there and set up here."""

    issuer: str
    """Its address, exactly as it names itself."""
    client_id: str
    redirect_uri: str
    """Where it sends people back to."""
    client_secret: str = field(default="", repr=False)
    """Empty for a public client, which PKCE alone protects."""


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """A login that was begun; its secrets stay with whoever began it, and it ends once."""

    url: str = field(repr=False)
    """Where the person goes."""
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    begun: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider."""

    issuer: str
    subject: str


def begin(provider: Provider, draw: Callable[[int], bytes], now: datetime) -> BegunLogin:
    """Begin a login.

    Args:
        provider: where.
        draw: source of state, nonce and the secret of PKCE.
        now: UTC.

    Raises:
        WorkspaceError: when the provider is set up wrongly, cannot be asked, or a library is missing.
    """
    described = _described(provider)
    state, nonce, verifier = (_text(draw(32)) for _ in range(3))
    url = _library("authlib.oauth2.rfc6749.parameters").prepare_grant_uri(
        described["authorization_endpoint"],
        provider.client_id,
        "code",
        provider.redirect_uri,
        "openid",
        state,
        nonce=nonce,
        code_challenge=_challenge(verifier),
        code_challenge_method="S256",
    )
    return BegunLogin(str(url), state, nonce, verifier, now)


def finish(provider: Provider, login: BegunLogin, answer: str, now: datetime) -> Identity:
    """End a login: exchange the code, and check the ID token.

    Args:
        provider: where.
        login: as it was begun; the caller ends each once.
        answer: address to which the person was sent back, with its query.
        now: UTC.

    Raises:
        AccessError: when the answer, the code or the ID token is not of this login.
        WorkspaceError: when the provider cannot be asked, or a library is missing.
    """
    if not login.begun <= now <= login.begun + FRESH:
        raise AccessError("the login was begun too long ago; begin again.")
    code = _code(provider, login, answer)
    described = _described(provider)
    with _asking(provider), _client() as client:
        given = _exchanged(client, provider, described["token_endpoint"], code, login.verifier)
        keys = _json(client.get(described["jwks_uri"]))
    id_token = given.get("id_token")
    if not isinstance(id_token, str):
        raise AccessError("the identity provider told nobody's identity: it sent no ID token.")
    return identity_of(provider, id_token, keys, login.nonce, now)


def identity_of(
    provider: Provider, id_token: str, keys: Mapping[str, Any], nonce: str, now: datetime
) -> Identity:
    """Check an ID token, and give whom it names.

    Args:
        provider: who must have issued it, and for whom.
        id_token: as it came.
        keys: the provider's public keys, a JWK set.
        nonce: of the login.
        now: UTC.

    Raises:
        AccessError: when its signature, algorithm, issuer, audience, time or nonce is wrong.
        WorkspaceError: when a library is missing.
    """
    jwt, jwk, errors, claims_of = (
        _library("joserfc.jwt"),
        _library("joserfc.jwk"),
        _library("joserfc.errors"),
        _library("authlib.oidc.core"),
    )
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    about = {"nonce": nonce, "client_id": provider.client_id}
    try:
        read = jwt.decode(id_token, _signing(jwk, keys), algorithms=list(ALGORITHMS))
        claims = claims_of.CodeIDToken(read.claims, read.header, wanted, about)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except (errors.JoseError, ValueError, TypeError, KeyError) as error:
        reason = type(error).__name__
        raise AccessError(f"the ID token does not stand ({reason}); begin again.") from None
    if now - datetime.fromtimestamp(claims["iat"], now.tzinfo) > FRESH:
        raise AccessError("the ID token is not of this login: it was made long ago; begin again.")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or not subject.isascii():
        raise AccessError("the ID token names nobody: its subject is no ASCII text.")
    return Identity(provider.issuer, subject)


def _code(provider: Provider, login: BegunLogin, answer: str) -> str:
    """Give the code of an answer that is one to this login.

    Raises:
        AccessError: when it is of another login or provider, or a refusal.
    """
    query = parse_qs(urlsplit(answer.strip()).query) if len(answer) < 8192 else {}
    one = {name: values[0] for name, values in query.items() if len(values) == 1}
    if not _same(one.get("state", ""), login.state):
        raise AccessError("the answer is not one to this login (its state differs); begin again.")
    if one.get("iss", provider.issuer) != provider.issuer:
        raise AccessError("the answer comes from another identity provider; begin again.")
    if "code" not in one:
        raise AccessError("the identity provider refused the login; begin again.")
    return one["code"]


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _described(provider: Provider) -> Mapping[str, Any]:
    """Ask a provider where its pages are.

    Raises:
        WorkspaceError: when it cannot be asked, names another issuer, or is not reached by https.
    """
    _require_safe(provider.issuer)
    where = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    with _asking(provider), _client() as client:
        found = _json(client.get(where))
    if found.get("issuer") != provider.issuer:
        raise WorkspaceError(
            f"{provider.issuer}: it calls itself {str(found.get('issuer'))[:100]!r}; write the "
            "issuer exactly as the provider does."
        )
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _require_safe(str(found.get(name, "")))
    return found


def _require_safe(address: str) -> None:
    """Refuse what could be listened to on the way.

    Raises:
        WorkspaceError: when an address is neither https nor on this machine.
    """
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" or local) or not parts.hostname or len(address) > _LONGEST:
        raise WorkspaceError(
            f"{address[:100]!r}: an identity provider is reached by https, at an address of at most "
            f"{_LONGEST} characters."
        )


@contextmanager
def _asking(provider: Provider) -> Iterator[None]:
    """Turn what goes wrong on the way into a sentence; no code or token is repeated.

    Raises:
        WorkspaceError: when it cannot be asked, or answers what cannot be read.
    """
    httpx = _library("httpx")
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise WorkspaceError(
            f"{provider.issuer}: the identity provider gives no answer that can be used "
            f"({type(error).__name__}); try again, or log in with your password."
        ) from None


def _exchanged(
    client: Any, provider: Provider, where: str, code: str, verifier: str
) -> dict[str, Any]:
    """Exchange a code for an ID token.

    Raises:
        AccessError: when the provider refuses the code.
    """
    public = {} if provider.client_secret else {"client_id": provider.client_id}
    body = _library("authlib.oauth2.rfc6749.parameters").prepare_token_request(
        "authorization_code",
        redirect_uri=provider.redirect_uri,
        code=code,
        code_verifier=verifier,
        **public,
    )
    secret = (quote(provider.client_id, safe=""), quote(provider.client_secret, safe=""))
    answer = client.post(
        where,
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
        auth=secret if provider.client_secret else None,
    )
    if answer.status_code in {400, 401}:
        raise AccessError("the identity provider did not take the code; begin again.")
    return _json(answer)


def _client() -> Any:
    """Make a client that follows no redirect and takes no settings of the environment."""
    return _library("httpx").Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False)


def _json(response: Any) -> dict[str, Any]:
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - _asking tells it as an answer of no use
    return found


def _signing(jwk: Any, keys: Mapping[str, Any]) -> Any:
    """Give the public keys that may sign: none that is shared, none that is for something else."""
    listed = keys.get("keys")
    fit = [
        one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and one.get("kty") in {"RSA", "EC"} and one.get("use") != "enc"
    ]
    return jwk.KeySet.import_key_set({"keys": fit})


def _challenge(verifier: str) -> str:
    made: str = _library("authlib.oauth2.rfc7636").create_s256_code_challenge(verifier)
    return made


def _text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode().rstrip("=")


def _library(name: str) -> Any:
    """Load what only a server needs.

    Raises:
        WorkspaceError: when it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise WorkspaceError(
            "logging in at an identity provider needs more libraries: "
            "`pip install 'truceline[server]'`."
        ) from None
