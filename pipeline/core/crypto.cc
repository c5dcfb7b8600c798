#include "core/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

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

class CipherContext {
 public:
  CipherContext() : context_(EVP_CIPHER_CTX_new()) { QCDR_ASSERT(context_ != nullptr); }
  ~CipherContext() { EVP_CIPHER_CTX_free(context_); }
  CipherContext(const CipherContext&) = delete;
  CipherContext& operator=(const CipherContext&) = delete;
  EVP_CIPHER_CTX* get() { return context_; }

 private:
  EVP_CIPHER_CTX* context_;
};

// EVP_CIPHER_CTX allocation is measurable on the hot path, so each thread keeps one.
EVP_CIPHER_CTX* thread_cipher_context() {
  thread_local CipherContext context;
  EVP_CIPHER_CTX_reset(context.get());
  return context.get();
}

}  // namespace

Hash256 sha256(std::string_view data) {
  Hash256 hash;
  SHA256(bytes_of(data), data.size(), hash.data());
  return hash;
}

Hash256 hmac_sha256(const Key256& key, std::string_view data) {
  Hash256 hash;
  unsigned int length = 0;
  const auto* result = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data),
                            data.size(), hash.data(), &length);
  QCDR_ASSERT(result != nullptr && length == hash.size());
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
  EVP_CIPHER_CTX* context = thread_cipher_context();
  std::string sealed(plaintext.size() + kTagBytes, '\0');
  int length = 0;
  QCDR_ASSERT(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()));
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
  if (sealed.size() < kTagBytes) return Status(ErrorCode::kCorruption, "sealed bytes too short");
  if (sealed.size() > kLargestSealedBytes + kTagBytes) {
    return Status(ErrorCode::kCorruption, "sealed bytes too long");
  }
  EVP_CIPHER_CTX* context = thread_cipher_context();
  const std::size_t length = sealed.size() - kTagBytes;
  std::string plaintext(length, '\0');
  std::string tag(sealed.substr(length));
  int written = 0;
  QCDR_ASSERT(EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()));
  QCDR_ASSERT(EVP_DecryptUpdate(context, nullptr, &written, bytes_of(associated_data),
                                static_cast<int>(associated_data.size())));
  QCDR_ASSERT(EVP_DecryptUpdate(context, bytes_of(plaintext), &written, bytes_of(sealed),
                                static_cast<int>(length)));
  QCDR_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes_of(tag)));
  int last = 0;
  if (EVP_DecryptFinal_ex(context, bytes_of(plaintext) + written, &last) != 1) {
    return Status(ErrorCode::kCorruption, "sealed bytes do not open with this key");
  }
  return plaintext;
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
