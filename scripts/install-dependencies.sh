#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install-dependencies.sh [LIST]: makes sure that the packages of LIST (packages.txt beside it) are
# installed. Quiet when they are; otherwise installs them as root or through sudo without a password, or
# prints the one line to run and fails.
set -eu

list="${1:-$(dirname "$0")/packages.txt}"

# One line for each requirement that no installed package meets: its alternatives.
missing_requirements()
{
	# Unknown names make dpkg-query fail, which is what is to be found out.
	installed=$(sed -e 's/#.*//' "$list" | awk 'NF { print $1 }' | tr '|' '\n' |
		xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
		awk '$1 == "installed" { print $2 }') || true
	sed -e 's/#.*//' "$list" | awk 'NF { print $1 }' | while read -r requirement; do
		met=no
		for name in $(echo "$requirement" | tr '|' ' '); do
			if echo "$installed" | grep -qxF "$name"; then
				met=yes
			fi
		done
		[ "$met" = yes ] || echo "$requirement"
	done
}

# Of each requirement the first alternative that apt could install; the first of all if it knows none.
# The names are compared here because apt takes one that it doesn't know, g++-11, for a pattern.
choose_packages()
{
	known=$(apt-cache pkgnames)
	for requirement in $missing; do
		chosen=
		for name in $(echo "$requirement" | tr '|' ' '); do
			if [ -z "$chosen" ] && echo "$known" | grep -qxF "$name"; then
				chosen=$name
			fi
		done
		echo "${chosen:-${requirement%%|*}}"
	done
}

if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "make: weft is built on Debian; elsewhere install what $list names," \
		"then run: meson setup build && ninja -C build" >&2
	exit 1
fi

missing=$(missing_requirements)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	echo "make: packages are missing; install them with:" >&2
	echo "su -c 'apt-get update && apt-get install -y --no-install-recommends" \
		"$(choose_packages | tr '\n' ' ')'" >&2
	exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"

fail()
{
	cat "$log" >&2
	echo "make: $1" >&2
	exit 1
}

$apt update >"$log" 2>&1 </dev/null || fail "cannot fetch the package lists; see above"
packages=$(choose_packages)
echo "installing" $packages
$apt install -y --no-install-recommends $packages >"$log" 2>&1 </dev/null ||
	fail "cannot install the packages; see above"
missing=$(missing_requirements)
[ -z "$missing" ] || fail "apt-get succeeded, yet these are not installed: $(echo $missing)"
