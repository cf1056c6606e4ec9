#!/usr/bin/env bash
# Shows which lines the tests run: a table of the rooms and of the whole project. Fails where a test fails or where
# trajectory, ensemble or validate stays below 95 %.
# Usage: scripts/coverage.sh [--details] [ctest arguments]
#   --details   also an HTML page for each file, in build-coverage/html/
# Without ctest arguments a selection of the tests runs: the rooms' on 1 and 3 ranks and the program's.
# Processes that are killed tell nothing about themselves.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
help_if_asked "$@"

details=false
selection=()
for argument in "$@"; do
  if [[ "${argument}" == --details ]]; then
    details=true
  else
    selection+=("${argument}")
  fi
done
if ((${#selection[@]} == 0)); then
  selection=(--label-exclude 'install|scripts|slurm' --exclude-regex '\.[24]ranks|romio321|dynamic_gen2')
fi

"${HOPMC_ROOT}/scripts/install_packages.sh"
"${HOPMC_ROOT}/scripts/install_packages.sh" "${HOPMC_ROOT}/scripts/packages_coverage.txt"
check_ctest_options "${selection[@]}"

build_dir="${BUILD_DIR:-${HOPMC_ROOT}/build-coverage}"
BUILD_DIR="${build_dir}" "${HOPMC_ROOT}/scripts/build.sh" -DHOPMC_COVERAGE=ON -DHOPMC_BUILD_TESTS=ON \
  -DCMAKE_CXX_FLAGS_RELEASE="-Og -DNDEBUG"

# All ranks add to the same files of counts, under a lock that gcov takes. Where one has ended with an error, mpirun
# is to give the others the time for it (which it takes whether they need it or not).
export OMPI_MCA_odls_base_sigkill_timeout=3
find "${build_dir}" -name '*.gcda' -delete
tests=passed
ctest --test-dir "${build_dir}" --output-on-failure --parallel 2 "${selection[@]}" || tests=failed

say "reading the counts"
counts="${build_dir}/coverage.json"
gcovr -j 2 --root "${HOPMC_ROOT}" --filter "${HOPMC_ROOT}/src/" --filter "${HOPMC_ROOT}/include/" \
  --json "${counts}" "${build_dir}"
if "${details}"; then
  mkdir -p "${build_dir}/html"
  gcovr --root "${HOPMC_ROOT}" --add-tracefile "${counts}" --html-details "${build_dir}/html/index.html"
  say "details in ${build_dir}/html/index.html"
fi

python3 - "${counts}" <<'PYTHON' || fail "trajectory, ensemble or validate is below the line"
import json
import sys

WANTED = {room: 95 for room in ("trajectory", "ensemble", "validate")}  # %
ROOMS = "units config lattice energy kmc trajectory ensemble validate analysis bench cli main".split()

total, run = {}, {}
with open(sys.argv[1]) as counts:
    files = json.load(counts)["files"]
for file in files:
    parts = file["file"].split("/")  # src/ROOM/... or include/hopmc/ROOM/...
    room = parts[1] if parts[0] == "src" else parts[2]
    lines = [line for line in file["lines"] if not line["gcovr/noncode"]]
    for name in (room, "whole project"):
        total[name] = total.get(name, 0) + len(lines)
        run[name] = run.get(name, 0) + sum(line["count"] > 0 for line in lines)

print(f"{'room':<14} {'lines':>6} {'run':>6}  coverage")
low = False
for name in sorted(total, key=lambda name: (ROOMS + [name]).index(name)):
    percent = 100 * run[name] / total[name]
    remark = f"   below {WANTED[name]} %" if percent < WANTED.get(name, 0) else ""
    low = low or bool(remark)
    print(f"{name:<14} {total[name]:>6} {run[name]:>6}  {percent:6.1f} %{remark}")
sys.exit(low)
PYTHON
[[ "${tests}" == passed ]] || fail "a test failed"
