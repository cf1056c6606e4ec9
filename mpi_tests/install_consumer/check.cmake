# Installs BUILD_DIR into a fresh prefix, builds and runs the consumer against it, and runs the installed program and
# scripts. PYTHON has h5py, numpy and matplotlib.
# cmake -DBUILD_DIR=... -DWORK_DIR=... -DPYTHON=... -P check.cmake
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

# The scripts work from the prefix alone: batch scripts as SLURM runs them, copies in another place.
set(share ${prefix}/share/hopmc)
set(results ${WORK_DIR}/results)
set(case ${share}/examples/hematite)
set(short --n-traj 2 --t-final 1e-6 --seed 1)
set(job env PATH=${prefix}/bin:$ENV{PATH} PYTHON=${PYTHON} SLURM_JOB_ID=1 SLURM_NTASKS=2 SLURM_JOB_NODELIST=here
        SLURM_ARRAY_TASK_ID=1 SLURM_SUBMIT_DIR=${WORK_DIR})
file(COPY ${share}/slurm DESTINATION ${WORK_DIR}/spool)
file(WRITE ${WORK_DIR}/list "${case} --set temp=350\n")
run(${job} bash ${WORK_DIR}/spool/slurm/run.sbatch ${case} ${results}/run ${short})
run(${job} bash ${WORK_DIR}/spool/slurm/requeue.sbatch ${case} ${results}/requeue ${short})
run(${job} bash ${WORK_DIR}/spool/slurm/array.sbatch ${WORK_DIR}/list ${results}/array ${short})
run(${job} bash ${WORK_DIR}/spool/slurm/scaling.sbatch ${case} ${results}/scaling --works write --repeat 1
    --trajectories 1 --t-final 1e-7)
run(${PYTHON} -B ${share}/measure_writing.py --repeat 1 --n-traj 2 --formats npy --cases ${case} --directory ${results}
    -- --t-final 1e-7)
run(${prefix}/bin/hopmc run ${case} --output ${results}/sweep --sweep temp=300,400 ${short})
foreach(name run sweep)
  run(${prefix}/bin/hopmc analyze ${results}/${name})
endforeach()
run(${prefix}/bin/hopmc bench io --directory ${results} --frames 64 --repeat 1 --formats npy --csv ${results}/io.csv)
run(${PYTHON} -B ${share}/plot_msd.py ${results}/run)
run(${PYTHON} -B ${share}/plot_sweep.py ${results}/sweep)
run(${PYTHON} -B ${share}/plot_bench.py ${results}/io.csv --output ${results}/io.png)
foreach(name run/analysis/msd.png run/analysis/msd_loglog.png sweep/analysis/sweep.png io.png scaling/scaling.png
             array/1/trajectory_data.h5 requeue/trajectory_data.h5)
  if(NOT EXISTS ${results}/${name})
    message(FATAL_ERROR "${results}/${name} was not made")
  endif()
endforeach()

# The documentation with its pictures; links between its pages lead somewhere.
file(GLOB pages ${prefix}/share/doc/hopmc/*.md ${prefix}/share/doc/hopmc/docs/*.md)
list(LENGTH pages n_pages)
if(n_pages LESS 9)
  message(FATAL_ERROR "only ${n_pages} pages were installed")
endif()
foreach(page IN LISTS pages)
  get_filename_component(folder ${page} DIRECTORY)
  file(READ ${page} text)
  string(REPLACE "](" "@" text "${text}")  # a list of CMake cannot hold brackets
  string(REGEX MATCHALL "@[^][():;]*\\.(md|png)" links "${text}")
  foreach(link IN LISTS links)
    string(SUBSTRING "${link}" 1 -1 link)
    if(NOT EXISTS ${folder}/${link})
      message(FATAL_ERROR "${page}: ${link} is not there")
    endif()
  endforeach()
endforeach()
