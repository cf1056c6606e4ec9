#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test; those of the batch scripts where SLURM is or can be installed.
# Usage: scripts/test.sh [--sanitize] [ctest arguments]
#   --sanitize   build with the address and undefined-behaviour sanitizers in build-sanitize/ and run the unit
#                tests there
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"

sanitize=false
arguments=()
for argument in "$@"; do
  if [[ "${argument}" == --sanitize ]]; then
    sanitize=true
  else
    arguments+=("${argument}")
  fi
done

"${HOPMC_ROOT}/scripts/install_packages.sh"
check_ctest_options "${arguments[@]}"
"${HOPMC_ROOT}/scripts/check_format.sh"

selection=()
if "${sanitize}"; then
  build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build-sanitize}"
  BUILD_DIR="${build_dir}" BUILD_TARGET=unit_tests "${HOPMC_ROOT}/scripts/build.sh" \
    -DHOPMC_SANITIZE=ON -DHOPMC_BUILD_TESTS=ON -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1"
  # OpenMPI and HDF5 keep memory until the process ends; their leaks would bury ours.
  export ASAN_OPTIONS="detect_leaks=0:${ASAN_OPTIONS:-}"
  export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
  selection=(--label-regex unit)
else
  if ! output="$("${HOPMC_ROOT}/scripts/install_packages.sh" "${HOPMC_ROOT}/scripts/packages_slurm.txt" 2>&1)"; then
    say "without the tests of the batch scripts, because SLURM is not to be had: ${output##*$'\n'}"
  fi
  build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build}"
  BUILD_DIR="${build_dir}" "${HOPMC_ROOT}/scripts/build.sh" -DHOPMC_BUILD_TESTS=ON
fi

ctest --test-dir "${build_dir}" --output-on-failure --parallel 2 "${selection[@]}" "${arguments[@]}"
