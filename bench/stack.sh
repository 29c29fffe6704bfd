# SPDX-License-Identifier: AGPL-3.0-or-later
# stack.sh: a whole bank of strangers with money, behind its web server, for
# the drivers. Sourced by bench/run, bench/kill, t/kill.t, t/spend.t and
# t/full.t; the working directory is the source tree.

# shellcheck shell=bash

export CLICKNET_BUILD=${CLICKNET_BUILD:-$PWD}
stack_tree=${stack_tree:-$PWD} # whose script/server, if not ours
stack_home=
stack_port=
stack_offset=

stack_die() {
	echo "$*" >&2
	return 1
}

# stack_make HOME ACCOUNTS: an empty bank with that many accounts, and tokens
# for them in HOME/tokens. Nothing runs yet. CLICKNET_QUICK: a build to make it.
stack_make() {
	local CLICKNET_BUILD=${CLICKNET_QUICK:-$CLICKNET_BUILD}
	stack_home=$1
	mkdir -p "$stack_home" || return
	{
		stack_clicknet init &&
			stack_clicknet bench-data --accounts "$2" \
				--tokens "$stack_home/tokens"
	} >"$stack_home/init.log" 2>&1 && return
	cat "$stack_home/init.log" >&2
	return 1
}

stack_clicknet() {
	"$CLICKNET_BUILD/clicknet" --conf "$stack_home/clicknet.conf" "$@"
}

# stack_start: script/server on ports that are free.
stack_start() {
	local try
	for ((try = 0; try < 8; try++)); do
		stack_offset=$((2000 + RANDOM % 20000))
		stack_port=$((3333 + stack_offset))
		"$stack_tree/script/server" --home "$stack_home" --no-demo \
			--port-offset "$stack_offset" --no-install --no-build \
			--detach >"$stack_home/start.log" 2>&1 && return
		grep -q 'is taken' "$stack_home/start.log" || break
	done
	cat "$stack_home/start.log" >&2
	return 1
}

stack_stop() {
	[ -z "$stack_home" ] ||
		"$stack_tree/script/server" --stop --home "$stack_home"
}

stack_remove() {
	stack_stop
	rm -rf "$stack_home"
}

# stack_pid NAME: auth, banking, kyc, courier or web
stack_pid() {
	cat "$stack_home/run/$1.pid" 2>/dev/null
}

# stack_get PATH [CURL ARGUMENT...]: as the first user; the answer's body
stack_get() {
	local user token rest
	# shellcheck disable=SC2034
	read -r user token rest <"$stack_home/tokens"
	curl -sS -m 10 -H "Authorization: Bearer $token" \
		-H 'Accept: application/json' "${@:2}" \
		"http://127.0.0.1:$stack_port$1"
}

# stack_verify: the whole book, by the operator's command
stack_verify() {
	stack_clicknet verify --json >"$stack_home/verify.json" \
		2>"$stack_home/verify.err" ||
		{ cat "$stack_home/verify.json" "$stack_home/verify.err"; return 1; }
}
