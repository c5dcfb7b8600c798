#include "slot.h"

namespace qcdr::simulation {

Instance::Instance(stream::SimWorld& world, stream::SimBroker& broker, stream::SimDisk& disk,
                   int number, const stream::LoopOptions& options)
    : process{number, true},
      log(broker, process),
      stores(world, process, disk),
      crash_points(world, process),
      loop(options, log, stores, broker.clock(), folds, crash_points, observer) {}

}  // namespace qcdr::simulation
