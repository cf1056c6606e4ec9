#include "hopmc/ensemble/board.hpp"

#include <mpi.h>

#include <array>
#include <string>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/patience.hpp"

namespace hopmc::ensemble {

namespace {

/// Boost.MPI has made MPI return its errors.
std::string window_error(int status) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  return std::string("MPI cannot make a window for one-sided communication (") + text.data() +
         "); with OpenMPI, try OMPI_MCA_osc=pt2pt";
}

}  // namespace

/// Memory on rank 0 that the others reach.
class Board::Window {
 public:
  explicit Window(MPI_Comm comm) : comm_(comm) {
    int rank = 0;
    MPI_Comm_rank(comm, &rank);
    const MPI_Aint bytes = rank == 0 ? MPI_Aint{sizeof(Counters)} : MPI_Aint{0};
    // Allocated by MPI, so that ranks of one node get shared memory, where no target need take part.
    const int status = MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, comm, &memory_, &window_);
    if (status != MPI_SUCCESS) throw IoError(window_error(status));
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    if (rank == 0) {
      *static_cast<Counters*>(memory_) = {};
      MPI_Win_sync(window_);
    }
    MPI_Barrier(comm);
  }
  ~Window() {
    wait();
    MPI_Win_unlock_all(window_);
    MPI_Win_free(&window_);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  void start(const Counters& amounts, Counters& before) {
    MPI_Rget_accumulate(amounts.data(), n_counters, MPI_INT64_T, before.data(), n_counters, MPI_INT64_T, 0, 0,
                        n_counters, MPI_INT64_T, MPI_SUM, window_, &request_);
  }
  void serve() {
    // A probe always turns MPI's wheels; a test of an exchange of rank 0 with itself does not.
    int found = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &found, MPI_STATUS_IGNORE);
  }
  bool test() {
    int done = 0;
    MPI_Test(&request_, &done, MPI_STATUS_IGNORE);
    return done != 0;
  }
  void wait() {
    wait_politely([this] { return test(); });
  }

 private:
  MPI_Comm comm_;
  void* memory_ = nullptr;
  MPI_Win window_ = MPI_WIN_NULL;
  MPI_Request request_ = MPI_REQUEST_NULL;
};

Board::Board(const boost::mpi::communicator& comm) {
  if (comm.size() > 1) window_ = std::make_unique<Window>(static_cast<MPI_Comm>(comm));
}

Board::~Board() = default;

std::int64_t Board::claim() {
  if (under_way_) end();
  add(Counter::claimed, 1);
  begin();
  end();
  return received_[index(Counter::claimed)];
}

void Board::serve() {
  if (window_) window_->serve();
}

void Board::poll() {
  serve();
  if (!under_way_) {
    begin();
  } else if (!window_ || window_->test()) {
    end();
  }
}

void Board::synchronize() {
  if (under_way_) end();
  begin();
  end();
}

void Board::begin() {
  sent_ = pending_;
  pending_ = {};
  under_way_ = true;
  if (window_) {
    window_->start(sent_, received_);
  } else {
    received_ = totals_;
  }
}

void Board::end() {
  if (window_) window_->wait();
  for (std::size_t i = 0; i < n_counters; ++i) totals_[i] = received_[i] + sent_[i];
  under_way_ = false;
}

}  // namespace hopmc::ensemble
