#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fetch-pbzip2.sh FOLDER: builds FOLDER/pbzip2 with gcc's -fsanitize=thread from Debian's source
# package, once. Apt is asked through lists of its own in FOLDER, so that the system's stay as they
# are. On failure one line on stderr says why, and the status is 1.
set -eu

folder=${1:?usage: fetch-pbzip2.sh FOLDER}
limit=180 # seconds, for each thing done over the network

fail()
{
	echo "$*" >&2
	exit 1
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ ! -x "$folder/pbzip2" ] || exit 0
for tool in apt-get dpkg-source g++; do
	command -v $tool >/dev/null || fail "'$tool' is not installed"
done
[ -e /usr/include/bzlib.h ] || fail "'libbz2-dev' is not installed"

keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keys ] || fail "this is not Debian: there is no '$keys'"
release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$release" ] || fail 'cannot tell the release of Debian'

rm -rf "$folder/apt" "$folder/source"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/source"
cat >"$folder/apt/sources.list" <<END
deb-src [signed-by=$keys] http://deb.debian.org/debian $release main
END

# apt VERB...: with the lists in FOLDER alone.
apt()
{
	timeout $limit apt-get -qq \
		-o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts=- \
		-o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=1 \
		-o Acquire::http::Timeout=20 "$@" >"$folder/apt/log" 2>&1
}

apt update || fail "cannot read the list of Debian's sources; see '$folder/apt/log'"
(cd "$folder/source" && apt source --only-source pbzip2) ||
	fail "cannot get the source of pbzip2; see '$folder/apt/log'"
cd "$folder/source"/pbzip2-*/ || fail 'the source package holds no pbzip2'
g++ -fsanitize=thread -O2 -g -D_FILE_OFFSET_BITS=64 -DUSE_STACKSIZE_CUSTOMIZATION \
	-o "$folder/pbzip2.new" ./*.cpp -lbz2 -lpthread >"$folder/build.log" 2>&1 ||
	fail "pbzip2 does not compile; see '$folder/build.log'"
mv "$folder/pbzip2.new" "$folder/pbzip2"
