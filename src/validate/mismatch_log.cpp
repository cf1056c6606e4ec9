#include "mismatch_log.hpp"

#include <fmt/format.h>

#include <utility>

namespace hopmc::validate {

void MismatchLog::add(const std::string& topic, std::string place, std::string message) {
  if (++counts_[topic] <= listed_per_topic) list_.push_back({std::move(place), std::move(message)});
}

std::vector<Mismatch> MismatchLog::take() {
  for (const auto& [topic, count] : counts_) {
    if (count <= listed_per_topic) continue;
    list_.push_back({topic, fmt::format("{} more of this kind, not listed", count - listed_per_topic)});
  }
  counts_.clear();
  return std::exchange(list_, {});
}

std::string reason_of(const std::exception& error, const std::string& place) {
  const std::string text = error.what();
  const std::string name = place + ": ";
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

}  // namespace hopmc::validate
