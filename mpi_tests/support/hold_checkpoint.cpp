// Loaded before a program's libraries (LD_PRELOAD): the program is held just after it has put a checkpoint
// into place, until it gets a signal. Without it a run that is to be interrupted may be over before anybody
// asks.
//   HOPMC_HOLD_FILE    the checkpoint, as the program names it
//   HOPMC_HOLD_NUMBER  at which of them, from 1
//   HOPMC_HOLD_TOLD    a file that tells its pid when the program is held
// The program's own handlers are called for signals that stop it; SIGUSR2 lets go of it and does nothing
// else.
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace {

constexpr int longest_hold = 120'000;  // ms; a test that died lets nobody go
constexpr std::array signals{SIGTERM, SIGINT, SIGUSR1, SIGUSR2};
std::array<struct sigaction, signals.size()> handlers_before;
volatile std::sig_atomic_t let_go = 0;

void on_signal(int number) {
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const auto before = handlers_before[i].sa_handler;
    if (signals[i] == number && before != SIG_DFL && before != SIG_IGN) before(number);
  }
  let_go = 1;
}

bool is_held_at(const char* file) {
  static int seen = 0;
  const char* wanted = std::getenv("HOPMC_HOLD_FILE");
  const char* number = std::getenv("HOPMC_HOLD_NUMBER");
  if (wanted == nullptr || number == nullptr || std::strcmp(wanted, file) != 0) return false;
  return ++seen == std::atoi(number);
}

void hold() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &handlers_before[i]);
  if (const char* told = std::getenv("HOPMC_HOLD_TOLD")) std::ofstream(told) << getpid() << '\n';
  for (int ms = 0; let_go == 0 && ms < longest_hold; ++ms) usleep(1000);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &handlers_before[i], nullptr);
}

}  // namespace

extern "C" int rename(const char* from, const char* to) noexcept {
  static const auto original =
      reinterpret_cast<int (*)(const char*, const char*)>(dlsym(RTLD_NEXT, "rename"));
  const int result = original(from, to);
  if (result == 0 && is_held_at(to)) hold();
  return result;
}
