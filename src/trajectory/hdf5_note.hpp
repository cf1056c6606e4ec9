#pragma once
/// Notes as attributes of a group.

#include <hdf5.h>

#include <optional>
#include <string>

#include "hopmc/trajectory/note.hpp"

namespace hopmc::trajectory {

/// Creates the group of the note below `parent` with its facts. All ranks call it with equal arguments.
/// Throws IoError.
void write_note(hid_t parent, const Note& note, const std::string& place);

/// Reads the note back; nothing where there is no such group. Local. Throws IoError.
[[nodiscard]] std::optional<Note> read_note(hid_t file, const std::string& parent, const std::string& group,
                                            const std::string& place);

}  // namespace hopmc::trajectory
