#include "slot.h"

namespace qcdr::simulation {

Instance::Instance(stream::SimWorld& world, stream::SimBroker& broker, stream::SimDisk& disk,
                   int number, const stream::LoopOptions& options,
                   const stream::CountingFoldOptions& fold_options)
    : process{number, true},
      log(broker, process),
      stores(world, process, disk),
      folds(fold_options),
      crash_points(world, process),
      loop(options, log, stores, broker.clock(), folds, crash_points, observer) {}

Validator::Validator(stream::SimWorld& world, stream::SimBroker& broker,
                     stream::SimBlobDisk& blob_disk, int number, UploadStageOptions options)
    : process{number, true},
      log(broker, process),
      blobs(world, process, blob_disk),
      stage(std::move(options), log, blobs, broker.clock()) {}

}  // namespace qcdr::simulation
