#!/usr/bin/env bash
# Configures and builds hopmc (Release) in build/.
# Usage: scripts/build.sh [arguments of cmake]     e.g. -DHOPMC_BUILD_TESTS=OFF -DHDF5_ROOT=PREFIX
# Environment: BUILD_DIR, JOBS (default: all cores, as far as the memory goes), BUILD_TARGET (default: everything).
# Configures where that has not been done yet, and anew where there are arguments.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"

build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build}"

# As many compilers as there are cores, and as find room in the memory: each takes up to 0.6 GB.
default_jobs() {
  local kib limit
  kib="$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)"
  limit="$(cat /sys/fs/cgroup/memory.max 2>/dev/null)" || limit=max
  if [[ "${limit}" != max ]] && ((limit / 1024 < kib)); then
    kib=$((limit / 1024))
  fi
  local jobs=$((kib / 800000)) cores
  cores="$(nproc)"
  ((jobs < cores)) || jobs="${cores}"
  ((jobs > 1)) || jobs=1
  echo "${jobs}"
}
jobs="${JOBS:-$(default_jobs)}"

settings=("$@")
if [[ ! -f "${build_dir}/build.ninja" ]]; then
  settings=(-G Ninja -DCMAKE_BUILD_TYPE=Release "$@")
fi
if ((${#settings[@]} > 0)); then
  say "configuring ${build_dir}"
  cmake -S "${HOPMC_ROOT}" -B "${build_dir}" "${settings[@]}" >"${build_dir}.log" 2>&1 || {
    cat "${build_dir}.log" >&2
    fail "configuration failed"
  }
  rm -f "${build_dir}.log"
fi
say "building ${build_dir}"
cmake --build "${build_dir}" --parallel "${jobs}" --target "${BUILD_TARGET:-all}"
