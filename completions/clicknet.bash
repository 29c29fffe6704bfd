# SPDX-License-Identifier: AGPL-3.0-or-later
# clicknet.bash: completes the operator's command in bash.
# shellcheck shell=bash

_clicknet_settings() {
	"${COMP_WORDS[0]}" "${conf[@]}" get 2>/dev/null | sed 's/ = .*//'
}

_clicknet() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' second='' choices='' i
	local conf=()

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--conf)
			conf=(--conf "${COMP_WORDS[i + 1]}")
			((i++))
			;;
		-*) ;;
		*)
			if [ -z "$verb" ]; then
				verb=${COMP_WORDS[i]}
			elif [ -z "$second" ]; then
				second=${COMP_WORDS[i]}
			fi
			;;
		esac
	done
	case $before in
	--conf | --tokens)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--format) choices='hledger ledger csv' ;;
	--role) choices='staff:teller staff:support staff:compliance staff:admin' ;;
	--customer | --user-id | --to | --wait | --account | --accounts | --born | --country) return ;;
	*)
		case $verb in
		'') choices='init import verify backup restore migrate user token
			inbox breach-list screening set get export status doctor bench-data
			--conf --help --version' ;;
		init) choices='--demo' ;;
		import)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			choices='--dry-run'
			;;
		verify | status) choices='--json' ;;
		backup | breach-list | restore) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		screening)
			case $second in
			'') choices='import search' ;;
			import) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
			search) choices='--born --country --json' ;;
			esac
			;;
		user)
			case $second in
			'') choices='add app-off release unlock' ;;
			add) choices='--customer --user-id --password-stdin --role' ;;
			esac
			;;
		token) choices='--user-id --read-only' ;;
		inbox) choices='--to --wait --json' ;;
		set) [ -n "$second" ] || choices=$(_clicknet_settings) ;;
		get) choices=$(_clicknet_settings) ;;
		export) choices='--format --account' ;;
		bench-data) choices='--accounts --tokens' ;;
		esac
		[ -z "$verb" ] || choices="$choices --conf --help"
		;;
	esac
	# A compgen for words of our own: none has a space.
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
		compgen -W "$choices" -- "$word")
	return 0
}

complete -F _clicknet clicknet
complete -o filenames -F _clicknet ./clicknet
