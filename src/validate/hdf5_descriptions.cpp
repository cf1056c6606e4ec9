#include "hdf5_descriptions.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <optional>
#include <string>
#include <string_view>

namespace hopmc::validate {
namespace {

/// An HDF5 identifier that closes itself; invalid where the call that made it failed.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }
  [[nodiscard]] hid_t get() const noexcept { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// HDF5 prints its error stack by itself; ours is one line.
class Quiet {
 public:
  Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

template <class T>
std::optional<T> number(hid_t object, const char* name, hid_t type) {
  const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return std::nullopt;
  const Id space(H5Aget_space(attribute.get()), H5Sclose);
  T value{};
  if (H5Sget_simple_extent_npoints(space.get()) != 1 || H5Aread(attribute.get(), type, &value) < 0) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> text(hid_t object, const char* name) {
  const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return std::nullopt;
  const Id type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) <= 0) return std::nullopt;
  char* characters = nullptr;
  if (H5Aread(attribute.get(), type.get(), &characters) < 0 || characters == nullptr) return std::nullopt;
  std::string value(characters);
  H5free_memory(characters);
  return value;
}

std::string shown(const std::string& value) {
  return fmt::format("\"{}\"", value);
}
std::string shown(double value) {
  return fmt::format("{:.17g}", value);
}
std::string shown(std::int64_t value) {
  return fmt::format("{}", value);
}

template <class T>
void check(const std::string& place, const char* name, const std::optional<T>& found, const T& expected,
           MismatchLog& log) {
  if (found == expected) return;
  log.add(fmt::format("attribute {}", name), fmt::format("{}/{}", place, name),
          found ? fmt::format("is {}, expected {}", shown(*found), shown(expected))
                : fmt::format("missing or of another type, expected {}", shown(expected)));
}

}  // namespace

Hdf5Descriptions::Hdf5Descriptions(const std::filesystem::path& file) : path_(file.string()) {
  const Quiet quiet;
  file_ = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
}

Hdf5Descriptions::~Hdf5Descriptions() {
  if (file_ >= 0) H5Fclose(file_);
}

void Hdf5Descriptions::check_totals(const Expectation& e, MismatchLog& log) const {
  if (file_ < 0) return;
  const Quiet quiet;
  const std::string info_path = "/metadata/simulation_info";
  const std::string system_path = "/metadata/system_info";
  const Id info(H5Gopen2(file_, info_path.c_str(), H5P_DEFAULT), H5Gclose);
  const Id system(H5Gopen2(file_, system_path.c_str(), H5P_DEFAULT), H5Gclose);
  check(path_ + ":" + info_path, "format_version", text(info.get(), "format_version"),
        std::string(trajectory::format_version), log);
  if (!e.described) return;
  check(path_ + ":" + info_path, "total_trajectories",
        number<std::int64_t>(info.get(), "total_trajectories", H5T_NATIVE_INT64), e.n_traj, log);
  check(path_ + ":" + system_path, "total_species",
        number<std::int64_t>(system.get(), "total_species", H5T_NATIVE_INT64), e.layout.n_carriers, log);
}

void Hdf5Descriptions::check_units(const trajectory::Reader& reader, const Expectation& e,
                                   std::int64_t trajectory, MismatchLog& log) const {
  if (file_ < 0) return;
  const Quiet quiet;
  for (const auto& spec : e.layout.columns) {
    const std::string place = reader.place(trajectory, spec.column);
    const std::size_t start = place.rfind(":/trajectories/");
    if (start == std::string::npos) continue;
    const Id dataset(H5Dopen2(file_, place.c_str() + start + 1, H5P_DEFAULT), H5Dclose);
    if (!dataset.valid()) continue;  // missing or damaged, which is found elsewhere
    const trajectory::ColumnInfo& info = trajectory::info(spec.column);
    check(place, "units", text(dataset.get(), "units"), std::string(info.units), log);
    check(place, "si_units", text(dataset.get(), "si_units"), std::string(info.si_units), log);
    check(place, "si_factor", number<double>(dataset.get(), "si_factor", H5T_NATIVE_DOUBLE), info.si_factor,
          log);
  }
}

}  // namespace hopmc::validate
