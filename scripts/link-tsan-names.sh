#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the folder `tsan` in the build folder, with a link to libweft.so under each of the given
# names, and then the stamp file that tells ninja so: link-tsan-names.sh STAMP NAME...
set -eu

stamp=$1
shift
folder=$(dirname "$stamp")/tsan

mkdir -p "$folder"
for name in "$@"; do
	ln -sf ../libweft.so "$folder/$name"
done
: >"$stamp"
