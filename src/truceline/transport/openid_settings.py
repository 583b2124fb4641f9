"""The identity provider of a mission, in ``openid.toml`` of the workspace; its secret elsewhere.

::

    format = 1
    issuer = "https://id.example"
    client_id = "truceline"
    redirect_uri = "http://127.0.0.1:8400/back"
    client_secret_env = "OPENID_SECRET"    # optional: the variable that holds the client's secret
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from truceline.errors import WorkspaceError
from truceline.transport.openid import Provider

FILE: Final = "openid.toml"
"""Below the workspace."""
_NEEDED: Final = ("issuer", "client_id", "redirect_uri")
_SECRET: Final = "client_secret_env"  # noqa: S105 - the name of a setting


def read_provider(root: Path, environment: Mapping[str, str]) -> Provider:
    """Read which identity provider people log in at.

    Args:
        root: of the workspace.
        environment: in which the client's secret stands.

    Raises:
        WorkspaceError: when there is no such file, or something in it is missing or wrong.
    """
    path = root / FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(
            f"{path} is missing: it names the identity provider (docs/people.md says how)."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}; correct it.") from None
    unknown = sorted(values.keys() - {"format", *_NEEDED, _SECRET})
    if values.get("format") != 1 or unknown:
        said = f"{unknown[0]!r} is no setting" if unknown else "it begins with format = 1"
        raise WorkspaceError(f"{path}: {said}; there are {', '.join((*_NEEDED, _SECRET))}.")
    found = {name: values.get(name) for name in _NEEDED}
    missing = [name for name, value in found.items() if not isinstance(value, str) or not value]
    if missing:
        raise WorkspaceError(f"{path}: {missing[0]} is missing, or no text.")
    return Provider(
        **{name: str(value) for name, value in found.items()},
        client_secret=_secret(path, values, environment),
    )


def _secret(path: Path, values: Mapping[str, object], environment: Mapping[str, str]) -> str:
    name = values.get(_SECRET)
    if name is None:
        return ""
    secret = environment.get(str(name), "")
    if not secret:
        raise WorkspaceError(f"{path}: the variable {str(name)[:64]} holds no secret; set it.")
    return secret
