// The one binary: `qcdr`.
#include "cli/application.h"

int main(int argc, char** argv) {
  return qcdr::run_application(std::vector<std::string>(argv + 1, argv + argc));
}
