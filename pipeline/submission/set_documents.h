// Makes the documents that the ledger freezes: an entity's measurement sets as CMS's submissions
// API takes them (set_builder.h, payload.h), each with its leaf in the batch (manifest.h).
//
// Thread-safety: stateless; safe from any thread. Errors: kInvalidArgument for an entity or a
// program that no set can be made for.
#pragma once

#include "ledger/document_maker.h"

namespace qcdr::submission {

class SetDocuments final : public ledger::DocumentMaker {
 public:
  Result<ledger::MadeDocuments> make(const ledger::DocumentInput& input) const override;
  bool is_certified(const EntityId& entity, PerformanceYear year,
                    const ledger::MadeDocument& document, const ledger::CertifiedPlace& place,
                    const Hash256& root) const override;
};

// It lives as long as the process.
const ledger::DocumentMaker& set_documents();

}  // namespace qcdr::submission
