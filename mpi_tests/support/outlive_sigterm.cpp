// Part of the program in builds for coverage. When one rank has ended with an error mpirun sends SIGTERM to
// the others, which are to write their counts first. A run that can be stopped has its own handler.
#include <csignal>

namespace {

[[maybe_unused]] const auto previous = std::signal(SIGTERM, SIG_IGN);

}  // namespace
