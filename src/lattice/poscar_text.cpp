#include "poscar_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace hopmc::lattice {
namespace {

constexpr int largest_atom_count = 100'000;  ///< of a unit cell; more is a typing error

using Tokens = std::vector<std::string_view>;

/// Some editors put a byte order mark before the text.
std::string_view without_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

Tokens split_tokens(std::string_view line) {
  Tokens tokens;
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  for (auto it = line.begin(); it != line.end();) {
    const auto begin = std::find_if_not(it, line.end(), is_space);
    const auto end = std::find_if(begin, line.end(), is_space);
    if (begin != end) tokens.emplace_back(&*begin, static_cast<std::size_t>(end - begin));
    it = end;
  }
  return tokens;
}

/// A finite number, with a leading plus sign or a Fortran exponent (1.0D+00) as VASP reads them.
std::optional<double> to_number(std::string_view token) {
  std::string plain(token.substr(token.starts_with('+') ? 1 : 0));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == 'd' || c == 'D'; }, 'e');
  double value = 0;
  const char* end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string shown(std::string_view line) {
  constexpr std::size_t longest = 60;
  std::string text;
  for (const char c : line.substr(0, longest)) text += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return line.size() > longest ? text + "..." : text;
}

bool starts_with_letter(const Tokens& tokens) {
  return !tokens.empty() && std::isalpha(static_cast<unsigned char>(tokens[0][0])) != 0;
}

/// Reads the lines one after another.
class Parser {
 public:
  Parser(const config::TextFile& file, Problems& problems)
      : path_(file.path), lines_(split_lines(without_mark(file.text))), problems_(problems) {}

  std::optional<PoscarText> parse() {
    constexpr std::size_t shortest_file = 8;  // form 4 with one atom
    while (!lines_.empty() && split_tokens(lines_.back()).empty()) lines_.pop_back();
    if (lines_.size() < shortest_file) {
      problem(
          static_cast<int>(lines_.size()),
          fmt::format("the file ends after {} lines; a POSCAR has at least {}: comment, scale factor, three "
                      "lattice vectors, elements, counts, Direct or Cartesian, coordinates",
                      lines_.size(), shortest_file));
      return std::nullopt;
    }
    next_ = 1;
    read_scale();
    read_lattice();
    if (!read_elements() || !read_coordinate_type()) return std::nullopt;
    read_atoms();
    return result_;
  }

 private:
  void problem(int line, std::string message) { problems_.add(path_, line, "", std::move(message)); }
  [[nodiscard]] int line_number() const { return static_cast<int>(next_) + 1; }
  [[nodiscard]] bool at_end() const { return next_ >= lines_.size(); }
  [[nodiscard]] Tokens tokens() const { return at_end() ? Tokens{} : split_tokens(lines_[next_]); }

  void read_scale() {
    const Tokens words = tokens();
    result_.scale_line = line_number();
    const auto value = words.empty() ? std::nullopt : to_number(words[0]);
    if (!value) {
      problem(line_number(), fmt::format("'{}' is no scale factor: expected a number other than zero",
                                         shown(lines_[next_])));
    } else if (*value == 0) {
      problem(line_number(), "the scale factor is zero");
    } else if (words.size() >= 3 && to_number(words[1]) && to_number(words[2])) {
      problem(line_number(), "three scale factors are not supported: scale the lattice vectors instead");
    } else {
      result_.scale = *value;
    }
    ++next_;
  }

  /// The first three words as numbers; what follows them is flags or a comment.
  std::optional<Eigen::Vector3d> read_vector(const char* what) {
    const Tokens words = tokens();
    if (words.size() < 3) {
      problem(line_number(), fmt::format("expected the three numbers of {}, found '{}'", what,
                                         at_end() ? "the end of the file" : shown(lines_[next_])));
      return std::nullopt;
    }
    Eigen::Vector3d v;
    for (int d = 0; d < 3; ++d) {
      const auto value = to_number(words[static_cast<std::size_t>(d)]);
      if (!value) {
        problem(line_number(), fmt::format("'{}' in {} is not a finite number",
                                           shown(words[static_cast<std::size_t>(d)]), what));
        return std::nullopt;
      }
      v[d] = *value;
    }
    return v;
  }

