#!/usr/bin/env bash
# The pages in a real browser, against a demo of this program. Packages come from npm, pinned by package-lock.json.
#   tests/browser/run.sh            all
#   SHOTS=DIR tests/browser/run.sh  keep the screenshots there
# Needs Chromium (or CHROMIUM=path), Node 18 or newer and CJK fonts; tests/run.sh installs them on Debian.
set -euo pipefail
cd "$(dirname "$0")"
exec </dev/null

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] || { echo "no Chromium: install it, or name it with CHROMIUM=path" >&2; exit 1; }
export CHROMIUM
# A copy, so that no node_modules appear in the tree.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -- *.mjs package.json package-lock.json "$work"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
(cd ../.. && cargo build --locked --quiet)
PROGRAM=$(cd ../.. && cargo metadata --locked --no-deps --format-version 1 | node -p 'JSON.parse(fs.readFileSync(0)).target_directory')/debug/lianxin
export PROGRAM SHOTS=${SHOTS:-$work/shots}
cd "$work"
node --test --test-concurrency=1 --test-reporter=spec ./*.test.mjs
