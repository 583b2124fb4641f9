"""One question to a language model over HTTP, in the chat form that many services share.

Address, model and key stand in environment variables and nowhere else; the key is in no message.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from truceline.errors import WorkspaceError
from truceline.transport.hook import url_problem
from truceline.transport.patience import at_most

URL: Final = "TRUCELINE_MODEL_URL"
MODEL: Final = "TRUCELINE_MODEL_NAME"
KEY: Final = "TRUCELINE_MODEL_KEY"
TIMEOUT: Final = "TRUCELINE_MODEL_TIMEOUT_S"
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an answer beyond which it is not read."""


class NoAnswer(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The endpoint gave no answer that can be used; the argument says why, without the key."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask; a function of one argument that can be sent to another process."""

    url: str
    model: str
    key: str = field(repr=False, default="")
    """Empty where the service asks for none."""
    timeout_s: float = 45.0

    def __call__(self, body: Mapping[str, Any]) -> str:
        """Ask once and give the text of the answer.

        Raises:
            NoAnswer: when there is none in time, or it is of another form.
        """
        return _content(self._post(json.dumps(body).encode()))

    def _post(self, body: bytes) -> bytes:
        parts = urlsplit(self.url)
        headers = {"Content-Type": "application/json", "User-Agent": "truceline"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connection()
        try:
            with at_most(3 * self.timeout_s, lambda: connection.sock):
                connection.request("POST", path, body, headers)
                with connection.getresponse() as answer:
                    status, text = answer.status, answer.read(_LARGEST + 1)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"no answer from the endpoint ({type(error).__name__})") from None
        finally:
            connection.close()
        if status != http.client.OK:
            raise NoAnswer(f"the endpoint answered HTTP {status}")
        if len(text) > _LARGEST:
            raise NoAnswer(f"the endpoint answered with more than {_LARGEST} bytes")
        return text

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_s)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, parts.port, timeout=self.timeout_s, context=context
        )


def _content(answer: bytes) -> str:
    """Take the text out of a chat answer.

    >>> _content(b'{"choices": [{"message": {"content": "{}"}}]}')
    '{}'
    """
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise NoAnswer("the endpoint answered in another form than a chat completion")
    return content


def endpoint_from(environment: Mapping[str, str]) -> Endpoint:
    """Read where to ask from environment variables.

    Raises:
        WorkspaceError: when one is missing or cannot be meant.
    """
    url, model = environment.get(URL, ""), environment.get(MODEL, "")
    for name, value in ((URL, url), (MODEL, model)):
        if not value:
            raise WorkspaceError(
                f"the environment variable {name} is not set; a model endpoint needs it."
            )
    problem = url_problem(url)
    if problem:
        raise WorkspaceError(f"the address in {URL} {problem}.")
    try:
        timeout_s = float(environment.get(TIMEOUT, "45"))
    except ValueError:
        timeout_s = 0.0
    if not 1.0 <= timeout_s <= 600.0:
        raise WorkspaceError(f"{TIMEOUT} is no number of seconds from 1 to 600.")
    return Endpoint(url, model, environment.get(KEY, ""), timeout_s)
