#pragma once
/// Small text files that replace what was there only when they are complete.

#include <filesystem>
#include <string>

namespace hopmc::validate {

/// Throws the IoError of a file that cannot be written; `reason`: errno of the call that failed, 0 if it is
/// not known.
[[noreturn]] void fail_to_write(const std::filesystem::path& file, int reason);

/// Writes `text` to a file beside `file` and renames it. Throws IoError naming the system's reason.
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace hopmc::validate
