#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# guess.t: whoever guesses at codes gets five tries, from however many
# connections and pretended addresses, whatever is killed in between; then
# their owner is locked and told.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
. bench/stack.sh

guesses=${CLICKNET_GUESSES:-10000}
tmp=$(mktemp -d)
trap 'stack_stop; rm -rf "$tmp"' EXIT
export CLICKNET_SIGN_IN_RATE=100000

# login USER: its challenge in $challenge, the status in $status
login() {
	status=$(curl -sS -m 20 -o "$tmp/login" -w '%{http_code}' \
		-H 'Accept: application/json' \
		-H 'Content-Type: application/json' -d \
		"{\"user_id\":\"$1\",\"password\":\"bench-password\"}" \
		"http://127.0.0.1:$stack_port/login")
	challenge=$(sed -n 's/.*"challenge_id":"\([^"]*\)".*/\1/p' "$tmp/login")
}
answered() {
	login "$1"
	[ "$status" = "$2" ] || { echo "$status"; cat "$tmp/login"; return 1; }
}
# count STATUS: answers of the last run
count() {
	local n
	n=$(sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$tmp/figures")
	echo "${n:-0}"
}
guess() {
	"$CLICKNET_BUILD/bench/load" --port "$stack_port" --mode guess \
		--clients 64 --seconds 120 --json --challenge "$challenge" \
		"$@" >"$tmp/figures"
}
# drill N: guesses while auth is killed again and again, at most 40 times
drill() {
	local load pid most=$((kills + 40))
	guess --requests "$1" --rate 2000 & # slow enough to be killed in
	load=$!
	sleep 0.2
	while [ "$kills" -lt "$most" ] && kill -0 $load 2>/dev/null; do
		pid=$(stack_pid auth)
		[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null && kills=$((kills + 1))
		sleep 0.4
	done
	wait $load
}
bounded() {
	[ "$(count 401)" -le 5 ] && [ "$(count 200)" = 0 ] &&
		[ "$(count 410)" -gt $((guesses / 10)) ] ||
		{ cat "$tmp/figures"; return 1; }
}
not_bounded() {
	[ "$(count 401)" -gt 5 ] || { cat "$tmp/figures"; return 1; }
}
sql() {
	sqlite3 -cmd '.timeout 5000' "$stack_home/bank.db" "$1"
}
is() {
	local have
	have=$(sql "$1")
	[ "$have" = "$2" ] || { echo "$have instead of $2"; return 1; }
}
dead() {
	is "SELECT count(*) FROM challenge WHERE state = 'dead' AND
		tries_left = 0" "$1"
}
# Another gets five tries again and again.
forget() {
	while [ ! -e "$tmp/enough" ]; do
		sql "UPDATE challenge SET tries_left = 5, state = 'open'
			WHERE state <> 'used'"
		sleep 0.05
	done
}

under_ok "a bank of strangers is made" stack_make "$tmp/home" 20
read -r user other _ < <(cut -d ' ' -f 1 "$stack_home/tokens" | sort -u |
	head -n 2 | tr '\n' ' ')
for setting in 'PRODUCTION no' 'CAPTCHA off' 'PASSWORD_HASH_NICE 0'; do
	# shellcheck disable=SC2086
	stack_clicknet set $setting
done
under_ok "and opens" stack_start
kills=0
for i in 1 2 3; do
	under_ok "$i: the password is right" answered "$user" 200
	under_ok "$((guesses / 3)) guesses, while auth is killed" \
		drill $((guesses / 3))
	echo "# $(cat "$tmp/figures")"
	under_ok "no more than five count" bounded
	under_ok "the challenge is dead" dead "$i"
done
echo "# auth was killed $kills times"
under_ok "auth was killed and came again" test "$kills" -ge 3
under_ok "then there is no new code" answered "$user" 423
under_ok "the person is told" is "SELECT count(*) > 0 FROM outbox WHERE
	template = 'codes-locked'" 1
under_ok "and it is on record" is "SELECT count(*) FROM audit WHERE
	act = 'code.locked'" 1
under_ok "others sign in" answered "$other" 200
stack_stop
under_ok "the bank is started anew" stack_start
under_ok "and has not forgotten" answered "$user" 423
under_ok "the operator unlocks" stack_clicknet user unlock "$user"
under_ok "then a code is sent again" answered "$user" 200

forget &
forgetter=$!
under_ok "tries given back behind the bank's back" guess --requests 2000 --rate 1000
touch "$tmp/enough"
wait $forgetter
under_ok "are found out (negative control)" not_bounded
under_done
