#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# kill.t: what was acknowledged survives the death of any program, and a
# program that acknowledges too early is found out by the same test.
# More of it: bench/kill --kills 10000
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
export CLICKNET_BUILD=${CLICKNET_BUILD:-$PWD}

kills=${CLICKNET_KILLS:-50}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# value NAME: a figure of the last run
value() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/figures"
}
is() {
	[ "$(value "$1")" = "$2" ] || { cat "$tmp/figures" "$tmp/words"; return 1; }
}
more() {
	[ "$(value "$1")" -gt "$2" ] || { cat "$tmp/figures"; return 1; }
}
# Its losses may even leave a book that cannot be read to count them.
found_out() {
	[ "$(value verified)" = 0 ] || more lost 0
}
kill_programs() {
	bench/kill --json "$@" >"$tmp/figures" 2>"$tmp/words"
	[ -s "$tmp/figures" ] || { cat "$tmp/words"; return 1; }
}

under_ok "$kills programs are killed under load" kill_programs --kills "$kills"
echo "# $(cat "$tmp/figures")"
under_ok "all the while transfers were acknowledged" more acknowledged $((kills * 5))
under_ok "none of them is lost" is lost 0
under_ok "none is there by half" is half 0
under_ok "no key paid twice" is twice 0
under_ok "the whole book holds" is verified 1

# Its program may not even bear the checks of a checked build.
case $CLICKNET_BUILD in
*/asan | */tsan) ;;
*)
	under_ok "a bank that says done too early is killed the same way \
(negative control)" kill_programs --kills 3 --early
	under_ok "and is found out by what is lost: the test can fail" \
		found_out
	echo "# $(cat "$tmp/figures")"
	;;
esac
under_done
