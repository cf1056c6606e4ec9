#include "hopmc/cli/command_line.hpp"

int main(int argc, char** argv) {
  return hopmc::cli::command_line(argc, argv);
}
