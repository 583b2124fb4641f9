"""Which elements of a page are its furniture: by tag, by what is hidden, by the names of classes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TAGS: Final = {
    "nav": "navigation",
    "aside": "related",
    "footer": "navigation",
    "form": "newsletter",
    "figcaption": "caption",
    "button": "navigation",
    "title": "navigation",
    "select": "navigation",
    "label": "navigation",
    "dialog": "cookies",
    "amp-ad": "advertising",
    "amp-embed": "advertising",
    "amp-consent": "cookies",
    "amp-sidebar": "navigation",
    "amp-social-share": "navigation",
}
_CLASSES: Final = (
    ("advertising", r"advert\w*|ads?|adsbygoogle|adslots?|sponsor\w*|promo\w*|banner|outbrain|taboola|dfp|gpt|commercial"),
    ("newsletter", r"newsletter\w*|subscri\w+|signup|sign-up|paywall|donat\w+|piano"),
    ("related", r"related\w*|recommend\w*|read-?more|more-?stories|trending|most-?read|also-?read|up-?next|next-?stor\w+|teasers?"),
    ("comment_policy", r"comments?|disqus|discussion|respond"),
    ("cookies", r"cookies?|consent|gdpr|ccpa|cmp\d?|onetrust"),
    ("navigation", r"nav\w*|menu|breadcrumbs?|share|sharing|sharedaddy|social\w*|footer|tags|sidebar|masthead"),
    ("caption", r"caption|credit"),
    ("credit", r"bio|author-?(?:box|info|card|bio)|about-?the-?author"),
)  # fmt: skip
_CLASS: Final = tuple(
    (kind, re.compile(rf"(?:^|[\s_-])(?:{words})(?=$|[\s_-])", re.IGNORECASE))
    for kind, words in _CLASSES
)
_NAMES: Final = re.compile(r"\b(?:class|id|role)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"(?:^|\s)hidden(?=[\s=/]|$)|\bdisplay\s*:\s*none|\baria-hidden\s*=\s*[\"']?true", re.IGNORECASE
)
_AD_DATA: Final = re.compile(r"\bdata-ad(?:-\w+)?\s*=", re.IGNORECASE)
_CUSTOM_AD: Final = re.compile(r"(?:^|-)(?:ads?|advert\w*|sponsor\w*|promo)(?:-|$)")
_CUSTOM_EDGE: Final = re.compile(r"-(?:header|footer|nav|menu|sidebar)$")
_HAVE: Final = re.compile(r"\b(?:has|with|no|without|is)-[\w-]+|[\w-]+-free\b", re.IGNORECASE)
"""``has-sidebar``, ``ad-free``: what a page has or lacks, not what an element is."""
_NEVER: Final = frozenset(["html", "body", "main", "article", "p", "h1"])


@dataclass(frozen=True, slots=True)
class Mark:
    """Why an element is furniture."""

    kind: str
    by_class: bool
    """Whether only the name of a class says so: names may mislead."""
    number: int
    """Of the element, counted over the page."""

    @property
    def rule(self) -> str:
        """Name of the rule."""
        return f"html.{'class' if self.by_class else 'tag'}.{self.kind}"


def mark_of(tag: str, rest: str, number: int) -> Mark | None:
    """Tell whether an element is furniture.

    Args:
        tag: its name, in small letters.
        rest: its attributes as they stand there.
        number: of the element.

    >>> mark_of("div", ' class="ad-slot"', 1).kind, mark_of("div", ' class="ad-free"', 2)
    ('advertising', None)
    """
    hidden = bool(rest) and tag not in {"html", "body"} and _HIDDEN.search(rest)
    if hidden:
        return Mark("hidden", by_class=False, number=number)
    if tag in _NEVER:
        return None
    kind = _TAGS.get(tag) or _custom(tag)
    if kind is None and rest and _AD_DATA.search(rest):
        kind = "advertising"
    if kind:
        return Mark(kind, by_class=False, number=number)
    names = " ".join(m.group(1).strip("\"'") for m in _NAMES.finditer(rest)) if rest else ""
    names = _HAVE.sub(" ", names) if names else ""
    found = (
        next((kind for kind, pattern in _CLASS if pattern.search(names)), None) if names else None
    )
    return Mark(found, by_class=True, number=number) if found else None


def _custom(tag: str) -> str | None:
    """Read the name of an element that HTML does not know."""
    if "-" not in tag:
        return None
    if _CUSTOM_AD.search(tag):
        return "advertising"
    return "navigation" if _CUSTOM_EDGE.search(tag) else None
