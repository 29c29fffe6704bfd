#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# dist.t: what is in the tree is in a release, and what is installed is all a
# machine needs.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh

build=${CLICKNET_BUILD:-$PWD}
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT

# complete: every file that git knows is in the release
complete() {
	make -s -C "$build" distdir distdir="$tmp/release" || return
	git ls-files -z | while IFS= read -r -d '' file; do
		[ ! -e "$file" ] || [ -e "$tmp/release/$file" ] ||
			echo "not in Makefile.am: $file"
	done >"$tmp/missing"
	sort "$tmp/missing"
	[ ! -s "$tmp/missing" ]
}

installed() {
	test "$1" "$tmp/root/usr/$2"
}

pages() {
	diff <(cd share && find html locale -type f | sort) \
		<(cd "$tmp/root/usr/share/clicknet" &&
			find html locale -type f | sort)
}

# manuals: every manual page of ours that a page or a unit names is there
manuals() {
	local page name
	{
		sed -n 's/^\.Xr \(clicknet[^ ]*\) \([0-9]\).*/\1.\2/p' man/*
		grep -rhoE 'man:[^ ]+\([0-9]\)' conf/systemd |
			sed 's/^man:\(.*\)(\(.\))$/\1.\2/'
	} | sort -u | while IFS= read -r page; do
		for name in auth banking kyc push; do
			echo "${page/\%i/$name}"
		done
	done | sort -u >"$tmp/manuals"
	while IFS= read -r page; do
		[ -e "$tmp/root/usr/share/man/man${page##*.}/$page" ] ||
			echo "there is no $page"
	done <"$tmp/manuals" >"$tmp/missing"
	cat "$tmp/missing"
	[ -s "$tmp/manuals" ] && [ ! -s "$tmp/missing" ]
}

# Everything installed is for everyone to read, for nobody to write.
modes() {
	[ -z "$(find "$tmp/root" -type f ! -perm -444 -o -type f -perm /022)" ]
}

[ ! -e .git ] || under_ok "every file of the tree is in a release" complete
under_ok "make install works" make -s -C "$build" install \
	prefix=/usr sysconfdir=/etc DESTDIR="$tmp/root"
under_ok "the operator's command is on the path" installed -x bin/clicknet
for program in auth banking kyc courier push; do
	under_ok "$program is with the programs" \
		installed -x "libexec/clicknet/clicknet-$program"
done
under_ok "every page and every word is there" pages
under_ok "the description of the API is there" \
	installed -f share/clicknet/openapi.json
under_ok "the tables are there" installed -f share/clicknet/db/schema.sql
for file in nginx/site.conf lighttpd/site.conf apache/htaccess \
	systemd/clicknet@.service systemd/web-server.conf \
	logrotate/clicknet; do
	under_ok "conf/$file is with the documents" \
		installed -f "share/doc/clicknet/$file"
done
under_ok "every manual page that is named is there" manuals
under_ok "what is installed is for everyone to read, for nobody to write" modes
under_done
