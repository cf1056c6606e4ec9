#pragma once
/// Reader of VASP POSCAR files (forms 4 and 5, Direct and Cartesian, selective dynamics, LF and CRLF).

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/config/run_config.hpp"
#include "hopmc/lattice/crystal.hpp"

namespace hopmc::lattice {

/// Parses the POSCAR and orders its sites; classes come from `class_list`.
///
/// The scale factor of line 2 applies as in VASP (negative: the cell's volume in cubic angstrom); in the
/// replay mode it is ignored as PyCD does. Elements of form 4 come from the comment line. Fractional
/// coordinates are kept as given. Every problem (bad numbers, singular lattice, overlapping atoms, an element
/// without class_list or charge, a class_list of the wrong length) goes to `problems`; the result must not be
/// used if it has any.
[[nodiscard]] Crystal read_crystal(const config::TextFile& poscar, const config::LoadedConfig& config,
                                   Problems& problems);

/// What is wrong with a POSCAR whatever the other files say: for a case whose other files are wrong as well.
void check_poscar(const config::TextFile& poscar, Problems& problems);

}  // namespace hopmc::lattice
