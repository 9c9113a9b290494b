#!/usr/bin/env bash
# Makes the root file system of a small image out of Debian packages: the named programs, the shared libraries they
# load, and what every program expects (users, name service, CA bundle, time zones). No maintainer script runs, and
# neither a shell nor a package manager ends up in the tree. Needs no root.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

usage() {
  cat <<'HELP'
Usage: debian-tree.sh STATE_DIR SUITE[/TARGET] TREE PACKAGE[,PACKAGE...] [PROGRAM|LIBRARY...]
  STATE_DIR  private apt state (see debian-apt.sh)
  SUITE      Debian suite; TARGET is the release to prefer, such as bookworm-backports
  TREE       directory to (re)create
  PROGRAM    absolute path inside the packages; the libraries it loads come along
  LIBRARY    a bare file name such as libz.so.1, for programs that are added to the tree later
HELP
}
case ${1:-} in -h | --help) usage; exit 0 ;; esac
[ $# -ge 4 ] || { usage >&2; exit 2; }
die() { echo "debian-tree: $*" >&2; exit 1; }

state=$1 suite=${2%%/*} tree=$3 packages=${4//,/ }
target=()
[ "${2#*/}" = "$2" ] || target=(-t "${2#*/}")
shift 4
case $(uname -m) in x86_64) triplet=x86_64-linux-gnu loader=/lib64/ld-linux-x86-64.so.2 ;; *) die "only amd64 is supported, this machine is $(uname -m)" ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
"$here/debian-apt.sh" "$state" "$suite"

download() {
  # Of the dependencies only libraries are of use: the rest serves maintainer scripts, which never run here.
  local wanted
  wanted=$("$here/debian-apt.sh" "$state" "$suite" install -s --no-install-recommends "${target[@]}" $packages |
    awk -v asked=" $packages " '/^Inst/ && (index(asked, " " $2 " ") || ($2 ~ /^(lib|zlib)/ && $2 !~ /perl|pam|semanage|sepol|debconf|gdbm|db5/)) {print $2}')
  [ -n "$wanted" ] && "$here/debian-apt.sh" "$state" "$suite" download -qq "${target[@]}" $wanted
}

unpack() {
  cd "$work"
  if ! download; then
    echo "debian-tree: fetching the package lists of $suite again; the mirror no longer has what they name" >&2
    rm -rf "${state:?}/$suite"
    "$here/debian-apt.sh" "$state" "$suite"
    download || die "cannot download $packages of $suite and their libraries; apt says why above"
  fi
  mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
  for dir in bin sbin lib lib64; do ln -s usr/$dir "$root/$dir"; done # merged /usr, before unpacking
  for deb in *.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner --keep-directory-symlink -C "$root"; done
}

# Copies a file to the same path in the tree, following links that stay inside the unpacked packages.
copy() {
  local from=$root$1
  while [ -L "$from" ]; do
    local link
    link=$(readlink "$from")
    case $link in /*) from=$root$link ;; *) from=$(dirname "$from")/$link ;; esac
  done
  [ -f "$from" ] || die "$1 is not in the packages $packages of $suite"
  mkdir -p "$tree/$(dirname "$1")"
  cp --preserve=mode "$from" "$tree$1"
}

# Names of the libraries a program loads, asked of the packages' own loader, which need not be this machine's.
libraries_of() {
  local listing
  listing=$("$root$loader" --inhibit-cache --library-path "$root/usr/lib/$triplet" --list "$1") || die "cannot list the libraries of $1"
  awk '/=>/ && $1 !~ /^\// {print $1, $3}' <<<"$listing" | while read -r name path; do
    case $path in "$root"/*) echo "$name" ;; *) die "$1 needs $name, which is in none of the packages of $suite" ;; esac
  done
}

(unpack) >&2
rm -rf "$tree"
mkdir -p "$tree"/{etc,data,tmp,proc,sys,dev} "$tree"/usr/{bin,lib,lib64}
for dir in bin lib lib64; do ln -s usr/$dir "$tree/$dir"; done
chmod 1777 "$tree/tmp"
chmod 0755 "$tree/data"
printf 'root:x:0:0::/:/nonexistent\nengine:x:999:999::/data:/nonexistent\nnonroot:x:65532:65532::/tmp:/nonexistent\n' >"$tree/etc/passwd"
printf 'root:x:0:\nengine:x:999:\nnonroot:x:65532:\n' >"$tree/etc/group"
printf 'hosts: files dns\n' >"$tree/etc/nsswitch.conf"

copy "/usr$loader"
libraries="libc.so.6 libnss_files.so.2 libnss_dns.so.2 libresolv.so.2"
for item in "$@"; do
  case $item in
    /*) copy "$item"; more=$(libraries_of "$root$item"); libraries+=" $more" ;;
    *) libraries+=" $item" ;;
  esac
done
for name in $(printf '%s\n' $libraries | sort -u); do copy "/usr/lib/$triplet/$name"; done

if [ -d "$root/usr/share/ca-certificates" ]; then
  mkdir -p "$tree/etc/ssl/certs"
  find "$root/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$tree/etc/ssl/certs/ca-certificates.crt"
fi
if [ -d "$root/usr/share/zoneinfo" ]; then
  mkdir -p "$tree/usr/share"
  cp -a "$root/usr/share/zoneinfo" "$tree/usr/share/"
  rm -rf "$tree"/usr/share/zoneinfo/{right,posix}
fi
# The licences of what is inside, and where it came from.
for copyright in "$root"/usr/share/doc/*/copyright; do
  package=$(basename "$(dirname "$copyright")")
  mkdir -p "$tree/usr/share/doc/$package"
  cp -L "$copyright" "$tree/usr/share/doc/$package/" 2>/dev/null || rmdir "$tree/usr/share/doc/$package"
done
(cd "$work" && ls -- *.deb) | sed 's/%3a/:/' >"$tree/usr/share/doc/packages.txt"
