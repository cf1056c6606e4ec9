# Installs BUILD_DIR into a fresh prefix, builds and runs the consumer against it, and runs the installed program.
# cmake -DBUILD_DIR=... -DWORK_DIR=... -P check.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed (${status}): ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
set(prefix ${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_DIR}/build -G Ninja -DCMAKE_PREFIX_PATH=${prefix}
    ${CONSUMER_OPTIONS})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
run(${WORK_DIR}/build/consumer)
run(${prefix}/bin/hopmc --help)

# Manual pages of the program and of each of its commands, found by bash and man below the prefix.
foreach(page hopmc hopmc-run hopmc-validate hopmc-analyze hopmc-unwrap hopmc-info hopmc-bench)
  run(groff -man -ww -Tutf8 -z ${prefix}/share/man/man1/${page}.1)
endforeach()
run(bash -uec "source ${prefix}/share/bash-completion/completions/hopmc && complete -p hopmc")
