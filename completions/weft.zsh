#compdef weft
# SPDX-License-Identifier: Apache-2.0
# zsh completion for weft. Commands, options and their choices are read from weft's own help, so
# that they are always those of the installed version.

_weft_commands()
{
	local -a commands
	commands=(${(f)"$($1 --help 2>/dev/null | sed -n 's/^  \([^ ]*\)  *\(.*\)/\1:\2/p')"})
	_describe command commands
}

# What the option $3 of the command $2 takes: "sc|c11", "FILE", or nothing.
_weft_value_name()
{
	$1 $2 --help 2>/dev/null | sed -n "s/^  \(-., \)\{0,1\}$3 \([^ ]\{1,\}\).*/\2/p"
}

_weft_options()
{
	local -a options
	options=(${(f)"$($1 $2 --help 2>/dev/null | sed -n \
		-e 's/:/\\:/g' \
		-e 's/^  \(-., \)\{0,1\}\(--[a-z-]*\)\( [^ ]\{1,\}\)\{0,1\} *\(.*\)/\2:\4/p')"})
	_describe -o option options
}

_weft()
{
	local weft=$words[1] command=$words[2] value
	local -a choices
	integer separator=${words[(i)--]}

	if ((CURRENT == 2)); then
		_weft_commands $weft
	elif ((separator < CURRENT)); then
		shift $separator words
		((CURRENT -= separator))
		_normal
	elif [[ $command == help ]]; then
		_weft_commands $weft
	elif [[ $command == (cc|c++) ]]; then
		_files
	else
		[[ $words[CURRENT-1] == --* ]] &&
			value=$(_weft_value_name $weft $command $words[CURRENT-1])
		case $value in
		*'|'*)
			choices=(${(s:|:)value})
			_describe value choices
			;;
		DIR) _files -/ ;;
		'') [[ $command == stuck && $words[CURRENT] != -* ]] && _pids && return
			_weft_options $weft $command || _files ;;
		*) _files ;;
		esac
	fi
}

_weft "$@"
