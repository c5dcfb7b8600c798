// Files of a folder as uploads, in the order in which they are taken: by instant, then by name.
//
// A name that begins with an instant ("20230131T235900-0600_consents.csv") says when the file was
// received; others are taken after those, at the clock's time. Kind and practice come from the
// content, never from the name. Names that begin with '.' and folders are passed over.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/status.h"
#include "core/time.h"
#include "ingest/ingest.h"

namespace qcdr {

struct InboxFile {
  std::string path;
  std::string name;
  std::optional<Instant> instant;
};

Result<std::vector<InboxFile>> list_inbox(const std::string& directory);
// Reads a file (or standard input for "-") in pieces. kNotFound, kIo.
Result<ByteSource> open_source(const std::string& path);
// Id that the file's upload has or would get; reads the file once.
Result<std::string> upload_id_of_file(const std::string& path);

}  // namespace qcdr
