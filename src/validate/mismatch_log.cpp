#include "mismatch_log.hpp"

#include <fmt/format.h>

#include <utility>

namespace hopmc::validate {

void MismatchLog::add(const std::string& topic, std::string place, std::string message) {
  if (++counts_[topic] <= listed_per_topic) list_.push_back({topic, {std::move(place), std::move(message)}});
}

void MismatchLog::merge(MismatchLog other) {
  for (Entry& entry : other.list_) {
    --other.counts_[entry.topic];
    add(entry.topic, std::move(entry.mismatch.place), std::move(entry.mismatch.message));
  }
  for (const auto& [topic, not_listed] : other.counts_) counts_[topic] += not_listed;
}

std::vector<Mismatch> MismatchLog::take() {
  std::vector<Mismatch> all;
  for (Entry& entry : std::exchange(list_, {})) all.push_back(std::move(entry.mismatch));
  for (const auto& [topic, count] : std::exchange(counts_, {})) {
    if (count <= listed_per_topic) continue;
    all.push_back({topic, fmt::format("{} more of this kind, not listed", count - listed_per_topic)});
  }
  return all;
}

std::string reason_of(const std::exception& error, const std::string& place) {
  const std::string text = error.what();
  const std::string name = place + ": ";
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

}  // namespace hopmc::validate
