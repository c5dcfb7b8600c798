// Files that stand on the log twice.
//
// Ingest looks at the log before it takes a file, but two of them may look at one folder at the
// same time, and an append whose answer was lost may be on the log all the same. Then two records
// have the id of one file, and the second must not be heard: it came by no will of the sender, and
// a refusal in it would be said again after a yes that came between.
// Which records are repeats is a function of the log: those of a file whose id stands at an earlier
// offset of the partition.
// Thread-safety: none. Lifetime: the reader outlives it.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "qcdr/v1/upload.pb.h"
#include "stream/log.h"

namespace qcdr {

class RepeatedFiles {
 public:
  explicit RepeatedFiles(stream::Reader& reader) : reader_(reader) {}

  // True for a repeat. Reads what lies before the record and was not read yet.
  Result<bool> contains(const stream::Record& record, const v1::Upload& upload);

 private:
  struct Seen {
    Offset next;
    std::unordered_map<std::string, Offset> first;  // by id of the file
    void add(const v1::Upload& upload, Offset offset);
  };
  Status read_up_to(Partition partition, Offset end, Seen* seen);

  stream::Reader& reader_;
  std::map<Partition, Seen> seen_;
};

}  // namespace qcdr
