// One upload, or one dry run, that comes over HTTP. Thread-safety: one thread each; several at a
// time. Lifetime: the desk outlives it.
#pragma once

#include <memory>

#include "portal/upload_desk.h"

namespace qcdr {

class PipelineDesk;

// kAborted: another request uses the same idempotency key.
Result<std::unique_ptr<Incoming>> make_incoming_upload(PipelineDesk& desk,
                                                       const Delivery& delivery);
Result<std::unique_ptr<Incoming>> make_dry_run(PipelineDesk& desk, const Delivery& delivery);

}  // namespace qcdr
