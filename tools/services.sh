#!/bin/sh
# Brings what the tests need beside Python, from Debian's packages, where it is missing:
# PostgreSQL 15 with PostGIS (records on a server), strace (what is forced to the disk), openssl and
# ssh-keygen (independent checks of signatures and time stamps). Starts no service: the tests start a
# server of their own in a temporary folder. The second time there is nothing to do.
set -eu

packages=""
need() { packages="$packages $1"; }
[ -x /usr/lib/postgresql/15/bin/postgres ] || need postgresql-15
[ -f /usr/share/postgresql/15/extension/postgis.control ] || need postgresql-15-postgis-3
command -v strace >/dev/null 2>&1 || need strace
command -v openssl >/dev/null 2>&1 || need openssl
command -v ssh-keygen >/dev/null 2>&1 || need openssh-client
[ -n "$packages" ] || exit 0

by_hand() {
    echo "services: $1" >&2
    echo "services: as root, on Debian 12:  apt-get install --no-install-recommends$packages" >&2
    echo "services: elsewhere install PostgreSQL 15 with PostGIS 3 and the same programs." >&2
    echo "services: without them their tests are skipped; with CI=true that is a failure." >&2
    exit 0
}

command -v apt-get >/dev/null 2>&1 || by_hand "not installed:$packages (this is no Debian)"
if [ "$(id -u)" = 0 ]; then
    as=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as="sudo -n"
else
    by_hand "not installed:$packages (that needs root)"
fi

echo "services: installing$packages with apt-get (once)"
# the cluster that Debian would make and start for everybody is not needed
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $as mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$as env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null ||
    by_hand "the package lists could not be fetched"
# shellcheck disable=SC2086 - the names are to be split
$as env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends $packages >/dev/null ||
    by_hand "apt-get could not install:$packages"
echo "services: ready"
