"""Lines of a page that are not of the article: each removal with its kind and its rule.

A rule takes whole lines only, and never a line in which somebody is quoted: rather a line too many
is read than a sentence of the article lost.
"""

from __future__ import annotations

import re

from truceline.guarantees.reading.sentences import paragraphs_of
from truceline.model.article import Boilerplate, Span

_RULES: tuple[tuple[str, str, str], ...] = (
    ("advertising", "label", r"^(?:advertisement|advertising|sponsored(?: content)?|promoted|paid (?:content|post|partner\w*)|ad)\b[\s:.-]*$|^(?:story|article) continues below"),
    ("advertising", "code", r"\b(?:code|coupon|voucher)\b:?\s+[A-Z0-9]{4,}\b|\bsave \d+ ?%|\b\d+ ?% off\b|\bpromo code\b|\bfree shipping\b"),
    ("advertising", "buy", r"^(?:shop|buy|order|claim|try) (?:now|today|yours|it free)\b|\blimited[- ]time offer\b|\bmoney[- ]back guarantee\b"),
    ("newsletter", "sign_up", r"\bsign up (?:for|to|here|now|today)\b.*\b(?:news|alert|email|e-mail|inbox|briefing|free|updates?|daily|weekly)|^(?:sign up|subscribe)\b.{0,90}$|\bsubscribe (?:to|now|today|here)\b.*\b(?:newsletter|channel|channels|youtube|podcast|us)\b|\bto (?:receive|get) our\b.{0,60}\bsubscribe\b"),
    ("newsletter", "inbox", r"\b(?:to|in|into) your (?:inbox|email|phone)\b|^(?:get|receive) (?:the latest|our|breaking|daily|all the)\b.{0,120}\b(?:news|stories|headlines|updates|alerts)\b"),
    ("newsletter", "follow_us", r"^(?:follow|like|join) us\b|\bfollow us on\b|^download (?:our|the) .{0,30}\bapp\b|^enter your e-?mail\b|^join our\b|\bour (?:telegram|whatsapp) channel\b"),
    ("newsletter", "miss_out", r"^(?:don['’]?t|never|do not) miss (?:out|a story|an update)\b"),
    ("newsletter", "support_us", r"^(?:support|donate to|help) (?:our|us|independent)\b.{0,120}|^become a (?:member|subscriber|supporter|patron)\b|\bbecome (?:a|our) (?:member|patron|supporter)(?: today|!|\.)|^(?:a )?note from the (?:author|editor)"),
    ("read_more", "click", r"^\W{0,8}(?:click|tap) here\b"),
    ("newsletter", "paywall", r"\b(?:content|article|story) is (?:reserved for|for|only for|exclusive to|available to) subscribers\b|\bof this article (?:left|remains?) to read\b|^already a (?:subscriber|member)\b|\bcancel (?:at )?any ?time\b|^(?:keep|continue|unlock|start) reading (?:for|from|with|this)\b"),
    ("newsletter", "write_to_us", r"^(?:get in touch|contact us|write to us|have your say)\s*[:.].{0,120}$"),
    ("read_more", "read", r"^(?:read|see|watch|listen|learn|find out|view)[ -](?:more|also|next|now|the full|in full|full)\b.{0,140}$|^also (?:read|see)\b|^continue reading\b|^keep reading\b"),
    ("related", "related", r"^(?:related|more|top|latest|trending|recommended|popular|featured|other)(?: (?:stories|news|articles|reads?|reading|content|posts?|topics|coverage|headlines|from .{1,40}|on this(?: story)?|for you|now|videos?))\s*[:.]?$|^(?:most read|most popular|editor['’]?s picks?|you (?:may|might) (?:also )?(?:like|be interested).{0,40}|what to read next|up next|don['’]t miss)\s*[:.]?$|^related:.{0,140}$"),
    ("comment_policy", "policy", r"^comments? policy\b|\bcomments? (?:are|is) (?:closed|moderated|subject)\b|\bcommunity guidelines\b|\bthank you for contributing to\b"),
    ("comment_policy", "discussion", r"^(?:join|start|view) the (?:discussion|conversation|comments)\b|^(?:leave|post|add|write) (?:a|your) (?:comment|reply)\b|^(?:show|view|hide|load) (?:more |all )?comments\b|^\d* ?comments?$|^what do you think\?.{0,60}$"),
    ("navigation", "share", r"^(?:share|print|email|save|bookmark|copy link|tweet|facebook|twitter|whatsapp|telegram|linkedin|x|reddit|pinterest|tags?|menu|search|home|login|log in|register|back to top|skip to (?:main )?content|advertise|contact us|about us|next|previous)(?:[\s|,/·•>»]+(?:on|via|share|print|email|save|this|article|link|story|facebook|twitter|whatsapp|telegram|linkedin|x|reddit|pinterest|copy|news|world|home|europe|politics))*\s*[:.]?$"),
    ("navigation", "rule", r"^[_*=~•·\s-]{3,}$"),
    ("navigation", "trail", r"^home\s*[>»/|]"),
    ("navigation", "tags", r"^(?:tags|topics|filed under|categories|category|keywords)\s*:"),
    ("navigation", "reading_time", r"^\d+[ -]min(?:ute)?s?(?: read)?$|^(?:listen to|play) (?:this )?(?:article|story|audio)\b.{0,30}$"),
    ("cookies", "cookies", r"\b(?:we|this (?:site|website)) uses? cookies\b|^accept (?:all )?cookies\b|^(?:privacy policy|terms of (?:use|service)|cookie policy)(?:[\s|·•,]+(?:privacy policy|terms of (?:use|service)|cookie policy|contact us|about us))*$|\bthis site is protected by recaptcha\b"),
    ("copyright", "copyright", r"^(?:©|\(c\)|copyright\b)|\ball rights reserved\b|\bmay not be (?:published|reproduced|redistributed)\b"),
    ("caption", "credit", r"^image source\b.{0,60}$|^(?:photo|image|picture|photograph|video|file photo|credit|source image)(?: by| credit| courtesy)?\s*[:/].{0,160}$|\((?:AP Photo|Reuters|AFP|Getty|EPA)[^)]{0,60}\)\s*$|\b(?:getty images|ap photo|afp via getty|shutterstock|epa-efe)\b.{0,40}$"),
    ("credit", "agency", r"^\(?(?:reporting|editing|additional reporting|writing) by\b|^this (?:story|article) (?:was|has been) (?:originally )?(?:published|translated|updated|produced)\b|^with (?:files|reporting) from\b|\(with (?:files|material|reporting|information|input)s? (?:from|by)\b.{0,60}\)$|^posted (?:by|on|in)\b.{0,100}$|^published on\b.{0,40}$|^by our (?:staff|own|correspondents?|reporters?)\b.{0,60}$|^(?:the|this) (?:interview|transcript|conversation) (?:was|has been) (?:lightly )?edited\b|^our standards\s*:|^edited by\b.{0,60}$"),
    ("credit", "own_views", r"^(?:the )?(?:views|opinions) expressed (?:in this|here|are|by)\b"),
    ("navigation", "typo", r"\b(?:press|hit|use) ctrl ?\+ ?enter\b|^(?:if you )?(?:noticed|found|spotted|see) (?:an? )?(?:error|mistake|typo)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, rule, re.compile(text, re.IGNORECASE)) for kind, rule, text in _RULES)
_EDGE = re.compile(
    r"^(?:news|world|politics|europe|opinion|video|live|breaking|war|ukraine|international)$",
    re.IGNORECASE,
)
_SPEECH = re.compile(r"[“«\"].{12,}[”»\"]|\b(?:said|told|warned|announced|insisted|argued)\b")
_ANY_QUOTE = re.compile(r"[“”«»]")


def boilerplate_in(text: str) -> tuple[Boilerplate, ...]:
    r"""Find the lines that are not of the article.

    Args:
        text: the prose, before anything is blanked.

    >>> [b.kind for b in boilerplate_in("He left.\nSign up for our newsletter!")]
    ['newsletter']
    """
    lines = paragraphs_of(text)
    found: list[Boilerplate] = []
    related = False
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        hit = _rule(line)
        if hit is None and number in {0, len(lines) - 1} and _EDGE.match(line):
            hit = ("navigation", "edge")
        if hit is None and related and _is_link(line):
            hit = ("related", "link_list")
        if hit:
            found.append(Boilerplate(Span(start, end), hit[0], f"line.{hit[1]}"))
        related = bool(hit and hit[0] == "related") and not _prose_follows(
            text, lines[number + 1 :]
        )
    return tuple(found)


def _rule(line: str) -> tuple[str, str] | None:
    if len(line) > 1200:
        return None
    for kind, rule, pattern in _COMPILED:
        if pattern.search(line):
            label = kind in {"comment_policy", "caption", "credit", "copyright"}
            spoken = _SPEECH.search(line)
            return None if spoken and not label else (kind, rule)
    return None


def _is_link(line: str) -> bool:
    return line[-1] not in ".!?”" and len(line.split()) <= 20 and not _ANY_QUOTE.search(line[:1])


def _prose_follows(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether the article goes on after a list of links: then the list is not swept away."""
    return any(text[b - 1] in ".!?”" and b - a > 120 for a, b in lines)
