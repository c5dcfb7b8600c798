// A folder of documents that proves itself: the SHA-256 of every file, and one root over them.
//
// SHA256SUMS lists the files in order of name, in the form of sha256sum, so that nobody needs this
// program to check them. The root is the SHA-256 of SHA256SUMS; manifest.json tells it with sizes.
// Whoever is given a folder is told the root apart: a folder that somebody made anew has another.
// Limits: 10,000 files, 256 MiB each, names of at most 200 bytes below the folder.
// Thread-safety: a pack belongs to one thread. Errors: kAlreadyExists for a folder that is there,
// kInvalidArgument for sums that cannot be read, kLimitExceeded, kIo.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr::review {

inline constexpr std::size_t kPackFilesMax = 10'000;
inline constexpr std::size_t kPackFileBytesMax = std::size_t{256} << 20;
inline constexpr std::size_t kPackNameBytesMax = 200;
inline constexpr const char* kSumsName = "SHA256SUMS";
inline constexpr const char* kManifestName = "manifest.json";

struct SummedFile {
  std::string name;
  std::string sha256;  // hex
};
// In order of name; names stay below the folder.
Result<std::vector<SummedFile>> parse_sums(std::string_view text);

class Pack {
 public:
  // A name is a path below the folder with "/"; each once.
  void add(const std::string& name, std::string bytes);
  std::size_t files() const { return files_.size(); }
  std::string sums() const;
  std::string root() const;  // hex
  std::string manifest() const;
  // Makes the folder, for its owner alone, and everything in it.
  Status write(const std::string& directory) const;

 private:
  std::map<std::string, std::string> files_;
};

struct PackCheck {
  std::string root;  // of the sums that are there
  std::size_t files = 0;
  std::vector<std::string> faults;  // "scores.json: changed"
  bool whole() const { return faults.empty(); }
};
// `root`: as it was told; empty: only what the folder says of itself.
Result<PackCheck> check_pack(const std::string& directory, const std::string& root);

}  // namespace qcdr::review
