// Headers of records: CloudEvents in binary mode, and the trace of an upload.
//
// What is the same for every record of a topic is added where records go to Kafka, once per topic
// and not per record; the embedded log leaves it out. `ce_id` is each record's own. No header holds
// anything of a TIN, an NPI or a patient: an upload id is a hash over practice, year, kind and
// content. Thread-safety: free functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stream/log.h"

namespace qcdr {

inline constexpr const char* kIdHeader = "ce_id";
inline constexpr const char* kTraceHeader = "traceparent";

// ce_specversion, ce_source, ce_type and content-type; empty for a topic that carries no events.
std::vector<stream::Header> constant_event_headers(const std::string& topic);

// Of an upload (no place) or of one of its records: `ce_id`, "<upload id>" or "<upload
// id>/<place>", and `traceparent`. The upload's id is its trace (W3C Trace Context), so that every
// process says the same again after a restart, and whoever has an upload's id has its trace.
std::vector<stream::Header> upload_headers(const std::string& upload_id,
                                           const std::string& place = "");

}  // namespace qcdr
