include(HopmcExternal)
# Header-only and private: nothing of it is left in the installed package.
find_package(nlohmann_json 3.11 REQUIRED)

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
