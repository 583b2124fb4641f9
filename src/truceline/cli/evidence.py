"""The evidence log: one group of commands, each loaded from its module when it is called."""

from __future__ import annotations

import typer

from truceline.cli.lazy import LazyEvidence

app = typer.Typer(
    cls=LazyEvidence,
    help="The evidence log: verify, compare, publish and delete, show its checkpoint.",
    no_args_is_help=True,
)


@app.callback()
def evidence() -> None:
    """Be a group, though no command stands here: each is loaded from its module."""
