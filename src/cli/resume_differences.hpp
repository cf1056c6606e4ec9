#pragma once
/// Whether a run may go on under another configuration.

#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/checkpoint.hpp"

namespace hopmc::cli {

/// What forbids going on with `old` as `now`: one problem a key, with both values. Local.
[[nodiscard]] std::vector<Problem> forbidden_differences(const ensemble::Checkpoint& old,
                                                         const ensemble::Checkpoint& now,
                                                         const std::string& place);

/// t_final (s) or n_traj of a checkpoint. Local.
[[nodiscard]] double number_in(const ensemble::Checkpoint& checkpoint, const std::string& key);

}  // namespace hopmc::cli
