# What the configuration tells of dependencies that are missing or wrong, and that it takes those of a private prefix.
# cmake -DSOURCE_DIR=... -DWORK_DIR=... -DCOMPILER=... -DLZF_HEADER=... -DLZF_LIBRARY=... -P check.cmake
set(build ${WORK_DIR}/build)

# configure(EXPECTED_STATUS arguments...): its output, with blanks for line breaks, in `output`.
function(configure expected)
  file(REMOVE_RECURSE ${build})
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${build} -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER}
                          -DHOPMC_BUILD_TESTS=OFF ${ARGN}
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL expected)
    message(FATAL_ERROR "status ${status}, not ${expected}: ${ARGN}")
  endif()
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect)
  foreach(text IN LISTS ARGN)
    string(FIND "${output}" "${text}" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "not told: ${text}")
    endif()
  endforeach()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})

# All at once; no header is found below a directory that is not there.
configure(1 -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
          -DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON
          -DCMAKE_DISABLE_FIND_PACKAGE_HDF5=ON -DCMAKE_FIND_ROOT_PATH=${WORK_DIR}/absent
          -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY)
expect("hopmc needs what was not found: " "Boost 1.74 with mpi, serialization, program_options (Debian: libboost-mpi-dev "
       "fmt 9 (Debian: libfmt-dev)" "ZLIB 1.2 (Debian: zlib1g-dev)" "nlohmann_json 3.11 (Debian: nlohmann-json3-dev)"
       "liblzf, its header lzf.h (Debian: liblzf-dev)" "c-blosc, its header blosc.h (Debian: libblosc-dev)"
       "libdeflate, its header libdeflate.h (Debian: libdeflate-dev)" "HDF5 1.10.8 with C (Debian: libhdf5-openmpi-dev)"
       "Random123, its header Random123/philox.h (Debian: librandom123-dev)" "-DCMAKE_PREFIX_PATH=")

# A Boost that was built without MPI.
configure(1 -DCMAKE_DISABLE_FIND_PACKAGE_boost_mpi=ON)
expect("which will not do, without mpi (Debian")

# A serial HDF5, and one of which only a part is seen.
set(serial ${WORK_DIR}/serial)
file(WRITE ${serial}/include/hdf5.h "#include \"H5pubconf.h\"\n")
file(WRITE ${serial}/include/H5pubconf.h "#define H5_VERSION \"1.14.3\"\n")
file(WRITE ${serial}/lib/libhdf5.so "")
configure(1 -DHDF5_ROOT=${serial})
expect("HDF5 with MPI: HDF5 1.14.3 in ${serial}/include was built without (Debian: libhdf5-openmpi-dev)")
configure(1 -DCMAKE_PREFIX_PATH=${serial})
expect("HDF5 with MPI: ")

# A private prefix goes before what the system has; there liblzf's header is where its authors put it.
set(prefix ${WORK_DIR}/prefix)
file(COPY ${LZF_HEADER} DESTINATION ${prefix}/include)
file(COPY ${LZF_LIBRARY} DESTINATION ${prefix}/lib FOLLOW_SYMLINK_CHAIN)
configure(0 -DCMAKE_PREFIX_PATH=${prefix})
load_cache(${build} READ_WITH_PREFIX found_ LIBLZF_INCLUDE_DIR LIBLZF_LIBRARY)
get_filename_component(found_place "${found_LIBLZF_LIBRARY}" DIRECTORY)
if(NOT "${found_LIBLZF_INCLUDE_DIR};${found_place}" STREQUAL "${prefix}/include;${prefix}/lib")
  message(FATAL_ERROR "liblzf of ${found_LIBLZF_INCLUDE_DIR} and ${found_LIBLZF_LIBRARY}, not of ${prefix}")
endif()
foreach(source compression chunk_filters)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} --target
                          CMakeFiles/hopmc_trajectory.dir/src/trajectory/${source}.cpp.o COMMAND_ERROR_IS_FATAL ANY)
endforeach()
