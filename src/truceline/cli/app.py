"""The tree of commands, and the exit codes: 0 done, 1 looked and found wrong, 2 could not."""

from __future__ import annotations

import sys

import typer

from truceline import __version__
from truceline.cli.lazy import LazyGroup
from truceline.cli.screen import err
from truceline.errors import TrucelineError

app = typer.Typer(
    name="truceline",
    cls=LazyGroup,
    help="Monitor and verify a ceasefire: what was promised, what was seen, what happened, "
    "whether it breaks the promise, and a proof that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"truceline {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say which version this is."
    ),
) -> None:
    """Take options that stand before a command."""


def main() -> None:
    """Run the command line; a refusal is printed as one message, never as a stack."""
    try:
        app()
    except TrucelineError as error:
        err.print(f"[bold red]error:[/] {_plain(str(error))}")
        sys.exit(2)
    except KeyboardInterrupt:
        err.print("stopped; do the same command again to go on")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        said = f"{error.filename or 'a file'}: {error.strerror or error}; check the path and disk."
        err.print(f"[bold red]error:[/] {_plain(said)}")
        sys.exit(2)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
