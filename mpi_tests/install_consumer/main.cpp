// Uses a header, a compiled room and what that room links, all from the installed package.
#include <cstddef>
#include <cstdio>
#include <span>
#include <string_view>

#include "hopmc/lattice/supercell.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/units/units.hpp"

int main() {
  const hopmc::lattice::Supercell cell({3, 3, 1}, {true, true, true}, 30);
  constexpr std::string_view check = "123456789";
  constexpr std::uint32_t crc32_of_check = 0xCBF43926;
  const auto crc = hopmc::trajectory::crc32(0, std::as_bytes(std::span(check)));
  std::printf("%lld sites, 1 angstrom = %.6f bohr, crc32 %08X\n", static_cast<long long>(cell.n_sites()),
              hopmc::units::angstrom_in_bohr, static_cast<unsigned>(crc));
  return cell.n_sites() == 270 && crc == crc32_of_check ? 0 : 1;
}
