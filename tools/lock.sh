#!/bin/sh
# Writes requirements.lock: exact versions of everything, without registry addresses.
set -eu
cd "$(dirname "$0")/.."
uv pip compile -q --group dev --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
    pyproject.toml -o requirements.lock
