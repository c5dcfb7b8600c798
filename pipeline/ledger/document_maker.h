// What makes the documents that the ledger freezes: measurement sets in CMS's form.
//
// The ledger decides whether an entity's data may be sent; what they look like is known above it
// (pipeline/submission), which hands this in. Pure: the same input gives the same bytes, on every
// machine and in every replay. A change of what is made is a change of the fold's logic.
// Thread-safety: implementations are safe from any thread. Lifetime: the input's pointers live for
// the call; what is answered owns what it holds. Errors: kInvalidArgument for an entity or a
// program that no set can be made for; others stop the partition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto.h"
#include "core/identifiers.h"
#include "ledger/activities.h"
#include "ledger/interoperability.h"
#include "ledger/standing_reader.h"

namespace qcdr::ledger {

// An individual, or a TIN as a group.
struct DocumentInput {
  const EntityStanding* standing = nullptr;
  std::optional<Npi> npi;    // of an individual
  std::string_view program;  // "mips", "app1", or a MIPS value pathway of the year
  // Categories that are to be sent although that cancels a reweighting.
  CategoryBits although_reweighted = 0;
  std::vector<Activity> activities;                          // those that are held, too
  const InteroperabilityReport* interoperability = nullptr;  // in force; null: none
};

struct MadeDocument {
  std::uint8_t category = 0;  // number of the proto Category
  std::string program;        // as CMS names it
  std::string method;         // "registry"
  std::string payload;        // holds an NPI, and a placeholder where CMS has the TIN
  Hash256 payload_sha256{};
};

// A category that is there and stays here.
struct LeftOut {
  std::uint8_t category = 0;
  std::string why;  // one word, for people: "cancelsReweighting"
};

struct MadeDocuments {
  std::vector<MadeDocument> documents;  // by category, program and method; each once
  std::vector<LeftOut> left_out;        // by category
};

// A payload's place among what was certified.
struct CertifiedPlace {
  std::uint32_t leaf_index = 0;
  std::uint32_t leaves = 0;
  std::vector<Hash256> hashes;  // the nearest to the leaf first
};

class DocumentMaker {
 public:
  virtual ~DocumentMaker() = default;
  virtual Result<MadeDocuments> make(const DocumentInput& input) const = 0;
  // Whether the payload is what stands at that place under the root that was signed.
  virtual bool is_certified(const EntityId& entity, PerformanceYear year,
                            const MadeDocument& document, const CertifiedPlace& place,
                            const Hash256& root) const = 0;
};

}  // namespace qcdr::ledger
