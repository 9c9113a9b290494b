#!/usr/bin/env bash
# apt-get for any Debian suite with its state in a private directory: this machine's sources, package lists and
# dpkg status are neither read (but for the mirror's address and proxy settings) nor written.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: debian-apt.sh STATE_DIR SUITE [apt-get arguments...]
  Creates STATE_DIR/SUITE and fetches its package lists on first use, then runs apt-get there.
  Without further arguments it only makes sure that the lists exist.
Environment:
  DEBIAN_MIRROR  address of a Debian mirror; default: the one this machine's own apt uses
HELP
}
case ${1:-} in -h | --help) usage; exit 0 ;; esac
[ $# -ge 2 ] || { usage >&2; exit 2; }

suite=$2
dir=$(readlink -m "$1")/$suite
shift 2
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Read before anything else, so that apt never looks into this machine's own configuration and the hooks it may hold.
export APT_CONFIG=$dir/apt.conf

# This machine's own mirror, from either of the two forms in which apt keeps it.
mirror() {
  if [ -n "${DEBIAN_MIRROR:-}" ]; then
    echo "$DEBIAN_MIRROR"
  elif [ -e /etc/apt/sources.list.d/debian.sources ]; then
    awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources
  elif [ -e /etc/apt/sources.list ]; then
    awk '/^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) {print $i; exit}}' /etc/apt/sources.list
  fi
}

if [ ! -e "$dir/ready" ]; then
  command -v apt-get >/dev/null || { echo "debian-apt: apt-get is missing; engine images are made of Debian packages, run this on Debian or Ubuntu" >&2; exit 1; }
  [ -e $keyring ] || { echo "debian-apt: $keyring is missing; install the package debian-archive-keyring" >&2; exit 1; }
  uri=$(mirror)
  [ -n "$uri" ] || { echo "debian-apt: found no Debian mirror in this machine's apt sources; set DEBIAN_MIRROR to the address of one" >&2; exit 1; }
  rm -rf "$dir"
  mkdir -p "$dir"/etc/apt/{sources.list.d,preferences.d,apt.conf.d,trusted.gpg.d,auth.conf.d} \
    "$dir"/var/lib/{apt/lists/partial,dpkg} "$dir"/var/cache/apt/archives/partial "$dir"/var/log/apt
  : >"$dir/var/lib/dpkg/status"
  # Proxy and certificate settings of this machine, where it has any.
  cat /etc/apt/apt.conf.d/* 2>/dev/null | grep -E '^Acquire::(Check|https?::)' >"$dir/etc/apt/apt.conf.d/50machine" || true
  case $suite in
    bookworm) suites="bookworm bookworm-updates bookworm-backports" ;;
    trixie) suites="trixie trixie-updates" ;;
    *) suites=$suite ;;
  esac
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$uri" "$suites" $keyring >"$dir/etc/apt/sources.list.d/debian.sources"
  cat >"$APT_CONFIG" <<CONFIG
Dir "$dir";
Dir::State::status "$dir/var/lib/dpkg/status";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Retries "3";
APT::Sandbox::User "root";
CONFIG
  apt-get -qq update >&2
  touch "$dir/ready"
fi
[ $# = 0 ] || exec apt-get "$@"
