# SPDX-License-Identifier: Apache-2.0
# bash completion for weft. Commands, options and their choices are read from weft's own help, so
# that they are always those of the installed version.

# Prints the options of a command, one a line: "--model sc|c11", "--first".
_weft_options()
{
	"$1" "$2" --help 2>/dev/null | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\( [^ ]\{1,\}\)\{0,1\}\).*/\2/p'
}

# Completes the value of the option $prev; false if it takes none.
_weft_value()
{
	local value
	value=$(_weft_options "$1" "$2" | sed -n "s/^$3 //p")
	case $value in
	*'|'*) COMPREPLY=($(compgen -W "${value//|/ }" -- "$cur")) ;;
	DIR) COMPREPLY=($(compgen -d -- "$cur")) ;;
	FILE) COMPREPLY=($(compgen -f -- "$cur")) ;;
	'') return 1 ;;
	esac
}

_weft()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local weft=${COMP_WORDS[0]} command=${COMP_WORDS[1]} i

	if ((COMP_CWORD == 1)); then
		COMPREPLY=($(compgen -W "help --help --version $("$weft" --help 2>/dev/null |
			sed -n 's/^  \([^ ]*\) .*/\1/p')" -- "$cur"))
		return
	fi
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			if ((COMP_CWORD == i + 1)); then
				COMPREPLY=($(compgen -c -- "$cur") $(compgen -f -- "$cur"))
			fi
			return
		fi
	done
	case $command in
	cc | c++) return ;;
	help) COMPREPLY=($(compgen -W "$("$weft" --help 2>/dev/null |
		sed -n 's/^  \([^ ]*\) .*/\1/p')" -- "$cur")) && return ;;
	esac
	[[ $prev == --* ]] && _weft_value "$weft" "$command" "$prev" && return
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(_weft_options "$weft" "$command" | cut -d' ' -f1)" -- "$cur"))
	elif [[ $command == stuck ]]; then
		COMPREPLY=($(compgen -W "$(ps -eo pid= 2>/dev/null)" -- "$cur"))
	fi
}

complete -o default -F _weft weft
