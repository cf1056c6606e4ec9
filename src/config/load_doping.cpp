#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "hints.hpp"
#include "hopmc/units/units.hpp"
#include "loaders.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

constexpr const char* map_key = "doping.doping_element_map";
constexpr const char* count_key = "doping.num_dopants";
constexpr const char* type_key = "doping.insertion_type";
constexpr const char* sites_key = "doping.dopant_site_indices";
constexpr const char* separation_key = "doping.min_shell_separation";
constexpr const char* start_key = "doping.site_charge_initiation";
constexpr const char* pairwise_key = "doping.pairwise";
constexpr const char* gradient_key = "doping.gradient";

/// Reads the keys of one section inside a list, which the schema does not know.
class SectionReader {
 public:
  SectionReader(const LoadContext& context, const char* key, std::size_t place,
                std::vector<std::string> known)
      : context_(context), key_(key), place_(place) {
    const Value* value = context.values.find(key);
    if (value == nullptr || !value->sound) return;
    if (place >= value->node.items.size()) {
      context.complain(key,
                       fmt::format("has no entry {}; expected a section with {}", place + 1, joined(known)));
      return;
    }
    node_ = &value->node.items[place];
    for (const Entry& entry : node_->entries) {
      if (contains(known, entry.key)) continue;
      complain(*node_, entry.key, "unknown key" + did_you_mean(entry.key, known));
    }
  }

  [[nodiscard]] bool usable() const { return node_ != nullptr; }

  using Valid = bool (*)(double);
  /// The number of a key; nothing, with a complaint, where it is not as expected.
  std::optional<double> number(const std::string& name, const std::string& expected, Valid valid) {
    const Node* node = find(name, expected);
    if (node == nullptr) return std::nullopt;
    const auto result = valid_number(*node, valid);
    if (!result) complain_of_value(*node, name, expected);
    return result;
  }
  /// The list of a key with `count` numbers (0: any number of them but none); empty, with a complaint, where
  /// it is not as expected.
  std::vector<double> numbers(const std::string& name, std::size_t count, const std::string& expected,
                              Valid valid) {
    const Node* node = find(name, expected);
    if (node == nullptr) return {};
    std::vector<double> result;
    for (const Node& item : node->items) {
      if (const auto number = valid_number(item, valid)) result.push_back(*number);
    }
    const bool sound =
        !result.empty() && result.size() == node->items.size() && (count == 0 || result.size() == count);
    if (sound) return result;
    complain_of_value(*node, name, expected);
    return {};
  }
  /// The number as it is written.
  [[nodiscard]] std::string text_of(const std::string& name) const { return node_->find(name)->text; }

 private:
  static std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }
  static std::optional<double> valid_number(const Node& node, Valid valid) {
    if (node.kind != Node::Kind::scalar || node.quoted) return std::nullopt;
    const auto number = parse_number(node.text);
    return number && valid(*number) ? number : std::nullopt;
  }
  const Node* find(const std::string& name, const std::string& expected) {
    const Node* node = node_->find(name);
    if (node == nullptr) complain(*node_, name, "is missing; expected " + expected);
    return node;
  }
  void complain_of_value(const Node& node, const std::string& name, const std::string& expected) {
    complain(node, name, fmt::format("is {}; expected {}", described(node), expected));
  }
  void complain(const Node& where, const std::string& name, const std::string& message) {
    context_.problems.add(problem_at(where, key_, fmt::format("entry {}: {} {}", place_ + 1, name, message)));
  }

  const LoadContext& context_;
  const char* key_;
  std::size_t place_;
  const Node* node_ = nullptr;
};

bool is_positive(double x) {
  return x > 0;
}
bool is_any(double /*x*/) {
  return true;
}
constexpr double largest_count = 1e9;
bool is_count(double x) {
  return x >= 0 && x <= largest_count && x == static_cast<double>(static_cast<std::int64_t>(x));
}
bool is_natural(double x) {
  return x >= 1 && is_count(x);
}
bool is_axis(double x) {
  return x == 0 || x == 1 || x == 2;
}

/// Reads doping for a run that has dopants.
class DopingLoader {
 public:
  DopingLoader(const LoadContext& context, RunConfig& run, const std::vector<std::int64_t>& counts)
      : context_(context), run_(run), counts_(counts) {}

