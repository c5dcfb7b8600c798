#include "core/crypto.h"

// SHA256_Init and its kin are deprecated for SHA256(), which in OpenSSL 3 looks the algorithm up
// anew, under locks, for every call: several times the cost of hashing a case.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <memory>
#include <utility>

namespace qcdr {
namespace {

constexpr std::size_t kTagBytes = 16;
// OpenSSL counts in int; what is larger is sealed in pieces by the caller.
constexpr std::size_t kLargestSealedBytes = std::size_t{1} << 30;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

template <class Token>
Token truncated(const Hash256& hash) {
  return Token::from_bytes(hash.data());
}

// Looked up once: an implicit look-up for every call is measurable on the hot path.
const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  QCDR_ASSERT(cipher != nullptr);
  return cipher;
}

enum class Direction : int { kOpen = 0, kSeal = 1 };

// A context that knows its cipher, direction and key: to set a key anew costs several times what it
// costs to open a record of one row, so that a context stays with its key and each use sets the
// nonce alone.
class CipherContext {
 public:
  explicit CipherContext(Direction direction) : context_(EVP_CIPHER_CTX_new()) {
    QCDR_ASSERT(context_ != nullptr);
    QCDR_ASSERT(EVP_CipherInit_ex2(context_, aes_256_gcm(), nullptr, nullptr,
                                   static_cast<int>(direction), nullptr) == 1);
  }
  ~CipherContext() {
    EVP_CIPHER_CTX_free(context_);
    OPENSSL_cleanse(key_.data(), key_.size());
  }
  CipherContext(const CipherContext&) = delete;
  CipherContext& operator=(const CipherContext&) = delete;
  EVP_CIPHER_CTX* begin(const Key256& key, const Nonce96& nonce) {
    constexpr int kSameDirection = -1;
    const bool same_key = has_key_ && key == key_;
    QCDR_ASSERT(EVP_CipherInit_ex2(context_, nullptr, same_key ? nullptr : key.data(), nonce.data(),
                                   kSameDirection, nullptr) == 1);
    if (!same_key) key_ = key;
    has_key_ = true;
    return context_;
  }

 private:
  EVP_CIPHER_CTX* context_;
  Key256 key_{};
  bool has_key_ = false;
};

// The contexts of one thread and direction, one for each of the keys in use; keys that share a
// place take turns. Keys are random, so any byte of one spreads them.
class CipherContexts {
 public:
  explicit CipherContexts(Direction direction) : direction_(direction) {}
  EVP_CIPHER_CTX* begin(const Key256& key, const Nonce96& nonce) {
    std::unique_ptr<CipherContext>& context = contexts_[key.front()];
    if (context == nullptr) context = std::make_unique<CipherContext>(direction_);
    return context->begin(key, nonce);
  }

 private:
  const Direction direction_;
  std::array<std::unique_ptr<CipherContext>, 256> contexts_;  // by the key's first byte
};

constexpr std::size_t kHashBlockBytes = SHA256_CBLOCK;

}  // namespace

Hash256 sha256(std::string_view data) {
  Hash256 hash;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(hash.data(), &context);
  return hash;
}

// RFC 2104; a key is shorter than a block, so it is padded and never hashed.
Hash256 hmac_sha256(const Key256& key, std::string_view data) {
  constexpr std::uint8_t kInner = 0x36;
  constexpr std::uint8_t kOuter = 0x5c;
  static_assert(std::tuple_size_v<Key256> <= kHashBlockBytes);
  std::array<std::uint8_t, kHashBlockBytes> pad;
  const auto begin = [&](std::uint8_t fill, SHA256_CTX* context) {
    pad.fill(fill);
    for (std::size_t i = 0; i < key.size(); ++i) pad[i] = static_cast<std::uint8_t>(key[i] ^ fill);
    SHA256_Init(context);
    SHA256_Update(context, pad.data(), pad.size());
  };
  Hash256 hash;
  SHA256_CTX context;
  begin(kInner, &context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(hash.data(), &context);
  begin(kOuter, &context);
  SHA256_Update(&context, hash.data(), hash.size());
  SHA256_Final(hash.data(), &context);
  OPENSSL_cleanse(pad.data(), pad.size());
  OPENSSL_cleanse(&context, sizeof context);
  return hash;
}

std::string_view view(const Hash256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  QCDR_ASSERT(context_ != nullptr);
  QCDR_ASSERT(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}
Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

void Sha256::update(std::string_view data) {
  QCDR_ASSERT(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), data.data(), data.size()) == 1);
}

