"""Who stands behind a VIINA row: publishers and articles, from addresses and short names."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

UNKNOWN: Final = "viina:unknown-publisher"
"""Independence group of a row that names nobody: such rows never corroborate one another."""

# Short names of VIINA's ``source`` column to the publisher's domain (README of VIINA, list of
# data sources), so that a release file and a slice with addresses name one publisher alike.
_SHORT_NAMES: Final[dict[str, str]] = {
    "24tvua": "24tv.ua",
    "epravda": "pravda.com.ua",
    "espreso": "espreso.tv",
    "forbesua": "forbes.ua",
    "interfaxua": "interfax.com.ua",
    "kp": "kp.ru",
    "liga": "liga.net",
    "liveuamap": "liveuamap.com",
    "meduza": "meduza.io",
    "militarnyy": "militarnyi.com",
    "mz": "zona.media",
    "ng": "ng.ru",
    "ntv": "ntv.ru",
    "nv": "nv.ua",
    "pravdaua": "pravda.com.ua",
    "ria": "ria.ru",
    "unian": "unian.ua",
}
# Titles of one house under several domains are one publisher: fewer groups, never more.
_SAME_HOUSE: Final[dict[str, str]] = {
    "champion.com.ua": "pravda.com.ua",
    "epravda.com.ua": "pravda.com.ua",
    "eurointegration.com.ua": "pravda.com.ua",
    "mezha.media": "pravda.com.ua",
    "mezha.ua": "pravda.com.ua",
    "mil.in.ua": "militarnyi.com",
    "unian.info": "unian.ua",
    "unian.net": "unian.ua",
}
_SHORTENERS: Final = frozenset({"t.co", "bit.ly", "goo.gl", "tinyurl.com"})
_ACCOUNTS: Final = {
    "t.me": "t.me",
    "telegram.me": "t.me",
    "x.com": "x.com",
    "twitter.com": "x.com",
    "facebook.com": "facebook.com",
    "youtube.com": "youtube.com",
}
# Second levels under which a country sells names: general ones, and the regions of Ukraine.
_SECOND_LEVEL: Final = re.compile(
    "ac|biz|com?|edu|gov|gob|in|info|mil|net|org|or|kiev|kyiv|khark[io]v|kherson|dp|dnipro|donetsk|"
    "lugansk|lviv|lv|od|odess?a|zp|zaporizhzhe|mk|nikolaev|sumy|poltava|cn|vn|if|uz|te|rv|volyn|zt|"
    "km|ck|cv|kr|crimea"
)
_LANGUAGE: Final = re.compile(r"^/(?:ukr?|rus?|eng?|ua|uk)(?=/)", re.IGNORECASE)


@lru_cache(maxsize=65536)
def publisher_of(url: str) -> str | None:
    """Name the publisher of an address; null where the address does not tell.

    A channel of Telegram or an account of a network is a publisher of its own, anything else is
    known by its registered domain.

    >>> publisher_of("https://biz.liga.net/all/tek/novosti/x"), publisher_of("https://t.me/s/Abc/1")
    ('liga.net', 't.me/abc')
    """
    parts = _split(url)
    if parts is None:
        return None
    host, path = parts
    domain = _registered(host)
    if domain is None or domain in _SHORTENERS:
        return None
    network = _ACCOUNTS.get(domain)
    if network is None:
        return _SAME_HOUSE.get(domain, domain)
    steps = [step for step in path.split("/") if step]
    if network == "t.me" and len(steps) > 1 and steps[0] == "s":
        steps = steps[1:]
    if not steps:
        return None
    if network == "t.me" and steps[0] == "c" and len(steps) > 1:
        return f"t.me/c/{steps[1]}"
    return f"{network}/{steps[0].lower()}"


def publisher_of_short_name(name: str) -> str:
    """Name the publisher behind a short name of VIINA's own; an unknown one keeps its name."""
    return _SHORT_NAMES.get(name.lower(), f"viina-source/{name.lower()}")


@lru_cache(maxsize=65536)
def article_of(url: str) -> str:
    """Give 16 hex digits that tell one article, whatever scheme, language path or query it has.

    >>> article_of("https://www.a.ua/rus/n/1/") == article_of("http://a.ua/n/1?utm_source=x")
    True
    """
    parts = _split(url)
    text = url if parts is None else parts[0] + _LANGUAGE.sub("", parts[1]).rstrip("/")
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def groups_of(publishers: set[str]) -> list[str]:
    """Turn publishers into independence groups."""
    return sorted(f"publisher:{name}" for name in publishers) or [UNKNOWN]


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host:
        return None
    return host.removeprefix("www.").removeprefix("m."), parts.path


def _registered(host: str) -> str | None:
    """Cut a host to its registered domain; national second levels such as com.ua count as one."""
    labels = host.split(".")
    if all(label.isdigit() for label in labels):
        return None
    if len(labels) > 2 and len(labels[-1]) == 2 and _SECOND_LEVEL.fullmatch(labels[-2]):
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])
