#!/bin/sh
# Builds the fuzz targets on stable Rust (no cargo-fuzz, no nightly) and runs one or all of them.
#   fuzz/run.sh [TARGET|all] [SECONDS]     default: all, 60 seconds each
# New inputs go to fuzz/corpus/TARGET, crashes to fuzz/artifacts/TARGET; fuzz/seeds/TARGET is never written.
set -eu
cd "$(dirname "$0")"
targets="xml envelope bridge_json chat_grammar"
[ "${1:-all}" = all ] || targets=$1
seconds=${2:-60}

# Coverage for libFuzzer. --target keeps the flags away from build scripts, which would not link with them.
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
export RUSTFLAGS
host=$(rustc -vV | sed -n 's/^host: //p')
CARGO_TARGET_DIR=target cargo build --release --target "$host"

for target in $targets; do
    mkdir -p "corpus/$target" "artifacts/$target"
    "target/$host/release/$target" -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=512 \
        -print_final_stats=1 -artifact_prefix="artifacts/$target/" "corpus/$target" "seeds/$target"
done
