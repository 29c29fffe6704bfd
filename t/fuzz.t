#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# fuzz.t: no reader of strangers' bytes fails within FUZZ_SECONDS (20) each.
# What breaks one is kept in build/fuzz, to become a seed in t/corpus. The same
# tree tries the same inputs, so that its verdict stays; more seconds go further,
# and FUZZ_SEED=0 goes where nobody went.
# shellcheck disable=SC2016
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
renice -n 15 -p $$ >/dev/null # it gives way to what looks at the clock

seconds=${FUZZ_SECONDS:-20}
dir=${CLICKNET_BUILD:-$(under_build plain)} || exit 1
make -s -j"$(nproc)" -C "$dir" fuzz >&2 || exit 1
found=$PWD/build/fuzz
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
mkdir -p "$found"

# fuzz NAME: learns from its seeds and what it finds on the way.
fuzz() {
	local seeds=()
	mkdir -p "$new/$1"
	[ ! -d "t/corpus/$1" ] || seeds=("t/corpus/$1")
	"$dir/fuzz/$1" -seed="${FUZZ_SEED:-1}" \
		-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-max_len=65536 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="$found/$1-" "$new/$1" "${seeds[@]}" \
		>"$new/$1.out" 2>&1
	echo $? >"$new/$1.status"
}

cat >"$new/fault.c" <<'C'
#include <stdint.h>
#include <stdlib.h>
int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n)
{ if (n > 3 && d[0] == 'B' && d[1] == 'A' && d[2] == 'N' && d[3] == 'K') abort();
	return 0; }
C
under_ok "a planted fault is found" bash -c '
	clang -fsanitize=fuzzer -o "$0/fault" "$0/fault.c" || exit 1
	"$0/fault" -max_total_time=20 -artifact_prefix="$0/"
	[ $? = 77 ]' "$new"

names=()
for file in t/fuzz/*.c; do
	file=${file##*/}
	names+=("${file%.c}")
done
for name in "${names[@]}"; do # two at a time
	[ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
	fuzz "$name" &
done
wait
for name in "${names[@]}"; do
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$new/$name.out")
	under_ok "$name: ${runs:-no} inputs" bash -c '
		grep -vE "^(INFO|stat)" "$0.out"; exit "$(cat "$0.status")"' "$new/$name"
done
under_done
