"""The command line. Each command is thin: it reads arguments, calls the pipeline, prints."""

from truceline.cli.app import main

__all__ = ["main"]
