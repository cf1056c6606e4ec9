#include "hopmc/ensemble/progress.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

namespace hopmc::ensemble {
namespace {

TEST(ShortTime, ChoosesTheUnit) {
  EXPECT_EQ(short_time(0), "0 s");
  EXPECT_EQ(short_time(1), "1 s");
  EXPECT_EQ(short_time(1e-9), "1.00 ns");
  EXPECT_EQ(short_time(2.5e-5), "25.0 us");
  EXPECT_EQ(short_time(9.9999e-10), "1.00 ns");
  EXPECT_EQ(short_time(3.5e-22), "0.00 as");
  EXPECT_EQ(short_time(1234.5), "1234 s");
}

TEST(Duration, ReadsLikeAClock) {
  EXPECT_EQ(duration(0.2), "0 s");
  EXPECT_EQ(duration(59.4), "59 s");
  EXPECT_EQ(duration(59.6), "1 min 00 s");
  EXPECT_EQ(duration(61), "1 min 01 s");
  EXPECT_EQ(duration(3599), "59 min");
  EXPECT_EQ(duration(2 * 3600 + 5 * 60), "2 h 05 min");
  EXPECT_EQ(duration(3 * 86400 + 7200), "3 days 2 h");
  EXPECT_EQ(duration(1e300), "36500 days 0 h");
  EXPECT_EQ(duration(-1), "0 s");
}

TEST(Numbers, KeepThreeDigits) {
  EXPECT_EQ(byte_size(0), "0 bytes");
  EXPECT_EQ(byte_size(999), "999 bytes");
  EXPECT_EQ(byte_size(123456), "123 kB");
  EXPECT_EQ(byte_size(1.5e9), "1.50 GB");
  EXPECT_EQ(large_number(850), "850");
  EXPECT_EQ(large_number(12.34), "12.3");
  EXPECT_EQ(large_number(999960), "1.00 million");
  EXPECT_EQ(large_number(3.21e7), "32.1 million");
}

TEST(ProgressLine, TellsHowFarAndHowLong) {
  const ProgressState state{12, 100, 0.25, 1e-3, 30'000'000, 60};
  EXPECT_EQ(progress_line(state),
            "12 of 100 trajectories, 25.0 % of 1.00 ms simulated, 500 thousand hops/s, 3 min 00 s left");
}

TEST(ProgressLine, EndsWithTheRemark) {
  const std::string line =
      progress_line({12, 100, 0.25, 1e-3, 30'000'000, 60, 0, 0, "D(electron) 3.2e-05 cm2/s"});
  EXPECT_NE(line.find("3 min 00 s left, D(electron) 3.2e-05 cm2/s"), std::string::npos) << line;
}

TEST(ProgressLine, SimulatesAfterReadingBack) {
  EXPECT_EQ(progress_line({10, 100, 0.2, 1e-3, 0, 4, 0.5, 4}),
            "10 of 100 trajectories, 20.0 % of 1.00 ms read back, of 50.0 % simulated before");
  // 10 of the 70 s went into half of the run; the other 60 s into a quarter of it.
  EXPECT_EQ(progress_line({75, 100, 0.75, 1e-3, 30'000'000, 70, 0.5, 10}),
            "75 of 100 trajectories, 75.0 % of 1.00 ms simulated, 500 thousand hops/s, 1 min 00 s left");
}

TEST(ProgressLine, GuessesNothingAtTheStart) {
  EXPECT_EQ(progress_line({0, 3, 0.0, 1e-9, 0, 0}), "0 of 3 trajectories, 0.0 % of 1.00 ns simulated");
  EXPECT_EQ(progress_line({0, 3, 0.0005, 1e-9, 80, 4}),
            "0 of 3 trajectories, 0.0 % of 1.00 ns simulated, 20 hops/s");
}

TEST(ProgressLine, IsCompleteOnlyAtTheEnd) {
  EXPECT_NE(progress_line({99, 100, 0.99999, 1, 1, 1}).find("99.9 %"), std::string::npos);
  EXPECT_NE(progress_line({100, 100, 1, 1, 1, 1}).find("100.0 %"), std::string::npos);
  EXPECT_NE(progress_line({100, 100, 1.2, 1, 1, 1}).find("100.0 %"), std::string::npos);
}

/// Everything printed into a temporary file.
template <class Action>
std::string printed(bool terminal, Action&& action) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
  ProgressPrinter printer(file.get(), terminal);
  action(printer);
  std::string text(static_cast<std::size_t>(std::ftell(file.get())), '\0');
  std::rewind(file.get());
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), file.get()), text.size());
  return text;
}

TEST(ProgressPrinter, WritesPlainLinesToFiles) {
  const ProgressState state{1, 2, 0.5, 1, 100, 10};
  const std::string text = printed(false, [&](ProgressPrinter& printer) {
    printer.print(state);
    printer.print(state);
    printer.finish();
  });
  EXPECT_EQ(text, fmt::format("{0}\n{0}\n", progress_line(state)));
}

TEST(ProgressPrinter, WritesOverTheLineOnTerminals) {
  const ProgressState state{1, 2, 0.5, 1, 100, 10};
  const std::string text = printed(true, [&](ProgressPrinter& printer) {
    printer.print(state);
    printer.print(state);
    printer.finish();
    printer.finish();
  });
  const std::string line = fmt::format("\r{}\x1b[K", progress_line(state));
  EXPECT_EQ(text, line + line + "\n");
}

TEST(ProgressPrinter, IsNotDueAtOnce) {
  EXPECT_FALSE(ProgressPrinter(stderr, true).due());
  EXPECT_FALSE(ProgressPrinter(stderr, false).due());
}

}  // namespace
}  // namespace hopmc::ensemble
