#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "hopmc/config/load.hpp"

namespace hopmc::config {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours each cost one.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

bool one_begins_the_other(const std::string& a, const std::string& b) {
  constexpr std::size_t shortest_hint = 3;
  const std::size_t n = std::min(a.size(), b.size());
  return n >= shortest_hint && a.compare(0, n, b, 0, n) == 0;
}

}  // namespace

std::string nearest_name(const std::string& name, std::span<const std::string> candidates) {
  // A typing error or two in a long word is likely; in a word of two letters it would be another word.
  const std::size_t limit = std::max<std::size_t>((name.size() + 1) / 3, 1);
  const std::string wanted = lower(name);
  std::string best;
  std::size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate);
    std::size_t distance = edit_distance(wanted, other);
    if (distance > limit && one_begins_the_other(wanted, other)) distance = limit;
    const bool means_the_same = distance < std::max(wanted.size(), other.size());
    if (means_the_same && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace hopmc::config
