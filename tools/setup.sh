#!/bin/sh
# Creates .venv beside this checkout and installs the exact versions of requirements.lock.
# Needs Python 3.11 or later and a package registry; brings uv by pip where it is missing.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
stamp=.venv/.truceline-installed
want=$(cat requirements.lock pyproject.toml | cksum)

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    exit 0
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Truceline needs Python 3.11 or later; $python is older. Set PYTHON=/path/to/python3.11." >&2
    exit 1
}
find_uv() {
    if command -v uv >/dev/null 2>&1; then uv=uv; return 0; fi
    if "$python" -m uv --version >/dev/null 2>&1; then uv="$python -m uv"; return 0; fi
    return 1
}
if ! find_uv; then
    echo "setup: bringing uv by pip"
    if "$python" -m venv .venv >/dev/null 2>&1 && .venv/bin/python -m pip install -q uv; then
        uv=".venv/bin/python -m uv"
    else
        "$python" -m pip install -q --user --break-system-packages uv
        find_uv || { echo "setup: uv could not be installed; install it by hand: pip install uv" >&2; exit 1; }
    fi
fi
if [ ! -x .venv/bin/python ]; then
    echo "setup: creating .venv"
    $uv venv -q --python "$python" .venv
fi
echo "setup: installing exact versions of requirements.lock (once)"
$uv pip install -q --python .venv/bin/python -r requirements.lock
$uv pip install -q --python .venv/bin/python --no-deps -e .
echo "$want" > "$stamp"
echo "setup: ready in .venv"
