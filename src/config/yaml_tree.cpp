#include "yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

namespace hopmc::config {
namespace {

// An alias may name a node that holds it, or multiply a document without end.
constexpr int deepest_level = 64;
constexpr int most_nodes = 4'000'000;

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, std::string key, Problems& problems)
      : source_(std::make_shared<const Source>(source)), key_(std::move(key)), problems_(problems) {}

  Node build(const YAML::Node& yaml, int level = 0) {
    Node node;
    node.source = source_;
    node.line = line_of(yaml);
    if (level > deepest_level || ++count_ > most_nodes) {
      complain(node.line, "is nested too deeply or too large");
      return node;
    }
    switch (yaml.Type()) {
      case YAML::NodeType::Scalar:
        node.kind = Node::Kind::scalar;
        node.text = yaml.Scalar();
        node.quoted = yaml.Tag() == "!";
        break;
      case YAML::NodeType::Sequence:
        node.kind = Node::Kind::list;
        for (const YAML::Node& item : yaml) {
          if (failed_) break;
          node.items.push_back(build(item, level + 1));
        }
        break;
      case YAML::NodeType::Map:
        node.kind = Node::Kind::map;
        build_entries(yaml, node, level);
        break;
      default:
        break;
    }
    return node;
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  [[nodiscard]] int line_of(const YAML::Node& yaml) const {
    return source_->origin == Origin::file ? yaml.Mark().line + 1 : 0;
  }

  void complain(int line, const std::string& message) {
    if (!failed_) problems_.add(problem_at(*source_, line, key_, message));
    failed_ = true;
  }

  void build_entries(const YAML::Node& yaml, Node& node, int level) {
    std::vector<Node> merged;
    for (const auto& pair : yaml) {
      if (failed_) return;
      if (!pair.first.IsScalar()) {
        complain(line_of(pair.first), "a key is not a word; expected 'name: value'");
        return;
      }
      Node value = build(pair.second, level + 1);
      if (pair.first.Scalar() == "<<") {
        merged.push_back(std::move(value));
      } else {
        put(node, {pair.first.Scalar(), line_of(pair.first), {}, std::move(value)});
      }
    }
    for (const Node& other : merged) merge(node, other);
  }

  static void put(Node& node, Entry entry) {
    const auto old = std::find_if(node.entries.begin(), node.entries.end(),
                                  [&](const Entry& e) { return e.key == entry.key; });
    if (old == node.entries.end()) {
      node.entries.push_back(std::move(entry));
      return;
    }
    entry.earlier_lines = std::move(old->earlier_lines);
    entry.earlier_lines.push_back(old->line);
    *old = std::move(entry);
  }

  /// The merge key of YAML 1.1: entries of another map (or of several) that are not given here.
  static void merge(Node& node, const Node& other) {
    for (const Node& item : other.items) merge(node, item);
    for (const Entry& entry : other.entries) {
      if (node.find(entry.key) == nullptr) node.entries.push_back(entry);
    }
  }

  std::shared_ptr<const Source> source_;
  std::string key_;
  Problems& problems_;
  int count_ = 0;
  bool failed_ = false;
};

std::string line_at(const std::string& text, int line) {
  std::size_t start = 0;
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) return "";
    start = end + 1;
  }
  return text.substr(start, text.find('\n', start) - start);
}

/// The parser's terse remark as advice where the usual cause is known.
std::string syntax_message(const YAML::ParserException& error, const std::string& text) {
  const std::string line = line_at(text, error.mark.line + 1);
  const std::size_t indent = line.find_first_not_of(" \t");
  std::string advice = "check indentation, brackets, quotes and the space after each colon";
  if (line.substr(0, indent).find('\t') != std::string::npos) advice = "indent with spaces, not with tabs";
  return fmt::format("this is not valid YAML ({}); {}", error.msg, advice);
}

/// The beginning of a text, on one line.
std::string shortened(std::string text) {
  constexpr std::size_t longest = 50;
  if (text.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a letter
    text.replace(end, std::string::npos, "...");
  }
  std::replace_if(text.begin(), text.end(), is_control_character, ' ');
  return text;
}

void emit(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      out << YAML::Null;
      return;
    case Node::Kind::scalar:
      if (node.quoted) out << YAML::DoubleQuoted;
      out << node.text;
      return;
    case Node::Kind::list:
      out << YAML::Flow << YAML::BeginSeq;
      for (const Node& item : node.items) emit(out, item);
      out << YAML::EndSeq;
      return;
    case Node::Kind::map:
      out << YAML::Flow << YAML::BeginMap;
      for (const Entry& entry : node.entries) {
        out << YAML::Key << entry.key << YAML::Value;
        emit(out, entry.value);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

bool is_control_character(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

const Node* Node::find(const std::string& key) const {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

Node* Node::find(const std::string& key) {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

std::optional<Node> parse_yaml(const std::string& text, const Source& source, const std::string& key,
                               Problems& problems) {
  const auto line_in_file = [&](int line) { return source.origin == Origin::file ? line + 1 : 0; };
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      problems.add(problem_at(source, line_in_file(documents[1].Mark().line), key,
                              "a second document begins here; expected only one"));
      return std::nullopt;
    }
    TreeBuilder builder(source, key, problems);
    Node tree = builder.build(documents.empty() ? YAML::Node() : documents.front());
    if (builder.failed()) return std::nullopt;
    return tree;
  } catch (const YAML::ParserException& error) {
    problems.add(problem_at(source, line_in_file(error.mark.line), key, syntax_message(error, text)));
  } catch (const YAML::Exception& error) {
    problems.add(problem_at(source, line_in_file(error.mark.line), key,
                            fmt::format("this is not valid YAML ({})", error.msg)));
  }
  return std::nullopt;
}

std::string flow_text(const Node& node) {
  YAML::Emitter out;
  // A scalar on its own is written as inside a list, where more of them need quotes.
  out << YAML::Flow << YAML::BeginSeq;
  emit(out, node);
  out << YAML::EndSeq;
  const std::string text = out.c_str();
  const std::size_t start = text.find_first_not_of(' ', 1);  // the emitter puts a space before "[]"
  return text.substr(start, text.size() - 1 - start);
}

std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "empty";
    case Node::Kind::scalar:
      if (node.text.find('\n') != std::string::npos) {
        return fmt::format("a text over several lines, '{}' (is a quote left open?)", shortened(node.text));
      }
      return node.quoted ? fmt::format("the text '{}' in quotes", shortened(node.text))
                         : fmt::format("'{}'", shortened(node.text));
    case Node::Kind::list:
      return node.items.empty() ? "an empty list" : "a list";
    case Node::Kind::map:
      return "a section with keys of its own";
  }
  return "";
}

Problem problem_at(const Node& node, const std::string& key, const std::string& message) {
  return problem_at(*node.source, node.line, key, message);
}

Problem problem_at(const Source& source, int line, const std::string& key, const std::string& message) {
  const std::string given = source.shown_as.empty() ? "" : fmt::format(" (given by {})", source.shown_as);
  return {source.file, line, key, message + given};
}

}  // namespace hopmc::config
