#pragma once
/// The keys of the input files described for people.

#include <string>

namespace hopmc::cli {

/// docs/input_reference.md: every key of both files, from the schema.
[[nodiscard]] std::string keys_text();

}  // namespace hopmc::cli
