// Encryption of blobs, as streams: what is written is sealed frame by frame, what is read is opened
// frame by frame, and nothing is handed out that was not authenticated.
//
// Format, version 1: "QB", version byte, length of the key's id (1 byte), the id, 12 bytes of salt;
// then frames. A frame is AES-256-GCM over 64 KiB of content, or less in the last one, followed by
// its 16-byte tag. The key of a blob is HMAC-SHA-256(data key, "qcdr blob 1" and the header), so
// nonces of different blobs never meet; the nonce of a frame is three zero bytes, the frame's
// number (8 bytes, big endian) and 1 in the last frame, 0 before it. The header is associated data.
// So frames cannot be changed, moved, repeated or left out, and a cut blob is known as cut: its
// last frame does not say it is the last.
// Errors: kCorruption for bytes that are not what was sealed; what the key lookup says (kNotFound:
// the key was destroyed, the content is gone for good).
// Thread-safety: one thread each.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/key_ring.h"
#include "stream/blob_store.h"

namespace qcdr::stream {

inline constexpr std::size_t kSealedFrameContentBytes = std::size_t{64} << 10;

// Seals everything written and passes it on to `inner`. `salt` must never repeat under the key:
// KeyRing::fresh_nonce().
Result<std::unique_ptr<BlobWriter>> seal_blob(std::unique_ptr<BlobWriter> inner, const DataKey& key,
                                              const Nonce96& salt);

using DataKeyLookup = std::function<Result<DataKey>(const std::string& key_id)>;

// Opens what seal_blob() sealed.
Result<std::unique_ptr<BlobReader>> open_sealed_blob(std::unique_ptr<BlobReader> inner,
                                                     const DataKeyLookup& lookup);

}  // namespace qcdr::stream
