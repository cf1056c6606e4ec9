#include <array>

#include "schema_tables.hpp"

namespace hopmc::config::detail {
namespace {

using enum ValueType;
using enum Range;

constexpr std::array keys{
    Key{.pattern = "name", .type = text, .default_value = "''", .about = "name of the material"},
    // Carriers.
    Key{.pattern = "species_types",
        .type = text_list,
        .required = true,
        .about = "names of the kinds of carriers"},
    Key{.pattern = "species_charge_list.<type>",
        .type = number_list,
        .unit = "e",
        .required = true,
        .about = "charge of each of species_types, for each charge type"},
    Key{.pattern = "species_to_element_type_map.<species>",
        .type = text_list,
        .required = true,
        .about = "elements whose sites a species lives on"},
    // Sites.
    Key{.pattern = "charge_types.<type>.<element>",
        .type = number,
        .unit = "e",
        .required = true,
        .about = "charge of the ions of each element, for each charge type"},
    Key{.pattern = "class_list.<element>",
        .type = integer_list,
        .range = at_least_one,
        .required = true,
        .about = "class of each atom of the element, in the order of POSCAR, from 1"},
    Key{.pattern = "element_type_delimiter",
        .type = text,
        .default_value = "':'",
        .about = "what stands between the elements of a hop family"},
    Key{.pattern = "dielectric_constant",
        .type = number,
        .range = positive,
        .required = true,
        .about = "relative permittivity that screens all charges"},
    // Hops.
    Key{.pattern = "neighbor_cutoff_dist.<A:A>",
        .type = number_table,
        .range = positive,
        .unit = "angstrom",
        .required = true,
        .about = "hop distances of a family, a list for each class"},
    Key{.pattern = "neighbor_cutoff_dist_tol.<A:A>",
        .type = number_table,
        .range = not_negative,
        .unit = "angstrom",
        .required = true,
        .about = "tolerance of each hop distance"},
    Key{.pattern = "lambda_values.<A:A>",
        .type = number_table,
        .range = positive,
        .unit = "eV",
        .required = true,
        .about = "reorganization energy of each hop distance"},
    Key{.pattern = "v_ab.<A:A>",
        .type = number_table,
        .unit = "eV",
        .required = true,
        .about = "electronic coupling of each hop distance"},
    Key{.pattern = "vn",
        .type = number,
        .range = positive,
        .unit = "1/s",
        .required = true,
        .about = "attempt frequency"},
    // Ewald sum.
    Key{.pattern = "alpha",
        .type = number_or_word,
        .range = positive,
        .unit = "1/angstrom",
        .default_value = "optimal",
        .words = "optimal",
        .about = "splitting parameter of the Ewald sum; the number divided by 1.889726 is taken as bohr^-2"},
    Key{.pattern = "r_cut",
        .type = number_or_word,
        .range = positive,
        .unit = "angstrom",
        .default_value = "optimal",
        .words = "optimal|simulation_cell",
        .about = "cutoff in real space; simulation_cell: half the shortest vector of the supercell"},
    Key{.pattern = "k_cut",
        .type = number_word_or_integers,
        .range = positive,
        .unit = "1/angstrom",
        .default_value = "optimal",
        .words = "optimal|converge",
        .about = "cutoff in reciprocal space, or the largest multiple of each reciprocal vector"},
    Key{.pattern = "precision_parameters",
        .status = KeyStatus::accepted,
        .about = "cutoffs are chosen from an error estimate instead"},
};

}  // namespace

std::span<const Key> material_keys() {
  return keys;
}

}  // namespace hopmc::config::detail
