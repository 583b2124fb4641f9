"""Items of evidence in words for a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from truceline.cli.screen import out, tell
from truceline.custody.names import safe_name
from truceline.pipeline.custody_chain import Chain, Link
from truceline.store.custody import HandIn, PaperCheck


def tell_hand_in(row: HandIn) -> None:
    """Say what was taken in."""
    out.print(f"item {row.sha256}", markup=False)
    tell(f"{safe_name(row.name)}: {row.media_type}, {row.size} bytes", "  ")
    tell(f"from {row.handed_in_by}, received by {row.person} at {row.time}", "  ")
    tell(f"entry {row.log_index} of the log", "  ")


def tell_paper(check: PaperCheck) -> None:
    """Say what a manifest or a stamp is worth, and what it says of itself."""
    tell(_paper({"paper": check.paper, "paper_sha256": check.paper_sha256,
                 "outcome": check.outcome, "report": json.loads(check.report)}), "  ")  # fmt: skip


def tell_chain(found: Chain) -> None:
    """Print a chain of custody, hand by hand."""
    out.print(f"item {found.sha256}", markup=False)
    if found.size is not None:
        tell(f"{safe_name(found.name)}: {found.media_type}, {found.size} bytes", "  ")
    if found.sealed:
        tell("SEALED: its content is withheld; its entries prove its place", "  ")
    for link in found.links:
        tell(_words(link), f"  {link.entry:>6}  {link.time}  ", " " * 32)
    good = "the original is what was handed in: its hash is right"
    tell(f"WRONG: {found.problem}" if found.problem else good, "  ")


def _words(link: Link) -> str:
    said = link.said
    if link.what == "checked":
        return f"{_paper(said)} (by {link.person})"
    parts = [f"{link.what} by {link.person}"]
    parts += [f"from {said['from']}"] if "from" in said else []
    parts += [f"as {safe_name(said['name'])}"] if "name" in said else []
    parts += [f"to {said['to']}"] if "to" in said else []
    parts += [f"concerns {said['side']}"] if "side" in said else []
    parts += [f"on {said['about']}"] if "about" in said else []
    parts += [f"redacted copy of {said['derived_from'][:12]}"] if "derived_from" in said else []
    parts += [f"copy {said['copy'][:12]}"] if "copy" in said else []
    parts += [f"{said['fields']} fields, root {said['root'][:12]}"] if "root" in said else []
    parts += [f"{said[name]}" for name in ("note", "why") if name in said]
    return "; ".join(parts)


def _paper(said: dict[str, Any]) -> str:
    report = said["report"]
    beside = f" {said['paper_sha256'][:12]}" if said.get("paper_sha256") else " inside the file"
    words = [f"{said['paper']}{beside}: {said['outcome']}"]
    signer = report.get("signer", {})
    names = [signer[name] for name in ("common_name", "issuer") if signer.get(name)]
    words += [f"signed by {', '.join(names)}"] if names else []
    words += [f"made with {', '.join(report['generator'])}"] if report.get("generator") else []
    words += [f"says of itself {', '.join(report['actions'])}"] if report.get("actions") else []
    words += [f"time {report['time']}"] if report.get("time") else []
    words += [f"authority {report['authority']}"] if report.get("authority") else []
    failures = report.get("codes", {}).get("failure")
    words += [f"failed: {', '.join(failures)}"] if failures else []
    words += [str(report[name]) for name in ("problem", "why") if report.get(name)]
    return "; ".join(words)


def chain_plain(found: Chain) -> dict[str, Any]:
    """Give a chain of custody for a program."""
    return {**asdict(found), "intact": not found.problem}
