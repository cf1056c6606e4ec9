#!/usr/bin/env bash
# Configures and builds hopmc (Release) in build/.
# Environment: BUILD_DIR, JOBS (default: all cores), BUILD_TARGET (default: everything).
# Arguments go to the configuration, which happens where there is none yet.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build}"
jobs="${JOBS:-$(nproc)}"

if [[ ! -f "${build_dir}/build.ninja" ]]; then
  say "configuring ${build_dir}"
  cmake -S "${HOPMC_ROOT}" -B "${build_dir}" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" >"${build_dir}.log" 2>&1 || {
    cat "${build_dir}.log" >&2
    fail "configuration failed"
  }
  rm -f "${build_dir}.log"
fi
say "building ${build_dir}"
cmake --build "${build_dir}" --parallel "${jobs}" --target "${BUILD_TARGET:-all}"
