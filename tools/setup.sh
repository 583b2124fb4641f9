#!/bin/sh
# Creates .venv in this checkout and installs the exact versions of requirements.lock into it.
# Needs Python 3.11 or later and a package registry. Brings uv by pip where it is missing, into the
# checkout and nowhere else. The second time there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/.truceline-installed
want=$(cat requirements.lock pyproject.toml | cksum)

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && [ -x .venv/bin/python ]; then
    exit 0
fi

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
python=${PYTHON:-}
if [ -z "$python" ]; then
    for name in python3 python3.11 python3.12 python3.13; do
        if recent "$name"; then python=$name; break; fi
    done
fi
if [ -z "$python" ] || ! recent "$python"; then
    echo "setup: Truceline needs Python 3.11 or later; ${python:-python3} is older or is not there." >&2
    echo "setup: name one that is: make setup PYTHON=/path/to/python3.11" >&2
    exit 1
fi

find_uv() {
    for uv in uv "$python -m uv" ".venv/bin/python -m uv" "env PYTHONPATH=.uv $python -m uv"; do
        if $uv --version >/dev/null 2>&1; then return 0; fi
    done
    return 1
}
if ! find_uv; then
    echo "setup: bringing uv by pip"
    if ! { "$python" -m venv .venv && .venv/bin/python -m pip install -q uv; } >/dev/null 2>&1; then
        rm -rf .venv
        "$python" -m pip install -q --target .uv uv || true
    fi
    find_uv || {
        echo "setup: uv could not be installed; install it by hand (pip install uv) and come back." >&2
        exit 1
    }
fi
if ! recent .venv/bin/python; then
    echo "setup: creating .venv"
    rm -rf .venv
    $uv venv -q --python "$python" .venv
fi
echo "setup: installing exact versions of requirements.lock (once)"
$uv pip install -q --python .venv/bin/python -r requirements.lock
$uv pip install -q --python .venv/bin/python --no-deps -e .
echo "setup: compiling the association of sensors for this machine (once, about a minute)"
.venv/bin/python -m truceline.pipeline.warming
echo "$want" > "$stamp"
echo "setup: ready in .venv"
