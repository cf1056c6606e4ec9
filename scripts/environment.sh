# Sourced by every script here: where things are, how MPI is to behave, how to speak.
# shellcheck shell=bash

HOPMC_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export HOPMC_ROOT

# With more ranks than cores OpenMPI spins while it waits, a thousand times longer than it has to.
export OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_rmaps_base_oversubscribe=1
# Silence about network hardware that is not there.
export OMPI_MCA_btl_base_warn_component_unused=0
if ((EUID == 0)); then
  # Containers often know no other user.
  export OMPI_ALLOW_RUN_AS_ROOT=1
  export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# On stderr, so that the output of a command stays usable in a pipe.
say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

# Of arguments that cannot be.
usage_error() {
  say "$*; try --help"
  exit 2
}

# With --help among the arguments: prints the comment at the head of the script, and ends it.
help_if_asked() {
  local argument
  for argument in "$@"; do
    if [[ "${argument}" == --help || "${argument}" == -h ]]; then
      sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
      exit 0
    fi
  done
}

# ctest itself says nothing of options that it does not know.
check_ctest_options() {
  local argument known
  known="$(ctest --help)"
  for argument in "$@"; do
    [[ "${argument}" != --* ]] || grep --quiet --word-regexp --fixed-strings -- "${argument%%=*}" <<<"${known}" ||
      usage_error "neither an option of this script nor of ctest: ${argument}"
  done
}

# The first python3 that can read the results: $PYTHON, the one in PATH, or the system's own.
find_python() {
  local modules=${1:-h5py, numpy}
  local candidate
  for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
    [[ -n "${candidate}" ]] || continue
    if "${candidate}" -c "import ${modules}" 2>/dev/null; then
      command -v "${candidate}"
      return 0
    fi
  done
  say "no python3 with ${modules}; set PYTHON"
  return 1
}
