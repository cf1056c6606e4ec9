#!/usr/bin/env bash
# Installs the Debian packages of a list that are missing. Does nothing where all are there.
# Usage: scripts/install_packages.sh [LIST]     (default: scripts/packages.txt)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"
(($# <= 1)) || usage_error "more than one list: $*"
[[ "${1:-}" != -* ]] || usage_error "no such option: $1"

readonly package_list="${1:-${HOPMC_ROOT}/scripts/packages.txt}"
[[ -f "${package_list}" && -r "${package_list}" ]] || usage_error "${package_list}: no such list"

is_installed() {
  [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "not a Debian system: please see that what ${package_list} lists is there"
  exit 0
fi

missing=()
while read -r package; do
  is_installed "${package}" || missing+=("${package}")
done < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "${package_list}")

if ((${#missing[@]} == 0)); then
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    fail "these packages are missing, and neither root nor sudo is at hand: ${missing[*]}"
  as_root=(sudo)
fi

say "installing ${#missing[@]} packages (some minutes): ${missing[*]}"
as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --option Dpkg::Use-Pty=0)
# A machine that has just started often updates itself at first, and holds apt's locks.
for attempt in {1..12}; do
  "${as_root[@]}" update && break
  ((attempt < 12)) || fail "apt-get update does not succeed"
  say "once more in 15 s"
  sleep 15
done
"${as_root[@]}" --option DPkg::Lock::Timeout=600 install --yes --no-install-recommends "${missing[@]}" >/dev/null