  void load() {
    const auto map = context_.values.texts(map_key);
    if (context_.values.find(map_key) == nullptr) {
      context_.complain(map_key, "is missing; expected an entry host:dopant for each of num_dopants");
    }
    if (context_.values.find(type_key) == nullptr) {
      context_.complain(type_key, "is missing; expected an entry for each of num_dopants");
    }
    run_.doping.max_attempts = context_.values.integer("doping.max_attempts").value_or(1);
    if (!map) return;
    run_.doping.kinds.resize(map->size());
    if (!has_all(count_key, counts_.size())) return;
    load_elements(*map);
    load_lists();
    for (std::size_t k = 0; k < map->size(); ++k) {
      if (counts_[k] == 0) continue;
      load_charge(kind(k));
      load_shell_energies(k);
      load_insertion(k);
    }
  }

 private:
  DopantKind& kind(std::size_t k) { return run_.doping.kinds[k]; }

  bool has_all(const char* key, std::size_t size) {
    if (size == run_.doping.kinds.size()) return true;
    context_.complain(key, fmt::format("has {} entries; expected {}, one for each of doping_element_map",
                                       size, run_.doping.kinds.size()));
    return false;
  }

  void load_elements(const std::vector<std::string>& map) {
    const std::string delimiter = context_.values.text("element_type_delimiter").value_or(":");
    const std::vector<std::string> hosts = context_.values.names_below("class_list");
    std::set<std::string> seen;
    for (std::size_t k = 0; k < map.size(); ++k) {
      const std::size_t at = map[k].find(delimiter);
      if (at == std::string::npos || at == 0 || at + delimiter.size() == map[k].size()) {
        context_.complain(map_key, fmt::format("'{}' is no pair of elements; expected host{}dopant, such as "
                                               "V{}W for W on V sites",
                                               map[k], delimiter, delimiter));
        continue;
      }
      kind(k).host = map[k].substr(0, at);
      kind(k).element = map[k].substr(at + delimiter.size());
      kind(k).count = counts_[k];
      if (!seen.insert(kind(k).element).second) {
        context_.complain(map_key, fmt::format("names the dopant {} twice", kind(k).element));
      }
      if (!hosts.empty() && !contains(hosts, kind(k).host)) {
        context_.complain(map_key, fmt::format("'{}' is not in class_list{}", kind(k).host,
                                               did_you_mean(kind(k).host, hosts)));
      }
    }
  }

  void load_lists() {
    if (const auto types = context_.values.texts(type_key); types && has_all(type_key, types->size())) {
      for (std::size_t k = 0; k < types->size(); ++k) kind(k).insertion = insertion_of((*types)[k]);
    }
    if (const auto shells = context_.values.integers(separation_key);
        shells && has_all(separation_key, shells->size())) {
      constexpr std::int64_t most = 1'000'000;
      for (std::size_t k = 0; k < shells->size(); ++k) {
        kind(k).min_separation = static_cast<int>(std::min((*shells)[k], most));
      }
    }
    if (const auto starts = context_.values.texts(start_key); starts && has_all(start_key, starts->size())) {
      const auto& nodes = context_.values.find(start_key)->node.items;
      for (std::size_t k = 0; k < starts->size(); ++k) {
        kind(k).starts_carriers = (*starts)[k] == "yes";
        if (!kind(k).starts_carriers || nodes[k].quoted || !run_.replay_pycd) continue;
        kind(k).starts_carriers = false;
        context_.warn(start_key,
                      "yes without quotes is a truth value to PyCD, which then starts no carriers "
                      "on dopants");
      }
    }
  }

  static Insertion insertion_of(const std::string& word) {
    if (word == "manual") return Insertion::manual;
    if (word == "pairwise") return Insertion::pairwise;
    return word == "gradient" ? Insertion::gradient : Insertion::random;
  }

  void load_charge(DopantKind& dopant) {
    if (dopant.element.empty()) return;
    const std::string type = context_.values.text("ion_charge_type").value_or("");
    const std::string section = "doping.charge." + type;
    const std::string key = section + "." + dopant.element;
    if (context_.values.find(key) == nullptr) {
      context_.complain(key,
                        fmt::format("is missing; expected the charge of the dopant {} (e){}", dopant.element,
                                    did_you_mean(dopant.element, context_.values.names_below(section))));
    }
    dopant.charge = context_.values.number(key).value_or(0.0);
  }

  void load_shell_energies(std::size_t k) {
    const std::string key = "relative_energies.doping." + kind(k).host;
    const auto table = context_.values.table(key);
    if (!table) return;
    if (k >= table->size()) {
      context_.complain(key, fmt::format("has {} lists; expected one for each of doping_element_map, in its "
                                         "order",
                                         table->size()));
      return;
    }
    for (const double energy : (*table)[k]) kind(k).shell_energy.push_back(energy * units::ev_in_hartree);
  }

