#pragma once
/// Small text files that replace what was there only when they are complete.

#include <filesystem>
#include <string>

namespace hopmc::validate {

/// Writes `text` to a file beside `file` and renames it. Throws IoError naming the system's reason.
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace hopmc::validate
