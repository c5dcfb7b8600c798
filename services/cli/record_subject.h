// What a record is about: which records of a kind speak of the same fact. As the ledger's subjects
// (ledger/keys.h), but read from a row alone. Thread-safety: free functions.
#pragma once

#include <string>
#include <vector>

#include "cli/fact_words.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {

struct RecordSubject {
  std::string key;              // the same for records of one fact; holds a token, never shown
  std::string tin;              // masked; empty: none
  Npi npi;                      // zero: none
  std::vector<FactWord> about;  // further parts of the subject, in words
};

// Null when the row has no fact.
const google::protobuf::Message* fact_of(const v1::Row& row);
RecordSubject subject_of(const v1::Row& row, const v1::ChunkRows& rows);

}  // namespace qcdr
