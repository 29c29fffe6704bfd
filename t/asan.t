#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# asan.t: no test reads or writes where it may not, leaks, or leaves C's rules; and
# together they reach at least these shares of lines and branches. The shares only
# grow: raise them when a change has raised the figures.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh

lines=${COVERAGE_LINES:-97}
branches=${COVERAGE_BRANCHES:-90} # 91.3 when last looked at

dir=$(under_build asan) || exit 1
find "$dir" -name '*.gcda' -delete
under_control asan "-fsanitize=address" '
#include <stdlib.h>
int main(void) { char *p = malloc(8); p[8] = 1; return p[8] == 2; }'
under_control asan "-fsanitize=address" '
#include <stdlib.h>
int main(void) { char *volatile p = malloc(8); p = 0; return p != 0; }'
under_control asan "-fsanitize=undefined -fno-sanitize-recover=all" '
int main(int count, char **v) { int n = 0x7fffffff; n += count; return n == 1; }'
under_all asan "$dir"

report=$(mktemp)
trap 'rm -f "$report"' EXIT
under_coverage "$dir" --json-summary "$report" >/dev/null || exit 1

# share WORD: tenths of a percent, and the number of them in all
share() {
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
for f in r["files"]:
    if sys.argv[2] == "line" and f["line_percent"] < 80:
        print("# %5.1f %% of the lines of %s" % (f["line_percent"], f["filename"]),
              file=sys.stderr)
print("%.1f" % r[sys.argv[2] + "_percent"])' "$report" "$1"
}
for kind in line branch; do
	want=$lines what=lines
	[ $kind = line ] || { want=$branches what=branches; }
	have=$(share $kind)
	echo "# $have % of $what"
	under_ok "$have % of $what are tested (at least $want %)" \
		test "${have%.*}" -ge "$want"
done

# Where money moves and people get in, every branch is.
whole() {
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
f = [f for f in r["files"] if f["filename"].endswith(sys.argv[2])]
part = f[0]["branch_percent"] if f else 0 # None: it has no branch
sys.exit(part is not None and part < 100)' "$report" "$1"
}
for file in ledger challenge challenge_ask challenge_end session \
	session_begin session_end confirm confirm_send signin settle factor \
	totp recovery guess ceremony assertion passkey password \
	password_change intake step_up emergency; do
	file=bank/$file.c
	under_ok "every branch of $file is tested" whole "$file"
done
under_done
