#!/usr/bin/env bash
# Checks that the C++ sources are formatted as .clang-format says. Versions of clang-format differ in
# what they make of the same rules, so only the one of Debian 12 judges.
# Usage: scripts/check_format.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"
(($# == 0)) || usage_error "takes no arguments: $*"

readonly version=14

for candidate in "clang-format-${version}" clang-format; do
  if command -v "${candidate}" >/dev/null && [[ "$("${candidate}" --version)" == *" ${version}."* ]]; then
    cd "${HOPMC_ROOT}"
    find include src mpi_tests '(' -name '*.cpp' -o -name '*.hpp' ')' -print0 |
      xargs -0 "${candidate}" --dry-run -Werror
    exit
  fi
done
say "clang-format ${version} is not installed; the format is not checked"
