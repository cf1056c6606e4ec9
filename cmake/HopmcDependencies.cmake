include(CheckCXXSourceCompiles)
check_cxx_source_compiles("
#include <bit>
#include <charconv>
#include <span>
int main() {
  double x = 0;
  std::from_chars(nullptr, nullptr, x);
  return static_cast<int>(std::bit_cast<long long>(x) + static_cast<long long>(std::span(&x, 1).size()));
}" HOPMC_HAS_CXX20)
if(NOT HOPMC_HAS_CXX20)
  message(FATAL_ERROR "hopmc needs C++20 as GCC 11 has it, which ${CMAKE_CXX_COMPILER} (${CMAKE_CXX_COMPILER_ID} "
          "${CMAKE_CXX_COMPILER_VERSION}) has not: load a newer one, or name it by -DCMAKE_CXX_COMPILER=, and "
          "configure in a fresh directory.")
endif()

include(HopmcExternal)
# Header-only and private: nothing of it is left in the installed package.
hopmc_find_package(nlohmann-json3-dev nlohmann_json 3.11 QUIET)
if(hopmc_missing_list)
  message(FATAL_ERROR "hopmc needs what was not found:${hopmc_missing_list}\n"
          "On Debian 12 scripts/install_packages.sh installs all of it. What lies in a directory of its own is found by "
          "-DCMAKE_PREFIX_PATH=\"DIR;DIR\", HDF5 by -DHDF5_ROOT=DIR, in a fresh build directory; README.md has more "
          "on building without root.")
endif()

# Warnings and instrumentation of our own code only.
add_library(hopmc_warnings INTERFACE)
target_compile_options(hopmc_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(HOPMC_WERROR)
  target_compile_options(hopmc_warnings INTERFACE -Werror)
endif()
# Contracted multiply-adds would make results depend on the instruction set of the node.
add_compile_options(-ffp-contract=off)
if(HOPMC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_compile_definitions(HOPMC_SANITIZE)
endif()
if(HOPMC_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                OUTPUT_VARIABLE HOPMC_GIT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE _git)
if(NOT _git EQUAL 0)
  set(HOPMC_GIT_COMMIT "unknown")
endif()
