"""Checks a bundle of evidence off-line: ``python -m truceline_check BUNDLE --key VKEY``.

Needs Python 3.11 and the library ``cryptography``, and nothing of the program that made the bundle;
the folder may be copied anywhere. It opens no connection and writes no file. Exit code 0: the bundle
stands; 1: it does not; 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from truceline_check import account
from truceline_check.bundle import LARGEST, Report, get
from truceline_check.formats import COSIGNATURE, LOG, Wrong, parse, read_key, read_policy
from truceline_check.records import check

_NO_KEY = """\
No key, no check: give the log's public key with --key, as the mission published it elsewhere (its
site, a printed report, your party's liaison). A key that came with the bundle would prove nothing.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a bundle and print what came of it; give the exit code.

    Args:
        arguments: as on the command line; those of this process if not given.
    """
    try:
        options = _options().parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    if not options.key:
        sys.stderr.write(_NO_KEY)
        return 2
    try:
        log = read_key(_text_or_file(options.key), LOG)
        witnesses = [read_key(_text_or_file(text), COSIGNATURE) for text in options.witness]
        policy = read_policy(_read(options.policy).decode()) if options.policy else None
        openings = _openings(_read(options.openings).decode()) if options.openings else {}
        data = _read(options.bundle)
    except (Wrong, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"cannot be checked: {error}\n")
        return 2
    report = check(data, log, witnesses, policy, openings)
    try:
        _print(report, as_json=options.json)
    except BrokenPipeError:  # whoever reads has read enough
        sys.stdout = None  # else Python tries once more at its end
    return 1 if report.problems else 0


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        text = json.dumps(account.as_plain(report), indent=2, sort_keys=True)
    else:
        text = "\n".join(account.lines(report))
    sys.stdout.write(
        text.encode(sys.stdout.encoding or "utf-8", "backslashreplace").decode(
            sys.stdout.encoding or "utf-8"
        )
        + "\n"
    )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("truceline_check", description="Check a bundle off-line.")
    parser.add_argument("bundle", help="the file to check")
    parser.add_argument("--key", help="public key of the log: NAME+KEYID+BASE64, or a file with it")
    parser.add_argument("--policy", help="file that says which witnesses are enough (tlog-policy)")
    parser.add_argument(
        "--witness", action="append", default=[], help="key that must have cosigned"
    )
    parser.add_argument("--openings", help="file with entries that were handed to you apart")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")
    return parser


def _text_or_file(text: str) -> str:
    """Give a key that stands on the command line, or in a file of that name."""
    return text if "+" in text else _read(text).decode("ascii", "replace")


def _read(name: str) -> bytes:
    """Read a file, and never more of it than a bundle may have."""
    with Path(name).open("rb") as file:
        return file.read(LARGEST + 1)


def _openings(text: str) -> dict[int, tuple[str, str]]:
    """Read lines ``{"index":N,"salt":"...","record":{...}}``, the record verbatim to the last brace."""
    found = {}
    for line in text.splitlines():
        head, middle, record = line.partition(',"record":')
        if middle:
            plain = parse(head + "}", "an opening")
            index, salt = (
                get(plain, "index", int, "an opening"),
                get(plain, "salt", str, "an opening"),
            )
            found[index] = (salt, record[:-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
