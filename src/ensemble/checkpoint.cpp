#include "hopmc/ensemble/checkpoint.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::ensemble {

using nlohmann::json;

namespace {

constexpr const char* format_name = "hopmc-checkpoint";
constexpr int format_version = 1;

json to_json(const kmc::PropagatorState& state) {
  json carriers = json::array();
  for (const auto& c : state.carriers) carriers.push_back({c.start_site, c.basis, c.cells_moved});
  return {{"time", state.time},
          {"last_delta_g0", state.last_delta_g0},
          {"hops", state.hops},
          {"frames", state.frames},
          {"hop_rows", state.hop_rows},
          {"started", state.started},
          {"hop_pending", state.hop_pending},
          {"hop_time_done", state.hop_time_done},
          {"carriers", std::move(carriers)},
          {"dopant_sites", state.dopant_sites},
          {"generator", state.generator}};
}

kmc::PropagatorState state_from(const json& j) {
  kmc::PropagatorState state;
  j.at("time").get_to(state.time);
  j.at("last_delta_g0").get_to(state.last_delta_g0);
  j.at("hops").get_to(state.hops);
  j.at("frames").get_to(state.frames);
  j.at("hop_rows").get_to(state.hop_rows);
  j.at("started").get_to(state.started);
  j.at("hop_pending").get_to(state.hop_pending);
  j.at("hop_time_done").get_to(state.hop_time_done);
  j.at("generator").get_to(state.generator);
  if (j.contains("dopant_sites")) j.at("dopant_sites").get_to(state.dopant_sites);
  for (const json& c : j.at("carriers")) {
    kmc::PropagatorState::Carrier carrier;
    c.at(0).get_to(carrier.start_site);
    c.at(1).get_to(carrier.basis);
    c.at(2).get_to(carrier.cells_moved);
    state.carriers.push_back(carrier);
  }
  return state;
}

json to_json(const TrajectoryCheckpoint& t) {
  return {{"trajectory", t.trajectory + 1},
          {"complete", t.complete},
          {"rows", t.rows},
          {"crc32", t.crc32},
          {"state", to_json(t.state)}};
}

TrajectoryCheckpoint trajectory_from(const json& j) {
  TrajectoryCheckpoint t;
  t.trajectory = j.at("trajectory").get<std::int64_t>() - 1;
  j.at("complete").get_to(t.complete);
  j.at("rows").get_to(t.rows);
  j.at("crc32").get_to(t.crc32);
  t.state = state_from(j.at("state"));
  return t;
}

std::uint32_t checksum(const std::string& text) {
  return trajectory::crc32(0, std::as_bytes(std::span(text)));
}

/// What is not UTF-8 (a name in an input file may be) is replaced: the same way in every checkpoint.
std::string dumped(const json& j) {
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  json body = {{"created_on", checkpoint.created_on},
               {"config", checkpoint.config},
               {"poscar_crc32", checkpoint.poscar_crc32},
               {"trajectories", json::array()}};
  for (const auto& entry : checkpoint.trajectories) body["trajectories"].push_back(to_json(entry.second));
  const std::string text = dumped(body);
  return fmt::format("{{\"format\": \"{}\", \"format_version\": {}, \"crc32\": {},\n\"body\": {}}}\n",
                     format_name, format_version, checksum(text), text);
}

Checkpoint checkpoint_from_text(const std::string& text, const std::string& place) {
  try {
    const json document = json::parse(text);
    if (document.at("format") != format_name || document.at("format_version") != format_version) {
      throw IoError(fmt::format("{}: not a checkpoint of this version", place));
    }
    const json& body = document.at("body");
    // Numbers survive parsing and printing bit by bit, so the text of the body is that of the file.
    if (document.at("crc32") != checksum(dumped(body))) {
      throw IoError(fmt::format("{}: damaged (its content does not fit its checksum)", place));
    }
    Checkpoint checkpoint;
    body.at("created_on").get_to(checkpoint.created_on);
    body.at("config").get_to(checkpoint.config);
    body.at("poscar_crc32").get_to(checkpoint.poscar_crc32);
    for (const json& j : body.at("trajectories")) {
      TrajectoryCheckpoint t = trajectory_from(j);
      checkpoint.trajectories[t.trajectory] = std::move(t);
    }
    return checkpoint;
  } catch (const json::exception&) {
    throw IoError(fmt::format("{}: damaged, or not a checkpoint", place));
  }
}

std::string to_text(const std::vector<TrajectoryCheckpoint>& trajectories) {
  json list = json::array();
  for (const auto& t : trajectories) list.push_back(to_json(t));
  return dumped(list);
}

std::vector<TrajectoryCheckpoint> trajectories_from_text(const std::string& text) {
  std::vector<TrajectoryCheckpoint> trajectories;
  for (const json& j : json::parse(text)) trajectories.push_back(trajectory_from(j));
  return trajectories;
}

}  // namespace hopmc::ensemble
