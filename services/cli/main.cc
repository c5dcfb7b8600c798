// The one binary: `qcdr`.
#include "cli/application.h"
#include "common/process_memory.h"

int main(int argc, char** argv) {
  qcdr::set_up_process_memory();
  return qcdr::run_application(std::vector<std::string>(argv + 1, argv + argc));
}
