#!/usr/bin/env bash
# Runs every test there is, and installs on Debian what they need and the machine has not. Leaves no file behind.
#   tests/run.sh            all
#   tests/run.sh --quick    without the fuzz targets (a second build)
# Needs Rust 1.95 or newer. Network: Debian's archive, crates.io and npm (tests/browser/package-lock.json) only.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

quick=no
case "${1:-}" in
    "") ;;
    --quick) quick=yes ;;
    *) echo "usage: tests/run.sh [--quick]" >&2; exit 2 ;;
esac

FUZZ_SECONDS=10
FUZZ_TARGETS="xml envelope bridge_json chat_grammar"
summary=()
failed=0

# step NAME COMMAND…: runs it, tells how long it took, goes on when it fails.
step() {
    local name=$1 start=$SECONDS result=ok
    shift
    echo "=== $name"
    "$@" || { result=FAIL; failed=1; }
    summary+=("$(printf '%-5s %-34s %4d s' "$result" "$name" $((SECONDS - start)))")
}

skip() {
    summary+=("$(printf '%-5s %-34s %s' skip "$1" "$2")")
}

# install PACKAGE…: from Debian's archive, as root or with sudo.
install() {
    local root=()
    command -v apt-get >/dev/null || { echo "please install: $*" >&2; return 1; }
    [ "$(id -u)" = 0 ] || root=(sudo -n)
    "${root[@]}" apt-get install -y --no-install-recommends "$@" ||
        { "${root[@]}" apt-get update && "${root[@]}" apt-get install -y --no-install-recommends "$@"; }
}

command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer (https://rustup.rs)" >&2; exit 1; }
# SQLite and zstd are built from C; the fuzz targets link libFuzzer, which is C++.
command -v cc >/dev/null || install build-essential
if [ "$quick" = no ]; then command -v g++ >/dev/null || install g++ || true; fi

# Tests make their temporary files here, so that what they forget is seen.
scratch=$(mktemp -d)
had_corpus=no
[ ! -e fuzz/corpus ] || had_corpus=yes
tidy() {
    rm -rf "$scratch"
    [ "$had_corpus" = yes ] || rm -rf fuzz/corpus
    # Crashes stay: whoever mends them needs the input.
    find fuzz/artifacts -depth -type d -empty -delete 2>/dev/null || true
}
trap tidy EXIT

left_behind() {
    local left
    left=$(find "$scratch" -mindepth 1 | head -20)
    [ -z "$left" ] || { echo "left in the temporary directory:"; echo "$left"; return 1; }
}

step "build" cargo test --locked --no-run
step "cargo test" env TMPDIR="$scratch" cargo test --locked --no-fail-fast
step "temporary files" left_behind

if [ "$quick" = yes ]; then
    skip "fuzz" "--quick"
elif ! command -v g++ >/dev/null; then
    skip "fuzz" "no g++"
else
    for target in $FUZZ_TARGETS; do
        step "fuzz $target" fuzz/run.sh "$target" "$FUZZ_SECONDS"
    done
fi

# The pages in a real browser.
browser() {
    local missing=()
    [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
    [ "${#missing[@]}" = 0 ] || install "${missing[@]}" || return 1
    TMPDIR="$scratch" tests/browser/run.sh
}
step "browser" browser
step "temporary files" left_behind

echo
echo "=== summary"
printf '%s\n' "${summary[@]}"
if [ "$failed" = 0 ]; then echo "all passed"; else echo "FAILED"; fi
exit "$failed"
