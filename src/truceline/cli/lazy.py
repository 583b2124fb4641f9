"""Commands that are loaded when they are called, so that none waits for the others' libraries."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, Final, cast

import typer
from typer.core import TyperGroup

WHERE: Final = MappingProxyType(
    {
        "init": "workspace",
        "ingest": "workspace",
        "sources": "workspace",
        "background": "workspace",
        "calibrate": "workspace",
        "run": "workspace",
        "report": "report",
        "findings": "findings",
        "notices": "notices",
        "people": "people",
        "inventory": "inventory",
        "evidence": "evidence",
        "custody": "custody",
        "agreement": "agreement",
        "statements": "statements",
        "associate": "associate",
        "history": "history",
        "coverage": "coverage",
        "simulate": "simulate",
        "backup": "archive_files",
        "restore": "archive_files",
        "export": "archive_files",
        "import": "archive_files",
        "demo": "demo",
    }
)
"""Command to the module of ``truceline.cli`` that has it, in the order of the help."""


EVIDENCE: Final = MappingProxyType(
    {
        "append": "evidence_log",
        "verify": "evidence_check",
        "checkpoint": "evidence_check",
        "delete": "evidence_check",
        "fsck": "evidence_fsck",
        "publish": "evidence_publish",
        "witness": "evidence_witness",
        "cosign": "evidence_witness",
        "collect": "evidence_policy",
        "keep": "evidence_policy",
        "policy": "evidence_policy",
        "compare": "evidence_compare",
        "fork": "evidence_compare",
        "stamp": "evidence_stamp",
        "stamps": "evidence_stamp",
        "bundle": "evidence_bundle",
        "prove": "evidence_bundle",
    }
)
"""The same of the commands of ``truceline evidence``."""


class _Commands(dict[str, Any]):
    """Looks like the commands of a group; each is loaded when it is looked up."""

    def __init__(self, where: Mapping[str, str]) -> None:
        super().__init__()
        self.where = where

    def __missing__(self, name: str) -> Any:
        if name not in self.where:
            raise KeyError(name)
        self[name] = _load(name, self.where[name])
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Give a command, or ``default`` where there is none of that name."""
        return self[name] if name in self.where else default

    def __contains__(self, name: object) -> bool:
        return name in self.where

    def __iter__(self) -> Any:
        return iter(self.where)

    def __len__(self) -> int:
        return len(self.where)

    def keys(self) -> Any:
        """Give the names."""
        return self.where.keys()

    def items(self) -> Any:
        """Give names and commands; this loads all."""
        return [(name, self[name]) for name in self.where]

    def values(self) -> Any:
        """Give the commands; this loads all."""
        return [self[name] for name in self.where]


class LazyGroup(TyperGroup):
    """The root of the tree."""

    where: ClassVar[Mapping[str, str]] = WHERE

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands(self.where)

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names in the order of the help."""
        del ctx
        return list(self.where)


class LazyEvidence(LazyGroup):
    """The commands of ``truceline evidence``."""

    where: ClassVar[Mapping[str, str]] = EVIDENCE


def _load(name: str, where: str) -> Any:
    """Import the module of a command and make the command."""
    module = import_module(f"truceline.cli.{where}")
    tree = typer.Typer(add_completion=False)
    tree.callback()(_nothing)
    if hasattr(module, "app"):
        tree.add_typer(module.app, name=name)
    else:
        module.register(tree)
    group = cast("TyperGroup", typer.main.get_command(tree))
    return group.commands[name]


def _nothing() -> None:
    """Stand in for a callback, so that one command makes a group too."""
