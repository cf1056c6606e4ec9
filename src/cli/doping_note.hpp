#pragma once
/// The dopants of a trajectory as they are kept with the results and shown to the user.

#include <string>

#include "hopmc/energy/model.hpp"
#include "hopmc/trajectory/note.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::cli {

using validate::doping_group;

/// Trajectories whose dopants are listed for the user.
inline constexpr std::int64_t dopings_shown = 3;

/// Kinds, sites, and distances and shells between all pairs.
[[nodiscard]] trajectory::Note doping_note(const energy::Model& model, const energy::Doping& doping);

/// One line of such a note: "W 43, 90; Mo 65; nearest two 5.09 angstrom apart, 1 shell between".
[[nodiscard]] std::string doping_line(const trajectory::Note& note);

/// The kinds in the input: "2 W on V (random, charge +6), 1 Mo on V (random, charge +6)".
[[nodiscard]] std::string dopant_kinds_text(const energy::Model& model);

}  // namespace hopmc::cli
