#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# web.t: the whole bank as script/server runs it, once behind nginx and once
# behind lighttpd, side by side on one machine.
# shellcheck disable=SC2016
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
export CLICKNET_BUILD=${CLICKNET_BUILD:-$PWD}

tmp=$(mktemp -d)
offset=$((10000 + $$ % 90 * 100))
trap 'for web in nginx lighttpd; do
	script/server --stop --home "$tmp/$web"; done; rm -rf "$tmp"' EXIT

server() { # NAME OPTION...
	local name=$1
	shift
	script/server --home "$tmp/$name" --no-install "$@"
}

# has URL PATTERN [CURL ARGUMENT...]: the answer, headers and all, has a line
# that fits.
has() {
	curl -sSi -m 10 --path-as-is "${@:3}" "$1" 2>&1 | tr -d '\r' |
		tee "$tmp/answer" | grep -qaE -- "$2" ||
		{ head -c 3000 "$tmp/answer"; return 1; }
}
hasnot() {
	! has "$@"
}

# steady URL ACTION...: two seconds of requests, during which something is
# done; all are answered with 200, but for one that was in a killed hand.
steady() {
	local url=$1 i
	shift
	for ((i = 0; i < 40; i++)); do
		curl -s -m 5 -o /dev/null -w '%{http_code}\n' "$url"
		sleep 0.05
	done >"$tmp/codes" &
	sleep 0.3
	"$@"
	wait $!
	sort "$tmp/codes" | uniq -c
	[ "$(grep -vc '^200$' "$tmp/codes")" -le 1 ]
}

back() { # URL: within a second and the time two requests take
	local i
	for ((i = 0; i < 15; i++)); do
		! curl -sf -m 1 -o /dev/null "$1" || return 0
		sleep 0.1
	done
	return 1
}

kill_recorded() { # SIGNAL HOME NAME
	kill "-$1" "$(cat "$tmp/$2/run/$3.pid")"
}

idle() { # HOME: no process works there
	local cwd
	for cwd in /proc/[0-9]*/cwd; do
		[ "$(readlink "$cwd")" != "$tmp/$1" ] || return 1
	done
}

dd if=/dev/zero of="$tmp/seven" bs=1M count=7 status=none
json=(-H 'Accept: application/json')

CLICKNET_SIGN_IN_RATE=10 under_ok "the bank opens behind nginx" \
	server nginx --detach --port-offset "$offset"
under_ok "another opens beside it behind lighttpd" \
	server lighttpd --detach --web lighttpd --port-offset $((offset + 10000))
under_ok "its secrets are for its owner only" \
	test -z "$(find "$tmp/nginx" "$tmp/lighttpd" -type f -perm /077)"

