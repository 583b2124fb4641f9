"""Write what can be made in README and docs: help texts, acts, source cards, sessions.

    python tools/write_docs.py              rewrite every page that is out of date
    python tools/write_docs.py --check      name them and end with exit code 1
    python tools/write_docs.py PAGE...      only these

A region between ``<!-- made: NAME -->`` and ``<!-- end -->`` is made here; a ``console`` fence is
run (see ``doc_session.py``). Everything else is written by hand.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer.main
from doc_session import played
from field_tables import REGIONS as FIELD_REGIONS

from truceline.cli.app import app
from truceline.codec.json_schema import SHAPES, schema_text
from truceline.codec.taxonomy import taxonomy
from truceline.pipeline.sources import ADAPTERS

ROOT = Path(__file__).parents[1]
MADE = (
    "docs/acts.md",
    "docs/agreement-format.md",
    "docs/cli.md",
    "docs/data.md",
    "docs/index.md",
)
SCHEMAS = tuple(f"docs/schema/{name}.schema.json" for name in SHAPES)
START = (
    "architecture.md",
    "cli.md",
    "data.md",
    "glossary.md",
    "index.md",
    "tutorial-findings.md",
    "tutorial-network.md",
    "tutorial.md",
)
"""Pages that the index names by hand."""
PLAYED = (
    "README.md",
    "docs/coverage.md",
    "docs/custody.md",
    "docs/inventory.md",
    "docs/people.md",
    "docs/tutorial-findings.md",
    "docs/tutorial-network.md",
    "docs/tutorial.md",
)
_REGION = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_WIDTH = 88
_LABELS = {
    "publisher": "Publisher",
    "formats": "Reads",
    "licence": "Licence",
    "republish": "May rows be republished",
    "citation": "Cite as",
    "position_error": "Error of position",
    "delay": "Delay",
    "independence": "One independence group is",
}


def made(page: str) -> str:
    """Give the text that a page should have."""
    if page in SCHEMAS:
        return schema_text(Path(page).name.split(".", 1)[0])
    text = (ROOT / page).read_text(encoding="utf-8")
    text = _REGION.sub(lambda m: m.group(1) + REGIONS[m.group(2)]() + m.group(3), text)
    if page in PLAYED:
        with tempfile.TemporaryDirectory() as folder:
            text = played(text, Path(folder))
    return text


def each_command() -> Iterator[tuple[str, Any]]:
    """Give every command with its whole name, groups before what is in them."""
    yield from _below("truceline", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, child in sorted(getattr(command, "commands", {}).items()):
        yield from _below(f"{name} {word}", child)


def _cli() -> str:
    return "".join(
        f"{'#' * (2 if name.count(' ') < 2 else 3)} `{name}`\n\n```text\n{_help(name, command)}\n```\n\n"
        for name, command in each_command()
    )


def _help(name: str, command: Any) -> str:
    """Give the words of ``--help`` without the boxes of a terminal."""
    command.rich_markup_mode = None
    context = command.make_context(
        name,
        [],
        resilient_parsing=True,
        terminal_width=_WIDTH,
        help_option_names=["-h", "--help"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def _acts() -> str:
    names = ("acled", "ucdp", "viina", "smm", "reports")
    rows = [
        "| act | meaning | by a party | may turn out to be | ACLED | UCDP | VIINA | SMM | reports |"
    ]
    rows.append("|---|---|---|---|---|---|---|---|---|")
    for code, act in sorted(taxonomy().acts.items()):
        terms = [", ".join(act.terms.get(name, ())) for name in names]
        may_be = ", ".join(f"`{other}`" for other in act.may_be)
        cells = [f"`{code}`", act.label, "yes" if act.by_a_party else "no", may_be, *terms]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _sources() -> str:
    parts = []
    for name in sorted(ADAPTERS):
        card = ADAPTERS[name].card
        parts.append(f"### `{name}`: {card.title}\n\n")
        for field, label in _LABELS.items():
            value = getattr(card, field)
            text = value if isinstance(value, str) else "".join(f"\n  - {one}" for one in value)
            parts.append(f"- **{label}:** {text}\n".replace("** \n", "**\n"))
        parts.append("\n")
    return "".join(parts)


def _parts() -> str:
    """Name each page that the hand-written list above does not, by its heading."""
    pages = [p for p in sorted((ROOT / "docs").glob("*.md")) if p.name not in START]
    return "".join(f"- [{page.name}]({page.name}): {_heading(page)}\n" for page in pages)


def _heading(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def _adr() -> str:
    lines = []
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        title = _heading(path).split(". ", 1)[1]
        lines.append(f"- [{path.name[:4]}](adr/{path.name}): {title}\n")
    return "".join(lines)


REGIONS: dict[str, Callable[[], str]] = {
    "acts": _acts,
    "adr": _adr,
    "cli": _cli,
    "parts": _parts,
    "sources": _sources,
    **FIELD_REGIONS,
}


def main(arguments: list[str]) -> int:
    """Rewrite or check pages."""
    check = "--check" in arguments
    pages = [name for name in arguments if name != "--check"] or [*MADE, *SCHEMAS, *PLAYED]
    stale = False
    for page in pages:
        text = made(page)
        if (ROOT / page).is_file() and (ROOT / page).read_text(encoding="utf-8") == text:
            continue
        stale = True
        print(f"{page} is out of date" if check else f"{page} written")
        if not check:
            (ROOT / page).parent.mkdir(exist_ok=True)
            (ROOT / page).write_text(text, encoding="utf-8")
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
