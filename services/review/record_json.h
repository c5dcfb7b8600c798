// A fact of the log as JSON for one person's file: what is his in the clear, nothing of others.
//
// Walks a message by its descriptor, so that no kind of record is forgotten. An NPI other than the
// one that is meant is left out and counted ("others"); of a TIN only the last four digits are
// written; SHA-256 and other bytes in hex; dates and instants in words by the names of their fields
// (dates: days since 1970 in a sint32; instants: milliseconds in an int64 "..._at").
// Thread-safety: free functions. Errors: none.
#pragma once

#include <functional>
#include <string>

#include "core/identifiers.h"

namespace google::protobuf {
class Message;
}

namespace qcdr::review {

struct RecordReader {
  Npi npi;                                           // whose file it is; zero: a TIN's
  std::function<std::string(std::uint32_t)> tin_of;  // index plus one to "*****6789"
};

// Whether the message names the NPI anywhere, or names no NPI at all.
bool names_npi(const google::protobuf::Message& message, Npi npi);
bool names_any_npi(const google::protobuf::Message& message);
// An object of one line.
std::string record_json(const google::protobuf::Message& message, const RecordReader& reader);

}  // namespace qcdr::review
