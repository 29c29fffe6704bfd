#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# spend.t: the same money is spent once and the same key pays once, through
# the web server, with 64 clients at once.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
. bench/stack.sh

rounds=${CLICKNET_ROUNDS:-200}
tmp=$(mktemp -d)
trap 'stack_stop; rm -rf "$tmp"' EXIT

# value NAME: a figure of the last run
value() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/figures"
}
is() {
	[ "$(value "$1")" = "$2" ] || { cat "$tmp/figures"; return 1; }
}
more() {
	[ "$(value "$1")" -gt "$2" ] || { cat "$tmp/figures"; return 1; }
}
spend() {
	"$CLICKNET_BUILD/bench/spend" --port "$stack_port" \
		--tokens "$stack_home/tokens" --json "$@" >"$tmp/figures"
}
fails() {
	! "$@"
}

under_ok "a bank of strangers is made" stack_make "$tmp/home" 1000
under_ok "and opens" stack_start
under_ok "64 clients ask at once, $rounds times for all there is, and $rounds \
times with one key" spend --rounds "$rounds" --keys "$rounds"
echo "# $(cat "$tmp/figures")"
under_ok "each time exactly one gets the money" \
	is rounds_without_one_winner 0
under_ok "the others hear that there is none left" \
	is refused $((rounds * 63))
under_ok "no account is off by a cent" is wrong_balances 0
under_ok "one key pays once" is keys_not_paid_once 0
under_ok "all 64 get the same answer, byte by byte" is unequal_answers 0
under_ok "all but the first are told that it is the same answer again" \
	is replayed $((rounds * 63))
under_ok "the same key with another body is refused" is other_body_taken 0
under_ok "a payment without a key is refused" is missing_key_taken 0
under_ok "the whole book holds" stack_verify

under_ok "half the money for each, and a key for each, is found out \
(negative control)" fails spend --rounds 5 --keys 5 --control
under_ok "two winners are not one" is rounds_without_one_winner 5
under_ok "64 payments are not one" more keys_not_paid_once 4
under_done
