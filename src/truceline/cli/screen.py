"""What the command line prints, the clock it reads, and how errors end it."""

from __future__ import annotations

import json
import os
import textwrap
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def now() -> datetime:
    """Read the clock: the only place that does. ``TRUCELINE_NOW`` (RFC 3339) overrides it.

    Raises:
        typer.BadParameter: when ``TRUCELINE_NOW`` is no time with a zone.
    """
    text = os.environ.get("TRUCELINE_NOW", "")
    if not text:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the edge where time comes in
    refusal = f"TRUCELINE_NOW is {text!r}; write it as 2026-05-13T08:00:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(refusal) from None
    if moment.tzinfo is None:
        raise typer.BadParameter(refusal)
    return moment.astimezone(UTC)


def shown(text: str) -> str:
    r"""Give words as they are safe on a terminal: what would steer it stands as its number.

    >>> print(shown("a.txt\nall is well"), shown("Ita\u202ely"))
    a.txt\u000aall is well Ita\u202ely
    """
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign
        for sign in text
    )


def tell(text: str, first: str = "", rest: str | None = None, *, bold: bool = False) -> None:
    """Print a paragraph that fits the terminal; no word is torn, so that an id can be copied.

    Args:
        text: the paragraph; signs that would steer a terminal are shown as numbers.
        first: what its first line begins with.
        rest: what the others begin with; as many blanks as ``first`` has signs if not given.
        bold: print it bold.
    """
    lines = textwrap.wrap(
        shown(text),
        max(out.width, 40),
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        out.print(line, markup=False, style="bold" if bold else "")


def print_json(value: Any) -> None:
    """Print a value as JSON for a program."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str))


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show that something is going on, where a person looks on."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        bar.add_task(what)
        yield