for web in nginx lighttpd; do
	[ $web = nginx ] || offset=$((offset + 10000))
	at=http://127.0.0.1:$((3333 + offset))
	for port in 3333 2222 8443 8444; do
		under_ok "$web: port $port is the bank" has \
			"http://127.0.0.1:$((port + offset))/health" '"status"'
	done
	for program in auth banking kyc push; do
		under_ok "$web: $program says it is well" has \
			"$at/health/$program" "\"program\":[^,]*$program" "${json[@]}"
		under_ok "$web: $program says it can write" has \
			"$at/readyz/$program" 'HTTP/1.1 200' "${json[@]}"
	done
	for port in 9999 8888; do
		under_ok "$web: port $port knows nothing but webhooks" has \
			"http://127.0.0.1:$((port + offset))/login" \
			'^HTTP/1.1 404' -d '{}'
	done
	hook=http://127.0.0.1:$((9999 + offset))/twilio-webhook
	under_ok "$web: Twilio's webhook wants a signature" \
		has "$hook" '^HTTP/1.1 403' -d MessageSid=SM1
	under_ok "$web: at the port for webhooks and within the site" \
		has "$at/twilio-webhook?x=1" '^HTTP/1.1 403' -d MessageSid=SM1
	under_ok "$web: and not at another's" \
		has "http://127.0.0.1:$((8888 + offset))/twilio-webhook" \
		'^HTTP/1.1 404' -d MessageSid=SM1
	kyc_hook=http://127.0.0.1:$((8888 + offset))/didit-webhook
	under_ok "$web: Didit's webhook is at the port of its own" \
		has "$kyc_hook?x=1" '^X-Request-Id: .{36}' "${json[@]}" -d '{}'
	under_ok "$web: nowhere else there" \
		has "$kyc_hook/x" '^HTTP/1.1 404' -d '{}'
	under_ok "$web: not at the other's" \
		hasnot "http://127.0.0.1:$((9999 + offset))/didit-webhook" \
		'^X-Request-Id: .{36}' "${json[@]}" -d '{}'
	under_ok "$web: nor within the site" \
		has "$at/didit-webhook" '"code":"missing"' "${json[@]}" -d '{}'
	under_ok "$web: nor more than a few words" \
		has "$hook" '^HTTP/1.1 413' --data-binary "@$tmp/seven"

	door=http://127.0.0.1:$((2222 + offset))/
	under_ok "$web: a stranger at account opening is led to the offers" \
		has "$door" '^Location: (http://[^/]*)?/products'
	under_ok "$web: by whatever way they come" \
		has "$door?x=1" '^HTTP/1.1 303' -H 'Cookie: lang=de; clicknet='
	under_ok "$web: who has signed in is at home" hasnot "$door" \
		'/products' -H 'Cookie: lang=de; clicknet=x'
	under_ok "$web: and so is a program" has "$door" '^HTTP/1.1 401' \
		"${json[@]}" -H 'Authorization: Bearer x'
	under_ok "$web: the offers are everybody's" \
		has "$at/products/SAVER" '2\.10 %'
	under_ok "$web: so are the branches, by distance" \
		has "$at/branches?near=52.14,-7.39" '"distance_m":209\b' "${json[@]}"
	offers=$(curl -si "$at/products" | tr -d '\r' | sed -n 's/^etag: *//Ip')
	under_ok "$web: what is offered is not sent again while it is the same" \
		has "$at/products" '^HTTP/1.1 304' -H "If-None-Match: $offers"
	under_ok "$web: a stranger is shown the sign-in page" \
		has "$at/login" '^HTTP/1.1 200'
	under_ok "$web: that page allows nothing from elsewhere" \
		has "$at/login" "^Content-Security-Policy: default-src 'none'"
	under_ok "$web: pages with form tokens are not squeezed" \
		hasnot "$at/login" '^Content-Encoding' -H 'Accept-Encoding: gzip'
	under_ok "$web: no header names a version" \
		hasnot "$at/login" '^Server:.*[0-9]'
	under_ok "$web: accounts ask for a sign-in" \
		has "$at/accounts" '^HTTP/1.1 401' "${json[@]}"
	under_ok "$web: what is not there is a problem document" \
		has "$at/nowhere" '^Content-Type: application/problem\+json' \
		"${json[@]}"

	css=$at/assets/style.css
	under_ok "$web: the style is squeezed" \
		has "$css" '^Content-Encoding: gzip' -H 'Accept-Encoding: gzip'
	under_ok "$web: the style may be kept" \
		has "$css" '^Cache-Control: public, max-age='
	under_ok "$web: files allow nothing from elsewhere either" \
		has "$css" "^Content-Security-Policy: default-src 'none'"
	etag=$(curl -si "$css" | tr -d '\r' | sed -n 's/^etag: *//Ip')
	under_ok "$web: a kept style is not sent again" \
		has "$css" '^HTTP/1.1 304' -H "If-None-Match: $etag"
	under_ok "$web: a missing file is missing" \
		has "$at/assets/none.css" '^HTTP/1.1 404'
	under_ok "$web: nothing outside the files is a file" \
		hasnot "$at/assets/../../../../../../etc/passwd" '^root:'
	under_ok "$web: nor in other letters" \
		hasnot "$at/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd" '^root:'

	under_ok "$web: seven megabytes are too many" \
		has "$at/login" '^HTTP/1.1 413' --data-binary "@$tmp/seven"
	under_ok "$web: a body in chunks is read" \
		has "$at/login" '^HTTP/1.1 4(01|00|03|22)' "${json[@]}" \
		-H 'Transfer-Encoding: chunked' -H 'Content-Type: application/json' \
		-d '{"user_id":"nobody-here","password":"not the password"}'

	curl -s -o /dev/null "$at/transactions?q=the-words-of-a-search"
	under_ok "$web: what people search for is in no log" \
		bash -c '! grep -r the-words-of-a-search "$0"' "$tmp/$web/log"

	under_ok "$web: no request is refused while a killed program returns" \
		steady "$at/health/auth" kill_recorded KILL $web auth
	kill_recorded KILL $web auth.supervisor
	sleep 1
	under_ok "$web: a killed supervisor returns" back "$at/health/auth"
	kill_recorded KILL $web web
	under_ok "$web: the killed web server returns" back "$at/health"
	kill_recorded KILL $web push
	under_ok "$web: killed push returns" back "$at/health/push"
	kill_recorded KILL $web courier
	sleep 1
	under_ok "$web: the killed courier returns" kill_recorded 0 $web courier
done

at=http://127.0.0.1:$((3333 + offset - 10000))
under_ok "nginx: too large is a problem document for programs" \
	has "$at/login" '"code":"too_big"' "${json[@]}" --data-binary "@$tmp/seven"
hammer() {
	seq 60 | xargs -P 8 -I{} curl -s -m 10 -o /dev/null -w '%{http_code}\n' \
		"${json[@]}" -d user_id=x "$at/login" >"$tmp/codes"
	grep -q '^429$' "$tmp/codes" && grep -qv '^429$' "$tmp/codes"
}
under_ok "nginx: one address cannot try sixty sign-ins at once" hammer
under_ok "nginx: and is told when to come back" bash -c '
	for i in {1..60}; do
		curl -si -m 5 -d user_id=x "$0/login" >"$1" &
		curl -si -m 5 -d user_id=x "$0/login" | tr -d "\r" |
			grep -i "^retry-after: [0-9]" && exit
	done; exit 1' "$at" "$tmp/other"
under_ok "nginx: looking at the page is not trying" has "$at/login" '^HTTP/1.1 200'

second() {
	! server nginx --port-offset 1
}
under_ok "a second server of one home is refused" second
under_ok "the server stops" server nginx --stop
under_ok "and leaves no process" idle nginx
under_ok "and no answer" hasnot "$at/health" '^HTTP'
kill_recorded KILL lighttpd server
sleep 2
under_ok "no program complained of itself" bash -c '
	! grep -r -A 20 -E "Sanitizer|runtime error|\"event\":\"bug\"" "$0"' "$tmp"
under_ok "of a killed server nothing is left either" idle lighttpd
under_done
