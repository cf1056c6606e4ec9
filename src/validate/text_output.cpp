#include "hopmc/validate/text_output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "hopmc/config/errors.hpp"

namespace hopmc::validate {

void fail_to_write(const std::filesystem::path& file, int reason) {
  throw IoError(fmt::format("{}: cannot be written: {}", file.string(),
                            reason != 0 ? std::strerror(reason) : "input/output error"));
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::path beside = file;
  beside += ".new";
  errno = 0;
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (!out) {
    const int reason = errno;
    std::filesystem::remove(beside, error);
    fail_to_write(file, reason);
  }
  std::filesystem::rename(beside, file, error);
  if (error) throw IoError(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
}

}  // namespace hopmc::validate
