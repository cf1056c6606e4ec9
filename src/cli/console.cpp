#include "console.hpp"

#include <fmt/format.h>
#include <mpi.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace hopmc::cli {
namespace {

/// Variables by which OpenMPI, PMIx and Slurm tell a process its place; the first that is set counts.
constexpr std::array rank_variables{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"};
constexpr std::array size_variables{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"};

template <std::size_t N>
int first_number(const std::array<const char*, N>& variables, int otherwise) {
  for (const char* name : variables) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    int number = 0;
    if (std::from_chars(value, value + std::strlen(value), number).ec == std::errc()) return number;
  }
  return otherwise;
}

spdlog::logger& log() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("hopmc", std::make_shared<spdlog::sinks::stderr_sink_st>());
    made->set_pattern("hopmc: %l: %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

}  // namespace

int launcher_rank() {
  return first_number(rank_variables, 0);
}
bool launched_with_others() {
  return first_number(size_variables, 1) > 1;
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw IoError("standard output cannot be written");
  }
}

void print_notice(const std::string& message) {
  static_cast<void>(std::fputs(("hopmc: " + message + "\n").c_str(), stderr));
}

void print_warning(const std::string& message) {
  log().warn(message);
}

void print_error(const std::string& message) {
  std::string_view rest = message;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end != 0) log().error(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
}

int exit_status(const std::exception& error) {
  if (const auto* known = dynamic_cast<const Error*>(&error)) return to_int(known->status());
  return to_int(ExitStatus::io_failure);
}

int on_one_process(const std::function<int()>& action) {
  if (launcher_rank() != 0) return to_int(ExitStatus::success);
  try {
    return action();
  } catch (const std::exception& error) {
    print_error(error.what());
    return exit_status(error);
  }
}

}  // namespace hopmc::cli
