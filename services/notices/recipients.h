// Whom a notice is for. Its recipient reference is resolved here, at the last moment:
// - "upload:ID": who the file itself names in its NACOR header; a file of another kind goes to the
//   practice, one of the registry's own officers to the registry's addresses.
// - "practice": the operator's addresses for the practice, or, where there are none, those that
//   its newest case file names.
// Addresses are read from the sealed blob each time and kept nowhere.
// Thread-safety: none. Lifetime: log, blobs, keys and settings outlive it. Errors: those of log and
// keys; a blob that was deleted names nobody.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/key_ring.h"
#include "notices/mail_settings.h"
#include "qcdr/v1/notice.pb.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/blob_store.h"
#include "stream/log.h"

namespace qcdr {

class Recipients {
 public:
  Recipients(const MailSettings& settings, stream::Log& log, stream::BlobStore& blobs,
             KeyRing& keys)
      : settings_(settings), log_(log), blobs_(blobs), keys_(keys) {}

  // Different addresses, ascending; none: nobody is known.
  Result<std::vector<std::string>> of(const v1::Notice& notice);

 private:
  // What is needed of an upload.
  struct Known {
    std::uint32_t practice = 0;
    std::int32_t year = 0;
    std::string blob;
    bool case_file = false;  // NACOR XML
    bool of_registry = false;
  };
  Status read_on();
  void see(const v1::Upload& upload);
  std::vector<std::string> listed(const std::string& whom) const;
  Result<std::vector<std::string>> of_practice(std::uint32_t practice);
  Result<std::vector<std::string>> named_by(const Known& upload);

  const MailSettings& settings_;
  stream::Log& log_;
  stream::BlobStore& blobs_;
  KeyRing& keys_;
  std::unique_ptr<stream::Reader> reader_;
  std::vector<Offset> next_;
  std::map<std::string, Known> uploads_;
  std::map<std::uint32_t, std::string> newest_case_file_;  // by practice
};

// The addresses that the header of a NACOR file names; what is no address is left out. Reads the
// header alone, and gives up where none ends within its limit.
class HeaderAddresses {
 public:
  HeaderAddresses();
  ~HeaderAddresses();
  // False: no more is needed.
  bool feed(std::string_view bytes);
  std::vector<std::string> take();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace qcdr
