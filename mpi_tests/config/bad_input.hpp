#pragma once
/// What a case of bad input is.

#include <ostream>
#include <vector>

namespace hopmc::config::testing {

enum class In { simulation, material };

/// `from` is replaced by `to` in one of the files. The message must name the line on which `at` then stands
/// (empty: no line), the key, and contain every one of `parts`.
struct BadInput {
  const char* name;
  In in;
  const char* from;
  const char* to;
  const char* at;
  const char* key;
  std::vector<const char*> parts;
};

/// How GoogleTest shows a case.
inline void PrintTo(const BadInput& bad, std::ostream* out) {
  *out << bad.name;
}

inline constexpr In sim = In::simulation;
inline constexpr In mat = In::material;

}  // namespace hopmc::config::testing
