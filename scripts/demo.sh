#!/usr/bin/env bash
# From a bare Debian 12 to trajectories, a validation and a plotted diffusivity, in one command.
# Usage: scripts/demo.sh [EXAMPLE]     a directory below examples/ (default: hematite)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"
(($# <= 1)) || usage_error "more than one example: $*"
[[ "${1:-}" != -* ]] || usage_error "no such option: $1"

example="${1:-hematite}"
cd "${HOPMC_ROOT}"
case_dir="examples/${example}"
[[ -d "${case_dir}" ]] || usage_error "no such example: ${example} (there are: $(echo examples/*/ | sed 's|examples/\([^/]*\)/|\1|g'))"
output="demo_output/${example}"
build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build}"
# Two ranks at the least: a single one would not show collective writing.
ranks=$(($(nproc) > 2 ? $(nproc) : 2))

scripts/install_packages.sh
BUILD_TARGET=hopmc scripts/build.sh
python="$(find_python "h5py, numpy, matplotlib")"

printf '\n== simulate %s on %d ranks, and validate what was written\n' "${example}" "${ranks}"
mkdir -p "${output}"
mpirun -n "${ranks}" "${build_dir}/hopmc" run "${case_dir}" --output "${output}" --overwrite

printf '\n== diffusivity\n'
mpirun -n "${ranks}" "${build_dir}/hopmc" analyze "${output}" --overwrite
"${python}" scripts/plot_msd.py "${output}"

printf '\n== results in %s\n' "${PWD}/${output}"
printf '   %-22s %s\n' \
  trajectory_data.h5 'every trajectory (open it with h5py, h5dump, MATLAB, Julia)' \
  'traj1/, traj2/, ...' 'the same numbers as .npy arrays' \
  validation.json 'the comparison of both, for programs' \
  analysis/ 'diffusivity, mobility, errors; the plots msd.png and msd_loglog.png'