  void load_insertion(std::size_t k) {
    if (kind(k).insertion == Insertion::manual) load_manual(k);
    if (kind(k).insertion == Insertion::pairwise) load_pairwise(k);
    if (kind(k).insertion == Insertion::gradient) load_gradient(k);
  }

  void load_manual(std::size_t k) {
    const auto sites = context_.values.integer_table(sites_key);
    if (!sites && context_.values.find(sites_key) != nullptr) return;
    const std::size_t n = sites && k < sites->size() ? (*sites)[k].size() : 0;
    if (n < static_cast<std::size_t>(kind(k).count)) {
      context_.complain(sites_key, fmt::format("has {} sites in list {}; expected {}, one for each {} of "
                                               "num_dopants",
                                               n, k + 1, kind(k).count, kind(k).element));
      return;
    }
    const auto first = (*sites)[k].begin();
    kind(k).sites.assign(first, first + kind(k).count);
  }

  void load_pairwise(std::size_t k) {
    SectionReader section(context_, pairwise_key, k,
                          {"intra_pair_distance", "plane_of_arrangement", "inter_plane_spacing"});
    if (!section.usable()) return missing(pairwise_key);
    const auto distance = section.number("intra_pair_distance", "a number > 0 (angstrom)", is_positive);
    const auto plane = section.numbers("plane_of_arrangement", 3, "a list of 3 numbers", is_any);
    const auto spacing = section.number("inter_plane_spacing", "an integer >= 1", is_natural);
    if (!distance || plane.empty() || !spacing) return;
    PairwiseInsertion& pairwise = kind(k).pairwise;
    pairwise.distance = *distance * units::angstrom_in_bohr;
    const std::string text = section.text_of("intra_pair_distance");
    const std::size_t dot = text.find('.');
    if (dot != std::string::npos) pairwise.digits = static_cast<int>(text.size() - dot - 1);
    std::copy(plane.begin(), plane.end(), pairwise.plane.begin());
    pairwise.spacing = static_cast<int>(*spacing);
    if (plane == std::vector<double>{0, 0, 0}) {
      context_.complain(pairwise_key, fmt::format("entry {}: plane_of_arrangement is zero", k + 1));
    }
  }

  void load_gradient(std::size_t k) {
    SectionReader section(context_, gradient_key, k, {"ld", "step_length_ratio", "stepwise_num_dopants"});
    if (!section.usable()) return missing(gradient_key);
    const auto axis = section.number("ld", "0, 1 or 2", is_axis);
    const auto lengths = section.numbers("step_length_ratio", 0, "a list of integers >= 1", is_natural);
    const auto dopants =
        section.numbers("stepwise_num_dopants", lengths.size(), "as many integers >= 0 as steps", is_count);
    if (!axis || lengths.empty() || dopants.empty()) return;
    GradientInsertion& gradient = kind(k).gradient;
    gradient.axis = static_cast<int>(*axis);
    for (const double x : lengths) gradient.lengths.push_back(static_cast<int>(x));
    for (const double x : dopants) gradient.dopants.push_back(static_cast<std::int64_t>(x));
    const auto parts = std::accumulate(gradient.lengths.begin(), gradient.lengths.end(), std::int64_t{0});
    const int cells = run_.system_size[gradient.axis];
    if (cells % parts != 0) {
      context_.complain(gradient_key, fmt::format("entry {}: {} cells along vector {} cannot be divided into "
                                                  "{} parts of step_length_ratio",
                                                  k + 1, cells, gradient.axis, parts));
    }
    const auto sum = std::accumulate(gradient.dopants.begin(), gradient.dopants.end(), std::int64_t{0});
    if (sum != kind(k).count) {
      context_.complain(count_key, fmt::format("has {} for {}, but stepwise_num_dopants of its gradient "
                                               "adds up to {}",
                                               kind(k).count, kind(k).element, sum));
    }
  }

  void missing(const char* key) {
    if (context_.values.find(key) != nullptr) return;  // reported
    context_.complain(key, "is missing; an insertion_type asks for it");
  }

  const LoadContext& context_;
  RunConfig& run_;
  const std::vector<std::int64_t>& counts_;
};

}  // namespace

void load_doping(const LoadContext& context, RunConfig& run) {
  const auto counts = context.values.integers(count_key);
  if (!counts || std::all_of(counts->begin(), counts->end(), [](auto n) { return n == 0; })) return;
  const std::size_t before = context.problems.list().size();
  DopingLoader(context, run, *counts).load();
  if (context.problems.list().size() != before) run.doping.kinds.clear();
}

}  // namespace hopmc::config
