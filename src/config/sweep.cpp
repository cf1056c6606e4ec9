#include "hopmc/config/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "hints.hpp"
#include "hopmc/config/run_config.hpp"
#include "hopmc/config/schema.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

constexpr const char* place = "command line";

/// Shortest text of a number of which differences in the last bits are rounding errors of a range.
std::string text_of_step(double number) {
  constexpr double largest_whole = 1e15;
  if (number == std::trunc(number) && std::abs(number) < largest_whole) return fmt::format("{:.0f}", number);
  return fmt::format("{:.12g}", number);
}

bool needs_integer(const Key& key) {
  return key.type == ValueType::integer || key.type == ValueType::seed;
}

bool is_numeric(const Key& key) {
  return needs_integer(key) || key.type == ValueType::number;
}

/// The text of --sweep that is being read, to complain about.
class Text {
 public:
  Text(const std::string& text, Problems& problems) : text_(text), problems_(problems) {}
  void complain(const std::string& message) {
    problems_.add(place, 0, fmt::format("--sweep {}", text_), message);
    sound_ = false;
  }
  [[nodiscard]] bool sound() const { return sound_; }

  std::optional<double> number(std::string_view part) {
    const auto value = parse_number(part);
    if (!value) complain(fmt::format("'{}' is no number", part));
    return value;
  }

 private:
  const std::string& text_;
  Problems& problems_;
  bool sound_ = true;
};

/// Names of the key become names of directories.
bool is_safe(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '+';
  });
}

const Key* find_key(const std::string& name, Text& text) {
  const std::vector<std::string> path = segments_of(name);
  const bool whole = std::none_of(path.begin(), path.end(), [](const auto& s) { return s.empty(); });
  std::vector<std::string> numeric;
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    const Key* key = whole && is_safe(name) ? match(schema_of(file), path).key : nullptr;
    if (key != nullptr) return key;
    for (const Key& known : schema_of(file)) {
      if (is_numeric(known)) numeric.emplace_back(known.pattern);
    }
  }
  text.complain(fmt::format("there is no key '{}'{}", name, did_you_mean(name, numeric)));
  return nullptr;
}

/// Whether the key can be swept.
bool check_key(const std::string& name, const Key& key, Text& text) {
  if (name == "work_dir_depth") {
    text.complain("decides which files are read, and cannot be swept");
  } else if (std::find(analysis_keys.begin(), analysis_keys.end(), name) != analysis_keys.end()) {
    text.complain("changes only the analysis of a run: hopmc analyze DIR --set " + name + "=NUMBER");
  } else if (key.status == KeyStatus::accepted) {
    text.complain(fmt::format("has no effect: {}", key.about));
  } else if (!is_numeric(key)) {
    text.complain(fmt::format("'{}' is {}; expected a key whose value is a number", name, expectation(key)));
  }
  return text.sound();
}

std::vector<SweepValue> range_of(const std::vector<std::string>& parts, Text& text) {
  if (parts.size() != 3) {
    text.complain("is no range; expected START:STOP:STEP");
    return {};
  }
  const auto start = text.number(parts[0]);
  const auto stop = text.number(parts[1]);
  const auto step = text.number(parts[2]);
  if (!start || !stop || !step) return {};
  if (*step == 0) {
    text.complain("the step is zero");
    return {};
  }
  constexpr double rounding = 1e-6;  // of a step
  const double steps = (*stop - *start) / *step;
  if (steps < -rounding) {
    text.complain(fmt::format("no value lies between: the step leads away from {}", parts[1]));
    return {};
  }
  if (steps >= static_cast<double>(most_sweep_points)) {
    text.complain(fmt::format("has {:.4g} values; expected {} at most", steps + 1, most_sweep_points));
    return {};
  }
  std::vector<SweepValue> values;
  const auto last = static_cast<int>(steps + rounding);
  for (int i = 0; i <= last; ++i) {
    const std::string shown = text_of_step(*start + i * *step);
    // What the key gets is what is written in the name of the directory.
    values.push_back({parse_number(shown).value(), shown});
  }
  return values;
}

std::vector<SweepValue> list_of(const std::string& numbers, Text& text) {
  std::vector<SweepValue> values;
  for (const std::string& part : words_between(numbers, ',')) {
    const auto number = text.number(part);
    if (!number) return {};
    const bool written_as_integer = !looks_like_float(part);
    const auto integer = parse_integer(part);
    values.push_back(
        {*number, written_as_integer && integer ? fmt::format("{}", *integer) : fmt::format("{}", *number)});
  }
  return values;
}

void check_values(const Key& key, const std::vector<SweepValue>& values, Text& text) {
  std::vector<std::string> seen;
  for (const SweepValue& value : values) {
    if (needs_integer(key) && !parse_integer(value.text)) {
      text.complain(fmt::format("'{}' is no integer", value.text));
    }
    if (contains(seen, value.text)) text.complain(fmt::format("{} is given more than once", value.text));
    seen.push_back(value.text);
  }
}

std::optional<SweepAxis> axis_of(const std::string& given, Problems& problems) {
  Text text(given, problems);
  const std::size_t equals = given.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == given.size()) {
    text.complain("is not of the form KEY=START:STOP:STEP or KEY=NUMBER,NUMBER,...");
    return std::nullopt;
  }
  SweepAxis axis;
  axis.key = given.substr(0, equals);
  const std::string numbers = given.substr(equals + 1);
  const Key* key = find_key(axis.key, text);
  if (key == nullptr || !check_key(axis.key, *key, text)) return std::nullopt;
  axis.unit = key->unit;
  const auto parts = words_between(numbers, ':');
  axis.values = parts.size() > 1 ? range_of(parts, text) : list_of(numbers, text);
  check_values(*key, axis.values, text);
  return text.sound() ? std::optional(axis) : std::nullopt;
}

}  // namespace

std::vector<SweepAxis> parse_sweep(std::span<const std::string> texts, Problems& problems) {
  std::vector<SweepAxis> axes;
  double points = 1;
  for (const std::string& text : texts) {
    auto axis = axis_of(text, problems);
    if (!axis) continue;
    const bool again =
        std::any_of(axes.begin(), axes.end(), [&](const SweepAxis& a) { return a.key == axis->key; });
    if (again) {
      problems.add(place, 0, "--sweep", fmt::format("'{}' is swept more than once", axis->key));
      continue;
    }
    points *= static_cast<double>(axis->values.size());
    axes.push_back(std::move(*axis));
  }
  if (points > static_cast<double>(most_sweep_points)) {
    problems.add(place, 0, "--sweep",
                 fmt::format("asks for {:.4g} runs; expected {} at most", points, most_sweep_points));
  }
  return axes;
}

std::vector<SweepPoint> sweep_points(std::span<const SweepAxis> axes) {
  std::vector<SweepPoint> points(1);
  for (const SweepAxis& axis : axes) {
    std::vector<SweepPoint> longer;
    for (const SweepPoint& point : points) {
      for (const SweepValue& value : axis.values) {
        SweepPoint next = point;
        const std::string setting = fmt::format("{}={}", axis.key, value.text);
        next.values.push_back(value.number);
        next.name += fmt::format("{}{}", next.name.empty() ? "" : ",", setting);
        next.overrides.push_back({axis.key, value.text, Origin::command_line, "--sweep " + setting});
        longer.push_back(std::move(next));
      }
    }
    points = std::move(longer);
  }
  return points;
}

}  // namespace hopmc::config
