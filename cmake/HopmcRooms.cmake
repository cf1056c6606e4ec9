# hopmc_add_room(NAME [DEPENDS rooms...] [PUBLIC targets...] [PRIVATE targets...])
# A static library hopmc_NAME of src/NAME/*.cpp, or an interface library where there are none.
function(hopmc_add_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/${NAME}/*.cpp)
  list(TRANSFORM ROOM_DEPENDS PREPEND hopmc_)
  if(sources)
    add_library(hopmc_${NAME} STATIC ${sources})
    target_link_libraries(hopmc_${NAME} PUBLIC ${ROOM_DEPENDS} ${ROOM_PUBLIC}
                                        PRIVATE ${ROOM_PRIVATE} $<BUILD_INTERFACE:hopmc_warnings>)
    set(scope PUBLIC)
  else()
    add_library(hopmc_${NAME} INTERFACE)
    target_link_libraries(hopmc_${NAME} INTERFACE ${ROOM_DEPENDS} ${ROOM_PUBLIC})
    set(scope INTERFACE)
  endif()
  target_compile_features(hopmc_${NAME} ${scope} cxx_std_20)
  target_include_directories(hopmc_${NAME} ${scope} $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                                    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(hopmc_${NAME} PROPERTIES EXPORT_NAME ${NAME})
  set_property(GLOBAL APPEND PROPERTY HOPMC_ROOMS ${NAME})
endfunction()

# A test that ends does so within a minute; one that hangs is to be told from one on a machine that is busy otherwise.
set(HOPMC_TEST_TIMEOUT 600) # s

# hopmc_add_room_tests(NAME [RANKS n...] [LINK targets...])
# One test program of mpi_tests/NAME/*_test.cpp. With RANKS it runs whole under mpirun, once a rank count; without,
# each of its tests is a ctest of its own.
function(hopmc_add_room_tests NAME)
  cmake_parse_arguments(TESTS "" "" "RANKS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  set(program ${NAME}_tests)
  add_executable(${program} ${sources})
  target_include_directories(${program} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(${program} PRIVATE HOPMC_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${program} PRIVATE hopmc_${NAME} ${TESTS_LINK} GTest::gtest GTest::gmock hopmc_warnings)
  if(TESTS_RANKS)
    target_sources(${program} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/support/mpi_main.cpp)
    target_link_libraries(${program} PRIVATE MPI::MPI_CXX Boost::mpi)
    foreach(ranks IN LISTS TESTS_RANKS)
      add_test(NAME ${NAME}.${ranks}ranks
               COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} --oversubscribe
                       $<TARGET_FILE:${program}>)
      set_tests_properties(${NAME}.${ranks}ranks PROPERTIES TIMEOUT ${HOPMC_TEST_TIMEOUT} PROCESSORS 2
                           LABELS "mpi;${NAME}" ENVIRONMENT "${HOPMC_TEST_ENVIRONMENT}")
    endforeach()
  else()
    target_link_libraries(${program} PRIVATE GTest::gtest_main)
    if(NOT TARGET unit_tests)
      add_custom_target(unit_tests)
    endif()
    add_dependencies(unit_tests ${program})
    gtest_discover_tests(${program} TEST_PREFIX ${NAME}. DISCOVERY_TIMEOUT 300 NO_PRETTY_VALUES
                         PROPERTIES TIMEOUT ${HOPMC_TEST_TIMEOUT} LABELS "unit;${NAME}")
  endif()
endfunction()