Hash256 Sha256::finish() {
  Hash256 hash;
  unsigned int length = 0;
  QCDR_ASSERT(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), hash.data(), &length) == 1);
  QCDR_ASSERT(length == hash.size());
  return hash;
}

std::string seal(const Key256& key, const Nonce96& nonce, std::string_view associated_data,
                 std::string_view plaintext) {
  QCDR_ASSERT(plaintext.size() <= kLargestSealedBytes);
  thread_local CipherContexts sealing(Direction::kSeal);
  EVP_CIPHER_CTX* context = sealing.begin(key, nonce);
  std::string sealed(plaintext.size() + kTagBytes, '\0');
  int length = 0;
  QCDR_ASSERT(EVP_EncryptUpdate(context, nullptr, &length, bytes_of(associated_data),
                                static_cast<int>(associated_data.size())));
  QCDR_ASSERT(EVP_EncryptUpdate(context, bytes_of(sealed), &length, bytes_of(plaintext),
                                static_cast<int>(plaintext.size())));
  int last = 0;
  QCDR_ASSERT(EVP_EncryptFinal_ex(context, bytes_of(sealed) + length, &last));
  QCDR_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                  bytes_of(sealed) + plaintext.size()));
  return sealed;
}

Result<std::string> open_sealed(const Key256& key, const Nonce96& nonce,
                                std::string_view associated_data, std::string_view sealed) {
  std::string plaintext;
  QCDR_RETURN_IF_ERROR(open_sealed(key, nonce, associated_data, sealed, &plaintext));
  return plaintext;
}

Status open_sealed(const Key256& key, const Nonce96& nonce, std::string_view associated_data,
                   std::string_view sealed, std::string* plaintext) {
  if (sealed.size() < kTagBytes) return Status(ErrorCode::kCorruption, "sealed bytes too short");
  if (sealed.size() > kLargestSealedBytes + kTagBytes) {
    return Status(ErrorCode::kCorruption, "sealed bytes too long");
  }
  thread_local CipherContexts opening(Direction::kOpen);
  EVP_CIPHER_CTX* context = opening.begin(key, nonce);
  const std::size_t length = sealed.size() - kTagBytes;
  plaintext->resize(length);
  std::array<char, kTagBytes> tag;
  sealed.copy(tag.data(), tag.size(), length);
  int written = 0;
  QCDR_ASSERT(EVP_DecryptUpdate(context, nullptr, &written, bytes_of(associated_data),
                                static_cast<int>(associated_data.size())));
  QCDR_ASSERT(EVP_DecryptUpdate(context, bytes_of(*plaintext), &written, bytes_of(sealed),
                                static_cast<int>(length)));
  QCDR_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  int last = 0;
  if (EVP_DecryptFinal_ex(context, bytes_of(*plaintext) + written, &last) != 1) {
    plaintext->clear();
    return Status(ErrorCode::kCorruption, "sealed bytes do not open with this key");
  }
  return Status::ok();
}

TinToken make_tin_token(const Key256& token_key, std::string_view tin) {
  return truncated<TinToken>(hmac_sha256(token_key, "tin|" + std::string(tin)));
}

CaseToken make_case_token(const Key256& token_key, PracticeId practice, PerformanceYear year,
                          std::string_view case_id) {
  std::string input =
      "case|" + std::to_string(practice.value()) + "|" + std::to_string(year.value()) + "|";
  input.append(case_id);
  return truncated<CaseToken>(hmac_sha256(token_key, input));
}

EntityId make_group_entity(const Key256& entity_key, PerformanceYear year, const TinToken& tin) {
  std::string input = "group|" + std::to_string(year.value()) + "|";
  input.append(tin.bytes());
  return truncated<EntityId>(hmac_sha256(entity_key, input));
}

EntityId make_individual_entity(const Key256& entity_key, PerformanceYear year, const TinToken& tin,
                                Npi npi) {
  std::string input = "individual|" + std::to_string(year.value()) + "|";
  input.append(tin.bytes());
  input.append("|" + std::to_string(npi.value()));
  return truncated<EntityId>(hmac_sha256(entity_key, input));
}

}  // namespace qcdr
