# Manual pages, completion for bash and the command reference of docs/, made by the program itself whenever it is linked.
# HOPMC_HELP_DIR is where they are, empty where they cannot be made.
find_package(Python3 3.9 COMPONENTS Interpreter)
set(HOPMC_HELP_DIR)
if(Python3_FOUND AND NOT CMAKE_CROSSCOMPILING AND NOT HOPMC_SANITIZE)
  set(HOPMC_HELP_DIR ${CMAKE_CURRENT_BINARY_DIR}/help)
  set(script ${CMAKE_CURRENT_SOURCE_DIR}/cmake/help_pages.py)
  set_property(TARGET hopmc APPEND PROPERTY LINK_DEPENDS ${script})
  add_custom_command(TARGET hopmc POST_BUILD VERBATIM
                     COMMAND Python3::Interpreter -B ${script} $<TARGET_FILE:hopmc> ${HOPMC_HELP_DIR})
else()
  message(STATUS "Neither manual pages nor completion: they need Python 3.9, and a program that runs here as it is")
endif()