  void read_lattice() {
    result_.lattice_line = line_number();
    for (int row = 0; row < 3; ++row, ++next_) {
      if (const auto v = read_vector("a lattice vector")) result_.lattice.row(row) = v->transpose();
    }
  }

  bool read_elements() {
    const Tokens first = tokens();
    const bool form_5 = starts_with_letter(first);
    if (form_5) {
      result_.names_line = line_number();
      result_.names = read_names(first);
      ++next_;
    }
    if (!read_counts()) return false;
    if (!form_5) {
      result_.names_line = 1;
      result_.names = read_names(split_tokens(lines_[0]));
      if (result_.names.size() < result_.counts.size()) {
        problem(1,
                fmt::format("line 6 holds {} counts and no element names, so the comment line must name {} "
                            "elements; it has {}",
                            result_.counts.size(), result_.counts.size(), result_.names.size()));
        return false;
      }
      result_.names.resize(result_.counts.size());
    } else if (result_.names.size() != result_.counts.size()) {
      problem(result_.counts_line,
              fmt::format("{} counts for {} elements", result_.counts.size(), result_.names.size()));
      return false;
    }
    return true;
  }

  static bool starts_comment(std::string_view word) { return word[0] == '!' || word[0] == '#'; }

  static std::vector<std::string> read_names(const Tokens& words) {
    const auto end = std::find_if(words.begin(), words.end(), starts_comment);
    return {words.begin(), end};
  }

  bool read_counts() {
    result_.counts_line = line_number();
    std::int64_t total = 0;
    for (const std::string_view word : tokens()) {
      if (starts_comment(word)) break;
      int count = 0;
      const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), count);
      if (error != std::errc() || stop != word.data() + word.size() || count <= 0) {
        problem(line_number(), fmt::format("'{}' is no number of atoms: expected positive integers, one for "
                                           "each element",
                                           shown(word)));
        return false;
      }
      result_.counts.push_back(count);
      total += count;
    }
    if (result_.counts.empty()) problem(line_number(), "expected the number of atoms of each element");
    if (total > largest_atom_count) {
      problem(line_number(),
              fmt::format("{} atoms in a unit cell; at most {} are supported", total, largest_atom_count));
    }
    ++next_;
    return !result_.counts.empty() && total <= largest_atom_count;
  }

  bool read_coordinate_type() {
    const auto first_letter = [this] {
      const Tokens words = tokens();
      return words.empty() ? '\0' : static_cast<char>(std::tolower(static_cast<unsigned char>(words[0][0])));
    };
    if (first_letter() == 's') ++next_;  // selective dynamics
    switch (first_letter()) {
      case 'd':
        break;
      case 'c':
      case 'k':
        result_.cartesian = true;
        break;
      default:
        problem(line_number(), fmt::format("expected Direct or Cartesian, found '{}'",
                                           at_end() ? "the end of the file" : shown(lines_[next_])));
        return false;
    }
    ++next_;
    return true;
  }

  void read_atoms() {
    int expected = 0;
    for (const int count : result_.counts) expected += count;
    for (int atom = 0; atom < expected; ++atom, ++next_) {
      if (tokens().empty()) {
        problem(line_number(), fmt::format("{} coordinates for {} atoms: expected those of atom {} here",
                                           atom, expected, atom + 1));
        return;
      }
      const auto v = read_vector("an atom's coordinates");
      result_.atoms.push_back({v.value_or(Eigen::Vector3d::Zero()), line_number()});
    }
    // Velocities stand after an empty line or a line of their own kind; numbers right here are more atoms.
    const Tokens words = tokens();
    if (words.size() >= 3 && to_number(words[0]) && to_number(words[1]) && to_number(words[2])) {
      problem(line_number(), fmt::format("more coordinates than the {} atoms counted in line {}", expected,
                                         result_.counts_line));
    }
  }

  std::string path_;
  std::vector<std::string_view> lines_;
  Problems& problems_;
  PoscarText result_;
  std::size_t next_ = 0;  ///< index of the line to read next
};

}  // namespace

std::optional<PoscarText> parse_poscar(const config::TextFile& file, Problems& problems) {
  const std::size_t before = problems.list().size();
  auto result = Parser(file, problems).parse();
  if (problems.list().size() != before) return std::nullopt;
  return result;
}

}  // namespace hopmc::lattice
