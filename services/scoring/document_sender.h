// Sends what the fold decided to send to CMS, and what it decided against, to
// qcdr.public.submission-documents.v1.
//
// A payload holds an NPI and leaves sealed with the data key that the request names (AES-256-GCM;
// associated data: big-endian u32 practice, u32 year, then the document's id with its length as
// varint before it). A replay must make the same bytes, so the nonce is not drawn: it is the first
// 12 bytes of HMAC-SHA-256, under the data key, of "qcdr document nonce", the document's id and the
// offset that froze it. An id is a hash over the payload, so the same nonce under the same key
// always seals the same bytes with the same associated data, which gives the same ciphertext and
// tells nothing new; for different documents nonces are as good as random.
// Thread-safety: none; one sender belongs to one fold. Lifetime: the key ring outlives it.
// Errors: those of the key ring.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/key_ring.h"
#include "ledger/effects.h"
#include "stream/fold.h"

namespace qcdr {

class DocumentSender {
 public:
  DocumentSender(Partition partition, KeyRing& keys, const Hash256& rulebook_digest);
  ~DocumentSender();

  // Whether the key that is to seal is at hand. kNotFound: it was destroyed. kInvalidArgument: no
  // key was ever named like that.
  Status find_key(ledger::PracticeYear id, const std::string& key_id);
  // In the order of the decisions. *deleted: the key of one was destroyed since; it is left out.
  Status send(const ledger::Effects& effects, stream::OutputSink& sink, bool* deleted);

 private:
  struct Messages;
  Status send_document(const ledger::FrozenDocument& document, stream::OutputSink& sink,
                       bool* deleted);
  void send_cancel(const ledger::CancelledDocument& cancel, stream::OutputSink& sink);
  void send_message(const EntityId& entity, ledger::PracticeYear id, std::uint8_t category,
                    Offset cause, stream::OutputSink& sink);

  const Partition partition_;
  KeyRing& keys_;
  const Hash256 rulebook_digest_;
  std::unique_ptr<Messages> messages_;
};

// "<entity id in hex>/2022/1": entity, year, number of the category.
std::string document_key(const EntityId& entity, PerformanceYear year, std::uint8_t category);

}  // namespace qcdr
