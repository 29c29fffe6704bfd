# SPDX-License-Identifier: AGPL-3.0-or-later
# under.sh: the builds that check more than the tests say, and how a program
# runs in each. Sourced by script/test and by asan.t, tsan.t and valgrind.t. The
# working directory is the source tree.

# shellcheck shell=bash disable=SC2016

under_count=0
under_failed=0

export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export ASAN_OPTIONS=$ASAN_OPTIONS:detect_stack_use_after_return=1
# faketime's library comes before the checker's.
export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

# under_build MODE: builds, says where.
under_build() {
	local dir=$1
	case $1 in
	plain | valgrind)
		dir=plain
		script/build plain --enable-werror
		;;
	asan) script/build asan --enable-werror --enable-sanitizer=address \
		--enable-coverage CFLAGS="-g1 -O0" ;;
	tsan) script/build tsan --enable-werror --enable-sanitizer=thread \
		CFLAGS="-g1 -O1" ;;
	esac && echo "build/$dir"
}

# under_command MODE: what stands before a program, one word a line. Races are
# looked for without address randomisation, which the checker of gcc 12 does
# not always bear. Where all is slow, tests do less of the same (each checker looks
# on behind one of the web servers), and skim rows of like tries where it is
# slowest. libjpeg's vector code looks at bytes whose worth it then does not use;
# its plain code does not.
under_command() {
	case $1 in
	asan) printf '%s\n' env CLICKNET_FEW=1 CLICKNET_WEB=nginx ;;
	tsan) printf '%s\n' env CLICKNET_FEW=1 CLICKNET_SKIM=1 \
		CLICKNET_WEB=lighttpd setarch -R ;;
	valgrind) printf '%s\n' env CLICKNET_FEW=1 CLICKNET_SKIM=1 JSIMD_FORCENONE=1 \
		valgrind -q --error-exitcode=99 --fair-sched=try \
		--leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite ;;
	esac
}

# under_ok NAME COMMAND...: one TAP line; what a failing command said follows.
under_ok() {
	local name=$1 out
	shift
	under_count=$((under_count + 1))
	out=$(mktemp)
	if "$@" >"$out" 2>&1; then
		echo "ok $under_count - $name"
	else
		echo "not ok $under_count - $name"
		grep -v '^ok ' "$out" | tail -n 40 | sed 's/^/# /'
		under_failed=$((under_failed + 1))
	fi
	rm -f "$out"
}

# under_units ATONCE DIR COMMAND...: every unit test of that build: what each
# said into a file, and its end into another.
under_units() {
	local at_once=$1 dir=$2 said base
	shift 2
	said=$(mktemp -d)
	for base in t/unit/*.c; do
		base=${base##*/}
		echo "${base%.c}"
	done | xargs -P "$at_once" -I '{}' bash -c '
		name=$1 said=$2 dir=$3
		shift 3
		"$@" "$dir/t/unit/$name.t" >"$said/$name" 2>&1
		echo $? >"$said/$name.end"' under '{}' "$said" "$dir" "$@"
	for base in t/unit/*.c; do
		base=${base##*/}
		base=${base%.c}
		under_ok "$base" bash -c '
			cat "$0"
			exit "$(cat "$0.end")"' "$said/$base"
	done
	rm -rf "$said"
}

# under_all MODE DIR: every unit test of that build, and every script that runs
# its programs; the long ones shorter. What only prepares a test is as quick as
# the plain build has it.
under_all() {
	local file around at_once=1
	[ "$1" != valgrind ] || at_once=2 # it takes longest, and waits for none
	mapfile -t around < <(under_command "$1")
	under_units "$at_once" "$2" "${around[@]}"
	[ "$1" != valgrind ] || return
	[ ! -x build/plain/clicknet ] || export CLICKNET_QUICK=$PWD/build/plain
	for file in t/*.t; do
		case $file in
		t/asan.t | t/dist.t | t/enumeration.t | t/fuzz.t | \
			t/tsan.t | t/valgrind.t) continue ;;
		esac
		grep -qE "CLICKNET_BUILD|use Book|served|couriers" "$file" ||
			continue
		under_ok "$file" env CLICKNET_SRC="$PWD" CLICKNET_CUTS=10 \
			CLICKNET_DELIVERIES=100 CLICKNET_GUESSES=1500 CLICKNET_KILLS=20 \
			CLICKNET_ROUNDS=40 CLICKNET_BUILD="$PWD/$2" "${around[@]}" "$file"
	done
}

# under_control MODE FLAGS C-CODE: a program with a planted fault must fail, or
# the checker checks nothing.
under_control() {
	local dir around
	dir=$(mktemp -d)
	mapfile -t around < <(under_command "$1")
	printf '%s\n' "$3" >"$dir/fault.c"
	# shellcheck disable=SC2086 # flags are words
	under_ok "a planted fault is found" bash -c '
		gcc -g -w '"$2"' -o "$0/fault" "$0/fault.c" -pthread || exit 1
		"$@" "$0/fault"
		[ $? != 0 ]' "$dir" "${around[@]}"
	rm -rf "$dir"
}

under_done() {
	echo "1..$under_count"
	[ $under_failed = 0 ]
}

# under_coverage DIR: executed lines and branches, file by file.
under_coverage() {
	gcovr -r build/src --object-directory "$1" "$1" \
		--filter 'build/src/(lib|bank|fcgi-apps|daemons|tools)/' \
		--exclude-unreachable-branches --exclude-throw-branches "${@:2}"
}
