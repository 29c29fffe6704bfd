#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# power.t: what was acknowledged survives the power's going, and a bank that
# does not wait for its disk is caught losing money by the same test.
# More of it: bench/powercut --cuts 100000 --jobs 2
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh

powercut=${CLICKNET_BUILD:-$PWD}/bench/powercut
cuts=${CLICKNET_CUTS:-500}
control=40
[ "$cuts" -gt 10 ] || control=10 # fewer might lose nothing by chance
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# value NAME: a figure of the last run
value() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/figures"
}
none() {
	[ "$(value "$1")" = 0 ] || { cat "$tmp/figures" "$tmp/words"; return 1; }
}
some() {
	[ "$(value "$1")" -gt 0 ] || { cat "$tmp/figures"; return 1; }
}
run() {
	"$powercut" --json "$@" >"$tmp/figures" 2>"$tmp/words"
	some acknowledged
}

under_ok "$cuts power cuts under load are lived through" \
	run --cuts "$cuts" --jobs 2
echo "# $(cat "$tmp/figures")"
under_ok "no acknowledged transfer is lost" none lost
under_ok "none is booked twice" none twice
under_ok "none is there by half" none half
under_ok "no balance drifts from its postings" none drift
under_ok "what was refused stays refused" none refused_but_booked
under_ok "the same key gives the same answer after the cut" \
	none unequal_answers
under_ok "the book opens every time" none unreadable
under_ok "nothing gives up" none died

under_ok "a bank that syncs less runs as long (negative control)" \
	run --cuts "$control" --synchronous NORMAL
echo "# $(cat "$tmp/figures")"
under_ok "and loses acknowledged transfers: the test can fail" some lost
under_done
