#pragma once
/// Whether two texts give a key the same value.

#include <string>

namespace hopmc::config {

/// True if both texts (YAML flow syntax, as in ResolvedKey::value) mean the same to the dotted key, however
/// they are written: 300 and 3e2 of a number, [1, 0] and [yes, no] of flags. An integer and a float as
/// random_seed are two seeds. Texts that are no values of the key are the same only if they are equal. Local.
[[nodiscard]] bool same_value(const std::string& dotted, const std::string& a, const std::string& b);

}  // namespace hopmc::config
