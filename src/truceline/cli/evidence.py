"""The evidence log: one group of commands; each module here adds its own."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import typer

app = typer.Typer(
    help="The evidence log: verify, compare, publish and delete, show its checkpoint.",
    no_args_is_help=True,
)
MODULES: Final = (
    "evidence_log",
    "evidence_check",
    "evidence_fsck",
    "evidence_publish",
    "evidence_witness",
    "evidence_policy",
    "evidence_compare",
    "evidence_stamp",
    "evidence_bundle",
)
"""Modules of ``truceline.cli`` whose ``register`` adds commands, in the order of the help."""

for _name in MODULES:
    import_module(f"truceline.cli.{_name}").register(app)
