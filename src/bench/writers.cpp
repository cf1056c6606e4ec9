#include "writers.hpp"

#include <exception>

#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/npy_writer.hpp"

namespace hopmc::bench {
namespace {

using Appended = std::span<const trajectory::FrameBlock* const>;

class NpyDirectories final : public Writer {
 public:
  NpyDirectories(const WriterPlace& place, const trajectory::Layout& layout)
      : writer_(place.directory, layout) {}

  void append(Appended blocks) override {
    if (failure_) return;
    try {
      for (const trajectory::FrameBlock* block : blocks) writer_.append(*block);
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
  /// The files were closed with their last rows.
  void close() override {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  trajectory::NpyWriter writer_;
  std::exception_ptr failure_;
};

trajectory::RunMetadata metadata_of(const WriterPlace& place, std::int64_t n_carriers, int ranks) {
  trajectory::RunMetadata metadata;
  metadata.species_types = {"carrier"};
  metadata.species_count = {n_carriers};
  metadata.created_on = "1970-01-01T00:00:00Z";
  metadata.rng = "made up";
  metadata.n_traj = place.n_traj;
  metadata.n_frames = place.n_frames;
  metadata.ranks = ranks;
  return metadata;
}

class SharedFile final : public Writer {
 public:
  SharedFile(const boost::mpi::communicator& comm, const Setting& setting, const WriterPlace& place,
             const trajectory::Layout& layout)
      : writer_(static_cast<MPI_Comm>(comm), place.directory / trajectory::shared_file_name,
                metadata_of(place, layout.n_carriers, comm.size()), layout, place.n_traj, setting.options) {}

  void append(Appended blocks) override { writer_.append(blocks); }
  void close() override { writer_.close(); }

 private:
  trajectory::Hdf5Writer writer_;
};

/// As a run does it: each rank its npy files, then all of them the shared file.
class BothFormats final : public Writer {
 public:
  BothFormats(const boost::mpi::communicator& comm, const Setting& setting, const WriterPlace& place,
              const trajectory::Layout& layout)
      : npy_(place, layout), hdf5_(comm, setting, place, layout) {}

  void append(Appended blocks) override {
    npy_.append(blocks);
    hdf5_.append(blocks);
  }
  void close() override {
    hdf5_.close();
    npy_.close();
  }

 private:
  NpyDirectories npy_;
  SharedFile hdf5_;
};

}  // namespace

std::unique_ptr<Writer> make_writer(const boost::mpi::communicator& comm, const Setting& setting,
                                    const WriterPlace& place, const trajectory::Layout& layout) {
  switch (setting.format) {
    case Format::mpi:
      return make_mpi_writer(comm, place, layout);
    case Format::write:
      return make_plain_writer(comm.rank(), place, layout);
    case Format::npy:
      return std::make_unique<NpyDirectories>(place, layout);
    case Format::hdf5:
      return std::make_unique<SharedFile>(comm, setting, place, layout);
    case Format::both:
      break;
  }
  return std::make_unique<BothFormats>(comm, setting, place, layout);
}

}  // namespace hopmc::bench
