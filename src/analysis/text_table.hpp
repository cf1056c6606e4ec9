#pragma once
/// Tables for people.

#include <string>
#include <vector>

namespace hopmc::analysis {

using Row = std::vector<std::string>;

/// Columns of text (UTF-8), as wide as they need be. All rows are as long as the first.
[[nodiscard]] std::string table(const std::vector<Row>& rows);

}  // namespace hopmc::analysis
