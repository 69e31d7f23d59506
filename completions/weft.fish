# SPDX-License-Identifier: Apache-2.0
# fish completion for weft. Commands, options and their choices are read from weft's own help, so
# that they are always those of the installed version.

# Prints "COMMAND<tab>SUMMARY" lines.
function __weft_commands
    weft --help 2>/dev/null | string replace -rf '^  (\S+)\s+(.*)' '$1\t$2'
end

# Is the cursor behind the command, and before a "--"?
function __weft_in_options
    set -l words (commandline -opc)
    test (count $words) -ge 2; and not contains -- -- $words
end

# Prints the options of the command on the line, or the choices of the option before the cursor.
function __weft_options
    set -l words (commandline -opc)
    set -l choices (weft $words[2] --help 2>/dev/null |
        string replace -rf -- '^  (?:-., )?'$words[-1]' (\S*\|\S*).*' '$1')
    if test -n "$choices"
        string split '|' -- $choices
        return
    end
    weft $words[2] --help 2>/dev/null |
        string replace -rf '^  (?:-., )?(--[a-z-]+)(?: \S+)?\s*(.*)' '$1\t$2'
end

complete -c weft -n 'test (count (commandline -opc)) -eq 1' -f -a '(__weft_commands)'
complete -c weft -n __weft_in_options -a '(__weft_options)'
complete -c weft -n 'contains -- -- (commandline -opc)' -a '(__fish_complete_command)'
complete -c weft -n 'contains stuck (commandline -opc)' -f -a '(__fish_complete_pids)'
