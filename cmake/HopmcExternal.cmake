# What the libraries link. The build and the installed package both read this file, so that they ask for the same.
# Everything comes from Debian 12 packages; scripts/packages.txt lists them.
find_package(MPI 3.1 REQUIRED COMPONENTS CXX)
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization program_options)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

# Compression filters of HDF5 datasets. Debian's own CMake package of liblzf knows one build type only.
find_path(LZF_INCLUDE_DIR liblzf/lzf.h REQUIRED)
find_library(LZF_LIBRARY lzf REQUIRED)
find_path(BLOSC_INCLUDE_DIR blosc.h REQUIRED)
find_library(BLOSC_LIBRARY blosc REQUIRED)
find_path(DEFLATE_INCLUDE_DIR libdeflate.h REQUIRED)
find_library(DEFLATE_LIBRARY deflate REQUIRED)
add_library(hopmc_filters INTERFACE IMPORTED)
target_include_directories(hopmc_filters SYSTEM INTERFACE ${LZF_INCLUDE_DIR} ${BLOSC_INCLUDE_DIR}
                           ${DEFLATE_INCLUDE_DIR})
target_link_libraries(hopmc_filters INTERFACE ${LZF_LIBRARY} ${BLOSC_LIBRARY} ${DEFLATE_LIBRARY})

set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 1.10.8 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "HDF5 was found without MPI; install the parallel one (Debian: libhdf5-openmpi-dev)")
endif()
add_library(hopmc_hdf5 INTERFACE IMPORTED)
target_include_directories(hopmc_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(hopmc_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_compile_definitions(hopmc_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
add_library(hopmc_random123 INTERFACE IMPORTED)
target_include_directories(hopmc_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
