#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check_value.hpp"
#include "values.hpp"

namespace hopmc::config {
namespace {

InputFile other_file(InputFile file) {
  return file == InputFile::sys_config ? InputFile::simulation_parameters : InputFile::sys_config;
}

std::string joined(std::span<const std::string> path) {
  return fmt::format("{}", fmt::join(path, "."));
}

/// The part of a pattern that stands in a file as written: "class_list" of "class_list.<element>".
std::string fixed_part(std::string_view pattern) {
  const std::size_t free = pattern.find(".<");
  return std::string(pattern.substr(0, free));
}

/// An override may stand under a key of the file: it has no line then.
int line_of(const Entry& entry) {
  return entry.value.source->origin == Origin::file ? entry.line : 0;
}

/// Dots separate the names of a dotted key, and messages and stored values are lines of text.
bool is_plain(const std::string& name) {
  return !name.empty() && name.find('.') == std::string::npos &&
         std::none_of(name.begin(), name.end(), is_control_character);
}

std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control_character, '?');
  return text;
}

std::string not_plain_message(const std::string& name) {
  if (name.empty()) return "a key is empty; expected a name";
  if (name.find('.') == std::string::npos) return "a name may hold no control characters";
  return "a name may hold no dot; write a dotted key as sections one inside the other";
}

class Resolver {
 public:
  Resolver(InputFile file, const std::string& path_shown, const ResolveReport& report)
      : file_(file), schema_(schema_of(file)), path_shown_(path_shown), report_(report) {}

  void run(const Node& tree, Values& values) {
    for (const Key& key : schema_) report_.sources.set(segments_of(key.pattern).front(), path_shown_, 0);
    if (tree.kind == Node::Kind::map) {
      walk(tree);
    } else if (tree.kind != Node::Kind::null) {
      report_.problems.add(
          problem_at(tree, "", fmt::format("the file is {}; expected 'key: value' lines", described(tree))));
      return;
    }
    for (const Key& key : schema_) add_in_schema_order(key, values);
  }

 private:
  void walk(const Node& section) {
    for (const Entry& entry : section.entries) {
      path_.push_back(entry.key);
      visit(entry);
      path_.pop_back();
    }
  }

  void visit(const Entry& entry) {
    const std::string dotted = joined(path_);
    const Source& source = *entry.value.source;
    const int line = line_of(entry);
    const Match found = match(schema_, path_);
    const bool is_known = found.key != nullptr || found.is_section;
    if (!is_plain(entry.key) && (!is_known || is_used(schema_, path_))) {
      report_.problems.add(problem_at(source, line, printable(dotted), not_plain_message(entry.key)));
      return;
    }
    if (!is_known) {
      report_.problems.add(problem_at(source, line, dotted, unknown_key_message(found, entry.key)));
      return;
    }
    report_.sources.set(dotted, source.file, line, source.shown_as);
    warn_if_repeated(entry, dotted);
    if (found.key != nullptr) {
      take(*found.key, entry, dotted);
    } else if (entry.value.kind == Node::Kind::map) {
      walk(entry.value);
    } else if (entry.value.kind != Node::Kind::null) {
      report_.problems.add(problem_at(source, line, dotted, section_message(entry.value)));
      broken_sections_.push_back(dotted);
    }
  }

  void take(const Key& key, const Entry& entry, const std::string& dotted) {
    Value value{&key, dotted, entry.value, true};
    if (key.status == KeyStatus::used) {
      if (const auto fault = check_value(key, entry.value)) {
        Problem problem = problem_at(*fault->where, dotted, fault->message);
        // An empty value has no place of its own.
        if (fault->where->kind == Node::Kind::null) problem.line = line_of(entry);
        report_.problems.add(std::move(problem));
        value.sound = false;
      }
    }
    // Lines in messages and in the printed configuration are those of the key, not of the value.
    value.node.line = line_of(entry);
    found_.push_back(std::move(value));
  }

  void warn_if_repeated(const Entry& entry, const std::string& dotted) {
    if (entry.earlier_lines.empty() || !is_used(schema_, path_)) return;
    report_.warnings.push_back(problem_at(*entry.value.source, entry.line, dotted,
                                          fmt::format("given again (before on line {}); the last one counts",
                                                      fmt::join(entry.earlier_lines, ", "))));
  }

  std::string unknown_key_message(const Match& found, const std::string& name) {
    const auto here = std::span<const std::string>(path_);
    const Match elsewhere = match(schema_of(other_file(file_)), here);
    if (elsewhere.key != nullptr || elsewhere.is_section) {
      return fmt::format("this key belongs into {}", name_of(other_file(file_)));
    }
    const std::string near = nearest_name(name, found.siblings);
    if (!near.empty()) {
      std::vector<std::string> meant = path_;
      meant.back() = near;
      suggested_.push_back(joined(meant));
      return fmt::format("unknown key; did you mean '{}'?", near);
    }
    if (const std::string place = place_of_last_segment(name); !place.empty()) {
      return fmt::format("unknown key here; did you mean '{}'?", place);
    }
    return fmt::format("unknown key; expected one of {}", fmt::join(found.siblings, ", "));
  }

  /// A key of the same name in another section.
  [[nodiscard]] std::string place_of_last_segment(const std::string& name) const {
    for (const Key& key : schema_) {
      if (segments_of(key.pattern).back() == name) return std::string(key.pattern);
    }
    return "";
  }

  std::string section_message(const Node& node) {
    path_.emplace_back("?");
    const Match below = match(schema_, path_);
    path_.pop_back();
    return fmt::format("is {}; expected a section with {}", described(node), fmt::join(below.siblings, ", "));
  }

  void add_in_schema_order(const Key& key, Values& values) {
    bool given = false;
    for (Value& value : found_) {
      if (value.key != &key) continue;
      given = true;
      values.add(std::move(value));
    }
    if (given) return;
    if (key.required) {
      report_missing(key);
    } else if (!key.default_value.empty()) {
      values.add(default_of(key));
    }
  }

  void report_missing(const Key& key) {
    const std::string name = fixed_part(key.pattern);
    // Where a name was mistyped or its section is no section, that is the message to read.
    const bool explained =
        std::find(suggested_.begin(), suggested_.end(), name) != suggested_.end() ||
        std::find(broken_sections_.begin(), broken_sections_.end(), name) != broken_sections_.end();
    if (explained) return;
    Problem problem = report_.sources.problem_at(name, "");
    const std::string below = name.size() < key.pattern.size()
                                  ? fmt::format("{}: ", key.pattern.substr(name.size() + 1))
                                  : std::string();
    problem.message = fmt::format("is missing in {}; expected {}{}: {}", name_of(file_), below,
                                  expectation(key), key.about);
    report_.problems.add(std::move(problem));
  }

  Value default_of(const Key& key) {
    Problems none;
    const Source source{std::string(name_of(file_)), Origin::default_value, ""};
    auto node = parse_yaml(std::string(key.default_value), source, "", none);
    return {&key, std::string(key.pattern), std::move(node).value(), true};
  }

  InputFile file_;
  std::span<const Key> schema_;
  const std::string& path_shown_;
  const ResolveReport& report_;
  std::vector<std::string> path_;
  std::vector<Value> found_;
  std::vector<std::string> suggested_;
  std::vector<std::string> broken_sections_;
};

}  // namespace

void resolve(InputFile file, const Node& tree, const std::string& path_shown, Values& values,
             const ResolveReport& report) {
  Resolver(file, path_shown, report).run(tree, values);
}

}  // namespace hopmc::config
