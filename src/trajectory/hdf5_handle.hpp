#pragma once
/// Ownership of HDF5 identifiers and the way HDF5's errors become IoError.

#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {

/// Keeps HDF5 from printing its error stack while it lives; failures are reported as IoError instead.
class QuietHdf5 {
 public:
  QuietHdf5();
  ~QuietHdf5();
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// "PLACE: cannot ACTION: REASON", the reason taken from HDF5's error stack: the system's message if there is
/// one, else what the innermost function said. Clears the stack.
[[nodiscard]] IoError hdf5_error(std::string_view place, std::string_view action);

/// Passes on what an HDF5 function returned, or throws hdf5_error if it is negative.
template <class T>
T checked(T result, std::string_view place, std::string_view action) {
  if (result < 0) throw hdf5_error(place, action);
  return result;
}

/// Owner of one HDF5 identifier of any kind.
///
/// The destructor closes and never throws, so an error that appears on closing is lost there: where it
/// matters call close().
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Closer closer) noexcept : id_(id), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, invalid)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();

  [[nodiscard]] hid_t get() const noexcept { return id_; }
  [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }
  /// Closes; throws IoError if HDF5 cannot. Does nothing if there is nothing to close.
  void close(std::string_view place);
  /// Gives the identifier up without closing it.
  void abandon() noexcept { id_ = invalid; }

 private:
  static constexpr hid_t invalid = -1;
  hid_t id_ = invalid;
  Closer closer_ = nullptr;
};

/// Wraps the result of an HDF5 function that opens or creates; throws hdf5_error if it failed.
[[nodiscard]] inline Handle owned(hid_t id, Handle::Closer closer, std::string_view place,
                                  std::string_view action) {
  return {checked(id, place, action), closer};
}

}  // namespace hopmc::trajectory
