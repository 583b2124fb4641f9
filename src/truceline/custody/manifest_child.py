"""Reads the C2PA manifest of one file in a process of its own, with bounds on memory and time.

The library that reads manifests is large native code, and what it reads comes from strangers: where
it falls, a process of its own falls with it and nothing else. Run as a module with the request on
standard input; the answer is one line of JSON on standard output.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

MEMORY_BYTES: Final = 4 << 30
"""Address space of the process."""
CPU_S: Final = 120
"""Processor time of the process. Unit: s."""
_QUIET: Final = {
    "verify": {
        "verify_after_reading": True,
        "verify_trust": True,
        "verify_timestamp_trust": True,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
    },
    "core": {"allowed_network_hosts": [], "allow_redirects": False},
}
"""Nothing is fetched: no manifest, no list of revoked certificates, nothing from any host."""


def looked_at(path: str, sidecar: str, roots: str) -> dict[str, Any]:
    """Read the manifest of a file, inside it or beside it.

    Args:
        path: of the file.
        sidecar: path of the manifest beside it; empty: the one inside counts.
        roots: PEM certificates that vouch for signers; empty: nobody does.

    Returns:
        What the library says (``said``, ``remote``), or ``error`` and its ``message``; its
        ``versions`` in either case.
    """
    try:
        import c2pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, loaded where needed
    except ImportError as error:
        return {"error": "missing", "message": str(error), "versions": ""}
    versions = f"c2pa-python {_version()}, c2pa-rs {c2pa.sdk_version()}"
    settings = {**_QUIET, "trust": {"user_anchors": roots}} if roots else _QUIET
    manifest = Path(sidecar).read_bytes() if sidecar else None
    try:
        context = c2pa.Context(c2pa.Settings.from_dict(settings))
        with Path(path).open("rb") as file:
            reader = c2pa.Reader(None, file, manifest, context=context)
            said = json.loads(reader.json())
            return {"said": said, "remote": reader.get_remote_url() or "", "versions": versions}
    except c2pa.C2paError as error:
        return {"error": type(error).__name__, "message": str(error), "versions": versions}


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and only here

    return version("c2pa-python")


def main() -> None:
    """Answer one request."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    json.dump(looked_at(asked["path"], asked["sidecar"], asked["roots"]), sys.stdout)


if __name__ == "__main__":
    main()
