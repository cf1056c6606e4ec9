#pragma once
/// Attributes of the shared file that readers rely on but the run itself does not: totals, version, units.

#include <string>

#include "expectation.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Checks the totals of simulation_info and system_info and the format version. `file`: as messages name it.
void check_totals(const trajectory::Hdf5Reader& reader, const std::string& file,
                  const Expectation& expectation, MismatchLog& log);

/// Checks the units of the dataset of a column. `place`: as messages name it.
void check_units(const trajectory::StoredUnits& stored, const trajectory::ColumnInfo& info,
                 const std::string& place, MismatchLog& log);

}  // namespace hopmc::validate
