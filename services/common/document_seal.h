// Sealing and opening what a submission document holds: the payload, with NPIs, under the data key
// of its practice-year, and the TIN under the TIN key.
//
// Associated data bind the payload to its document: big-endian u32 practice, u32 year, then the
// document's id with its length as varint before it. A payload that was moved to another document
// does not open. Thread-safety: as the key ring. Errors: kNotFound when the data key was destroyed;
// kCorruption when it is not what was sealed, or not what its hash says.
#pragma once

#include <string>
#include <string_view>

#include "core/key_ring.h"

namespace qcdr::v1 {
class SubmissionDocument;
}

namespace qcdr {

// Sets hash, key id, nonce and sealed payload; id, practice and year must be set before.
Status seal_document(KeyRing& keys, std::string_view payload, v1::SubmissionDocument* document);
Result<std::string> open_document(KeyRing& keys, const v1::SubmissionDocument& document);
// Sets the encrypted TIN and its token.
void seal_document_tin(KeyRing& keys, std::string_view tin, v1::SubmissionDocument* document);
// Nine digits, or nothing for an entity without a TIN.
Result<std::string> open_document_tin(KeyRing& keys, const v1::SubmissionDocument& document);

}  // namespace qcdr
