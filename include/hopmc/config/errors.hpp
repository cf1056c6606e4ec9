#pragma once
/// Errors that end a command, and the exit status each of them leads to.

#include <stdexcept>
#include <string>
#include <vector>

namespace hopmc {

/// Exit status of every `hopmc` command; documented in `hopmc --help`.
enum class ExitStatus : int {
  success = 0,
  validation_mismatch = 1,
  bad_input = 2,
  io_failure = 3,
  interrupted = 75,  ///< stopped early, can be resumed (EX_TEMPFAIL)
};

/// Base of all errors that `hopmc` reports to its user in one message and without a stack trace.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  ExitStatus status_;
};

/// A file could not be read, written, created or removed.
class IoError : public Error {
 public:
  explicit IoError(const std::string& message) : Error(ExitStatus::io_failure, message) {}
};

/// One thing wrong in an input: where it stands and what was expected.
struct Problem {
  std::string file;     ///< path as shown to the user; "command line" or "environment" for those
  int line = 0;         ///< 1-based; 0 where a line means nothing
  std::string key;      ///< dotted key, e.g. "output_data.time.write"; may be empty
  std::string message;  ///< what is wrong, what was expected, the nearest valid name

  /// "file:line: key: message", without the parts that are empty.
  [[nodiscard]] std::string text() const;
};

/// The input is wrong; carries every problem found, not only the first.
class InputError : public Error {
 public:
  explicit InputError(std::vector<Problem> problems);
  explicit InputError(Problem problem) : InputError(std::vector<Problem>{std::move(problem)}) {}
  [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Collects problems while the whole input is read, so that they are reported together.
class Problems {
 public:
  void add(Problem problem) { list_.push_back(std::move(problem)); }
  void add(std::string file, int line, std::string key, std::string message);
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] const std::vector<Problem>& list() const noexcept { return list_; }
  /// Throws InputError with all problems if there are any.
  void throw_if_any() const;

 private:
  std::vector<Problem> list_;
};

}  // namespace hopmc
