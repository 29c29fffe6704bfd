#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# full.t: a full disk is survived: payments are refused cleanly, reading goes
# on, and with room again the bank goes on by itself, nothing lost.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
. bench/stack.sh

tmp=$(mktemp -d)
mkdir "$tmp/disk"
if ! why=$(mount -t tmpfs -o size=48m,mode=700 none "$tmp/disk" 2>&1); then
	echo "1..0 # SKIP a small disk cannot be mounted: ${why//$'\n'/ }"
	rm -rf "$tmp"
	exit 0
fi
trap 'stack_stop; umount -l "$tmp/disk"; rm -rf "$tmp"' EXIT

# fill KIB: leaves that much
fill() {
	local free
	free=$(df -k --output=avail "$tmp/disk" | tail -n 1)
	[ "$free" -le "$1" ] ||
		dd if=/dev/zero of="$tmp/disk/filler" bs=1024 \
			count=$((free - $1)) status=none
}
space() {
	rm -f "$tmp/disk/filler"
}
# pays SECONDS: as many as can be; every answer is "done" or "busy"
pays() {
	"$CLICKNET_BUILD/bench/load" --port "$stack_port" --seconds "$1" \
		--tokens "$stack_home/tokens" --clients 16 \
		--journal "$tmp/journal" --json >"$tmp/load.json"
	grep -qE '"status":\{("201":[0-9]+)?,?("503":[0-9]+)?\}' \
		"$tmp/load.json" || { cat "$tmp/load.json"; return 1; }
}
# until_refused KIB: pays until there is no room for more
until_refused() {
	local tries
	fill "$1"
	for ((tries = 0; tries < 10; tries++)); do
		pays 2 || return
		! grep -q '"503":' "$tmp/load.json" || return 0
	done
	cat "$tmp/load.json"
	return 1
}
# pay: one payment, with a key of its own; the whole answer
pay() {
	local token from to
	read -r _ token from to <"$stack_home/tokens"
	curl -sSi -m 10 "http://127.0.0.1:$stack_port/transfer" \
		-H "Authorization: Bearer $token" -H "Accept: application/json" \
		-H "Content-Type: application/json" \
		-H "Idempotency-Key: $1" -d "{\"from\":\"$from\",
		\"to\":\"$to\",\"amount\":\"0.01\",\"purpose\":\"$1\"}" |
		tr -d '\r' >"$tmp/answer"
}
has() {
	grep -qE -- "$1" "$tmp/answer" || { cat "$tmp/answer"; return 1; }
}
# status PATH CODE
status() {
	local account code
	read -r _ _ account _ <"$stack_home/tokens"
	code=$(stack_get "${1//ACCOUNT/$account}" -o "$tmp/answer" \
		-w '%{http_code}')
	[ "$code" = "$2" ] || { echo "$code"; cat "$tmp/answer"; return 1; }
}
# soon COMMAND...: within three seconds
soon() {
	local tries
	for ((tries = 0; tries < 30; tries++)); do
		"$@" >"$tmp/soon" && return
		sleep 0.1
	done
	cat "$tmp/soon"
	return 1
}
paid() {
	pay "$1" && has '^HTTP/1.1 201'
}
pids() {
	cat "$stack_home"/run/{auth,banking,kyc,courier}.pid
}

under_ok "a bank is made on a disk of 48 MB" stack_make "$tmp/disk/home" 500
under_ok "and opens" stack_start
pids >"$tmp/pids"
sizes=(0 1 3 4 5 8 33 200 2000)
if [ -n "${CLICKNET_FEW-}" ]; then
	sizes=(0 5 200)
	echo "# six other sizes are left to a run without a checker"
fi
for kib in "${sizes[@]}"; do
	under_ok "$kib KiB are left: every payment is made, until all are \
refused" until_refused "$kib"
	pay "full-$kib"
	under_ok "a refused one is told so with 503" has '^HTTP/1.1 503'
	under_ok "as a problem document" \
		has '^Content-Type: application/problem\+json'
	under_ok "that says: busy" has '"code":"busy"'
	under_ok "and when to come back" has '^Retry-After: [0-9]'
	under_ok "the balance can be read" status '/balance?account=ACCOUNT' 200
	under_ok "the history can be read" \
		status '/transactions?account=ACCOUNT' 200
	space
	under_ok "with room again the refused payment is made" \
		soon paid "full-$kib"
done
under_ok "no program was started anew" diff <(pids) "$tmp/pids"
under_ok "the whole book holds" stack_verify
stack_stop
journal() {
	"$CLICKNET_BUILD/bench/journal" --journal "$tmp/journal" \
		--database "$stack_home/bank.db"
}
fails() {
	! "$@"
}
under_ok "what was acknowledged is in it, once" journal
echo "01a20286-2cb6-72c6-9e1e-f5b556e869df lost" >>"$tmp/journal"
under_ok "one that is not would be found out (negative control)" fails journal
under_done
