# cmake --install: the program with its manual pages and completion, the libraries with their headers, a CMake package,
# the examples, the plot and batch scripts and the documentation.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hopmc)

if(TARGET hopmc)
  install(TARGETS hopmc RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  if(HOPMC_HELP_DIR)
    install(DIRECTORY ${HOPMC_HELP_DIR}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
    install(FILES ${HOPMC_HELP_DIR}/completions/hopmc
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  endif()
endif()
get_property(libraries GLOBAL PROPERTY HOPMC_ROOMS)
list(TRANSFORM libraries PREPEND hopmc_)
install(TARGETS ${libraries} hopmc_all EXPORT hopmcTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/hopmc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")

install(EXPORT hopmcTargets NAMESPACE hopmc:: DESTINATION ${package_dir})
configure_package_config_file(cmake/hopmcConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/hopmcConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/hopmcConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hopmcConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/hopmcConfigVersion.cmake
              cmake/HopmcExternal.cmake
        DESTINATION ${package_dir})

install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/hopmc FILES_MATCHING PATTERN "*.yml"
                                                                                     PATTERN "POSCAR")
install(PROGRAMS scripts/plot_msd.py scripts/plot_sweep.py scripts/plot_bench.py scripts/scaling.py
                 scripts/measure_writing.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/hopmc)
install(FILES scripts/script_support.py DESTINATION ${CMAKE_INSTALL_DATADIR}/hopmc)
install(DIRECTORY slurm DESTINATION ${CMAKE_INSTALL_DATADIR}/hopmc FILES_MATCHING PATTERN "*.sbatch")
# README.md and docs/ beside each other, as their links have it.
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
