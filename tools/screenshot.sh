#!/bin/sh
# Takes the picture of the README: the head of the Easter 2025 report, by headless Chromium.
#   make demo && sh tools/screenshot.sh
set -eu
cd "$(dirname "$0")/.."
page=$(pwd)/demo/easter-2025/out/2025-04-19_2025-04-21/report.html
profile=$(mktemp -d)
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
    --user-data-dir="$profile" --window-size=1000,900 \
    --screenshot="$(pwd)/docs/img/report.png" "file://$page"
rm -rf "$profile"
