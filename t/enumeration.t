#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# enumeration.t: the time of an answer does not tell whether somebody exists,
# through the web server: Welch's t over 2 x CLICKNET_SAMPLES answers each.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
. bench/stack.sh

samples=${CLICKNET_SAMPLES:-1000}
export CLICKNET_SIGN_IN_RATE=100000 # as fast as they can be asked
tmp=$(mktemp -d)
trap 'stack_stop; rm -rf "$tmp"' EXIT

# Hashing is cheap here: what is dear hides what is not.
make() {
	stack_home=$tmp/home
	mkdir -p "$stack_home" &&
		stack_clicknet init &&
		stack_clicknet set PASSWORD_HASH_KIB 1024 &&
		stack_clicknet set PASSWORD_HASH_PASSES 1 &&
		stack_clicknet set LOGIN_WRONG_PASSWORD_ATTEMPT_LIMIT 20 &&
		stack_clicknet set LOGIN_ADDRESS_LIMIT 1000000 &&
		stack_clicknet set PRODUCTION no &&
		stack_clicknet set CAPTCHA off &&
		stack_clicknet bench-data --accounts "$((people * 2))"
}

# Chance, or a neighbour on the machine, exceeds the bound now and then: then
# two more runs must both stay below it.
alike() {
	tell "$1" || {
		[ $? = 2 ] && tell "$1" && tell "$1"
	} || { tail -n 3 "$tmp/figures"; return 1; }
}
tell() {
	"$CLICKNET_BUILD/bench/tell" --port "$stack_port" --what "$1" \
		--samples "$samples" --people "$people" --json \
		--seed "$((RANDOM + 1))" >>"$tmp/figures"
}
fails() {
	! "$@"
}

# Three runs of wrong passwords lock nobody.
people=$((samples * 3 / 15 + 20))
under_ok "a bank of strangers is made" make
under_ok "and opens" stack_start
for what in login register forgot-password forgot-user-id; do
	under_ok "$what takes as long for nobody as for somebody" alike "$what"
done
samples=$((samples / 4 + 100))
under_ok "a hash more is found out (negative control)" fails alike control
sed 's/^/# /' "$tmp/figures"
under_done
