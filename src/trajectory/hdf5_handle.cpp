#include "hdf5_handle.hpp"

#include <fmt/format.h>

namespace hopmc::trajectory {

namespace {

/// Opens the library before main(), hence before MPI_Init, and without its exit handler.
///
/// HDF5 opened after MPI_Init closes every open file from within MPI_Finalize, and at exit otherwise. After a
/// failed write that is a collective operation on files whose state differs from rank to rank: it may never
/// return. The writer closes its files itself; what it abandons after an error must stay untouched.
const bool library_never_closes_files_by_itself = [] {
  H5dont_atexit();
  return H5open() >= 0;
}();

/// What was found while walking up the error stack.
struct StackReport {
  std::string innermost;
  std::string system;
};

constexpr std::string_view system_marker = "error message = '";

herr_t note_error(unsigned, const H5E_error2_t* error, void* data) noexcept {
  auto& report = *static_cast<StackReport*>(data);
  try {
    const std::string_view text = error->desc == nullptr ? "" : error->desc;
    if (report.innermost.empty()) report.innermost = text;
    const auto start = text.find(system_marker);
    if (report.system.empty() && start != std::string_view::npos) {
      const auto message = text.substr(start + system_marker.size());
      report.system = message.substr(0, message.find('\''));
    }
  } catch (...) {  // out of memory: the report stays short
  }
  return 0;
}

}  // namespace

QuietHdf5::QuietHdf5() {
  (void)library_never_closes_files_by_itself;
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietHdf5::~QuietHdf5() {
  H5Eset_auto2(H5E_DEFAULT, function_, data_);
}

IoError hdf5_error(std::string_view place, std::string_view action) {
  StackReport report;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, note_error, &report);
  H5Eclear2(H5E_DEFAULT);
  const std::string& reason = report.system.empty() ? report.innermost : report.system;
  return IoError(
      fmt::format("{}: cannot {}: {}", place, action, reason.empty() ? "unknown HDF5 error" : reason));
}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    if (valid()) closer_(id_);
    id_ = std::exchange(other.id_, invalid);
    closer_ = other.closer_;
  }
  return *this;
}

Handle::~Handle() {
  if (valid()) closer_(id_);
}

void Handle::close(std::string_view place) {
  if (!valid()) return;
  checked(closer_(std::exchange(id_, invalid)), place, "close");
}

}  // namespace hopmc::trajectory
