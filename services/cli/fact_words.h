// What a record says, as names and values, with identifiers masked: for histories.
//
// A TIN shows as *****6789, a clinician by the name that rosters give; an NPI, a token of a case or
// a contact never shows. What is not known to be harmless is left out: numbers of 64 bits, bytes
// that are no hash. Free text goes through the identifier scrubber.
// Thread-safety: free functions; ClinicianNames belongs to one thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/identifiers.h"

namespace google::protobuf {
class Message;
}

namespace qcdr::v1 {
class ChunkRows;
}

namespace qcdr {

// Names of clinicians by NPI. Somebody without a name is "not on the roster", with a number so that
// two of them can be told apart.
class ClinicianNames {
 public:
  // The first name that is given counts.
  void learn(Npi npi, const std::string& last_name, const std::string& first_name);
  std::string of(Npi npi);

 private:
  std::map<Npi, std::string> names_;
  int unnamed_ = 0;
};

struct FactWord {
  std::string path;  // "signer.signedAt": of the record's JSON
  std::string value;
};

// In order of the message's fields, without what stands at its defaults. `fact` is a member of
// Row.fact; the pair or TIN that it is about is not said again.
std::vector<FactWord> fact_words(const google::protobuf::Message& fact, const v1::ChunkRows& rows,
                                 ClinicianNames& names);
// The masked TIN of a `tin` field; empty: none.
std::string masked_tin(std::uint32_t tin_plus_one, const v1::ChunkRows& rows);
// "action revoke, signer.name Ann Abbott".
std::string joined_words(const std::vector<FactWord>& words);

}  // namespace qcdr
