#include "hopmc/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "loaders.hpp"
#include "overrides.hpp"

namespace hopmc::config {
namespace {

constexpr const char* hdf5_key = "output_config.formats.hdf5";
constexpr const char* field_section = "external_field.electric.";
constexpr const char* field_switch = "external_field.electric.active";

Node tree_of(const TextFile& file, Problems& problems) {
  const Source source{file.path, Origin::file, ""};
  auto tree = parse_yaml(file.text, source, "", problems);
  return tree ? std::move(*tree) : Node{};
}

std::string source_text(const Value& value) {
  const Source& source = *value.node.source;
  switch (source.origin) {
    case Origin::default_value:
      return "default";
    case Origin::file:
      return fmt::format("{}:{}", std::filesystem::path(source.file).filename().string(), value.node.line);
    default:
      return source.shown_as;
  }
}

ResolvedKey resolved(const Value& value) {
  return {value.dotted, flow_text(value.node), value.node.source->origin, source_text(value)};
}

std::vector<ResolvedKey> resolved_keys(const Values& values) {
  std::vector<ResolvedKey> keys;
  for (const Value& value : values.all()) {
    if (value.key->status == KeyStatus::used) keys.push_back(resolved(value));
  }
  const Value* decides = values.find(key_that_decides_hdf5(values));
  const auto hdf5 =
      std::find_if(keys.begin(), keys.end(), [](const ResolvedKey& k) { return k.key == hdf5_key; });
  if (decides != nullptr && hdf5 != keys.end()) {
    *hdf5 = resolved(*decides);
    hdf5->key = hdf5_key;
  }
  return keys;
}

void warn_of_overrides_without_effect(const Values& values, std::vector<Problem>& warnings) {
  const bool has_field = values.flag(field_switch).value_or(false);
  for (const Value& value : values.all()) {
    const Source& source = *value.node.source;
    if (source.origin < Origin::environment) continue;
    if (value.key->status == KeyStatus::accepted) {
      warnings.push_back(
          problem_at(value.node, value.dotted, fmt::format("has no effect: {}", value.key->about)));
    } else if (!has_field && value.dotted.starts_with(field_section) && value.dotted != field_switch) {
      // Without the value, so that all points of a sweep warn alike.
      warnings.push_back(
          {source.file, 0, value.dotted, fmt::format("has no effect while {} is 0", field_switch)});
    }
  }
}

}  // namespace

Problem SourceMap::problem_at(const std::string& key, std::string message) const {
  std::string enclosing = key;
  while (true) {
    if (const auto place = places_.find(enclosing); place != places_.end()) {
      const auto& [file, line, given_by] = place->second;
      if (!given_by.empty()) message += fmt::format(" (given by {})", given_by);
      return {file, line, key, std::move(message)};
    }
    const std::size_t dot = enclosing.rfind('.');
    if (dot == std::string::npos) return {"", 0, key, std::move(message)};
    enclosing.resize(dot);
  }
}

LoadedConfig load(const CaseFiles& files, std::span<const Override> overrides, Problems& problems) {
  LoadedConfig config;
  const std::size_t before = problems.list().size();
  InputTrees trees{tree_of(files.simulation_parameters, problems), tree_of(files.sys_config, problems)};
  // After a syntax error every key would be reported as missing.
  if (problems.list().size() > before) return config;
  apply_overrides(trees, overrides, problems);

  Values values;
  const ResolveReport report{config.sources, config.warnings, problems};
  resolve(InputFile::simulation_parameters, trees.simulation, files.simulation_parameters.path, values,
          report);
  resolve(InputFile::sys_config, trees.material, files.sys_config.path, values, report);

  const LoadContext context{values, config.sources, config.warnings, problems};
  load_material(context, config.run.material);
  load_simulation(context, config.run);
  load_output(context, config.run.output);
  load_msd(context, config.run.msd);
  config.keys = resolved_keys(values);
  warn_of_overrides_without_effect(values, config.warnings);
  return config;
}

}  // namespace hopmc::config
