"""Login at an identity provider, against a real one on loopback that can misbehave."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey

from openid_provider import CLIENT, REDIRECT, SECRET, World, sent_back, serving
from truceline.errors import AccessError, WorkspaceError
from truceline.transport import openid
from truceline.transport.openid import Identity, Provider, begin, finish, identity_of

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
DRAWN = iter(range(1, 10_000))


def draw(size):
    return next(DRAWN).to_bytes(size)


@pytest.fixture(scope="module")
def served():
    with serving(World(int(NOW.timestamp()))) as world:
        yield world


@pytest.fixture
def world(served):
    """The provider as it should be."""
    served.claims, served.described, served.signing, served.signer = {}, {}, "ES256", None
    served.codes.clear()
    served.asked.clear()
    return served


@pytest.fixture
def provider(world):
    return Provider(world.issuer, CLIENT, REDIRECT, SECRET)


def test_who_somebody_is_there_comes_back(provider, world):
    login = begin(provider, draw, NOW)
    found = finish(provider, login, sent_back(login.url), NOW + timedelta(seconds=30))
    assert found == Identity(world.issuer, "subject-0001")
    ((form, headers),) = world.asked
    assert form["code_verifier"] == [login.verifier]
    assert "client_secret" not in form
    assert headers["authorization"].startswith("Basic ")


def test_nothing_secret_shows(provider):
    login = begin(provider, draw, NOW)
    shown = f"{login!r} {login} {provider!r}"
    for secret in (login.state, login.nonce, login.verifier, SECRET):
        assert secret not in shown


def test_a_code_counts_once(provider):
    login = begin(provider, draw, NOW)
    back = sent_back(login.url)
    finish(provider, login, back, NOW)
    with pytest.raises(AccessError, match="did not take the code") as refused:
        finish(provider, login, back, NOW)
    assert back.split("code=")[1][:20] not in str(refused.value)


def test_a_stolen_code_is_of_no_use_without_the_secret_of_who_began(provider):
    mine, theirs = begin(provider, draw, NOW), begin(provider, draw, NOW)
    stolen = sent_back(theirs.url)
    with pytest.raises(AccessError, match="state differs"):
        finish(provider, mine, stolen, NOW)
    forged = stolen.replace(theirs.state, mine.state)
    with pytest.raises(AccessError, match="did not take the code"):
        finish(provider, mine, forged, NOW)


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        ("", "state differs"),
        (f"{REDIRECT}?code=x", "state differs"),
        (f"{REDIRECT}?code=x&state=STATE&state=STATE", "state differs"),
        (f"{REDIRECT}?error=access_denied&state=STATE", "refused the login"),
        (f"{REDIRECT}?code=x&state=STATE&iss=https://other.example", "another identity provider"),
        ("x" * 10_000, "state differs"),
        (f"{REDIRECT}?code=x&state=\u0441STATE", "state differs"),
        (f"{REDIRECT}?code=unknown&state=STATE", "did not take the code"),
    ],
)
def test_an_answer_that_is_none_to_this_login_is_refused(provider, answer, match):
    login = begin(provider, draw, NOW)
    with pytest.raises(AccessError, match=match):
        finish(provider, login, answer.replace("STATE", login.state), NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=11), timedelta(seconds=-1)])
def test_a_login_that_took_too_long_is_refused_before_the_code_is_used(provider, world, late):
    login = begin(provider, draw, NOW)
    with pytest.raises(AccessError, match="too long ago"):
        finish(provider, login, sent_back(login.url), NOW + late)
    assert world.asked == []


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"exp": int(NOW.timestamp()) - 61},
        {"nbf": int(NOW.timestamp()) + 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"iat": int(NOW.timestamp()) - 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "subj\u0435ct"},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"aud": None},
        {"iss": None},
    ],
    ids=str,
)
def test_an_id_token_of_somebody_or_something_else_is_refused(provider, world, claims):
    world.claims = claims
    login = begin(provider, draw, NOW)
    with pytest.raises(AccessError, match="ID token"):
        finish(provider, login, sent_back(login.url), NOW)


@pytest.mark.parametrize("signing", ["none", "HS256"])
def test_no_signature_and_a_shared_secret_are_refused(provider, world, signing):
    world.signing = signing
    login = begin(provider, draw, NOW)
    with pytest.raises(AccessError, match="does not stand"):
        finish(provider, login, sent_back(login.url), NOW)


def test_a_signature_of_another_key_is_refused(provider, world):
    world.signer = ECKey.generate_key("P-256", {"kid": "one"})
    login = begin(provider, draw, NOW)
    with pytest.raises(AccessError, match="BadSignature"):
        finish(provider, login, sent_back(login.url), NOW)


def test_a_shared_key_among_the_providers_keys_signs_nothing(provider, world):
    """Whoever could slip such a key in would make tokens that anybody can make."""
    import base64

    from joserfc import jws, jwt
    from joserfc.jwk import OctKey

    shared = OctKey.import_key(b"k" * 32)
    claims = {"iss": world.issuer, "sub": "x", "aud": CLIENT, "nonce": "n"}
    claims |= {"exp": int(NOW.timestamp()) + 60, "iat": int(NOW.timestamp())}
    token = jwt.encode(
        {"alg": "HS256"}, claims, shared, registry=jws.JWSRegistry(algorithms=["HS256"])
    )
    encoded = base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")
    with pytest.raises(AccessError, match="does not stand"):
        identity_of(provider, token, {"keys": [{"kty": "oct", "k": encoded}]}, "n", NOW)


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [1, {"kty": "RSA"}]}])
def test_keys_of_no_use_let_nobody_in(provider, world, keys):
    from openid_provider import id_token

    with pytest.raises(AccessError, match="does not stand"):
        identity_of(provider, id_token(world, "n"), keys, "n", NOW)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 100_000, "\u0441.\u0441.\u0441"])
def test_what_is_no_id_token_is_refused(provider, world, token):
    keys = {"keys": [world.key.as_dict(private=False)]}
    with pytest.raises(AccessError, match="does not stand"):
        identity_of(provider, token, keys, "n", NOW)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": ""},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(provider, world, described):
    world.described = described
    with pytest.raises(WorkspaceError):
        begin(provider, draw, NOW)


@pytest.mark.parametrize(
    "issuer", ["http://other.example", "ftp://127.0.0.1", "https://", "", "https://" + "x" * 300]
)
def test_a_provider_is_reached_by_https_or_is_on_this_machine(provider, issuer):
    with pytest.raises(WorkspaceError, match="https"):
        begin(replace(provider, issuer=issuer), draw, NOW)


def test_a_provider_that_does_not_answer_is_told_so(provider):
    with pytest.raises(WorkspaceError, match="log in with your password"):
        begin(replace(provider, issuer="http://127.0.0.1:9"), draw, NOW)


def test_without_the_libraries_it_says_what_to_install(provider, monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(WorkspaceError, match=r"truceline\[server\]"):
        begin(provider, draw, NOW)


def test_algorithms_are_those_of_public_keys():
    assert not any(name.startswith("HS") or name == "none" for name in openid.ALGORITHMS)
