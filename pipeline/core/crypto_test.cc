#include "core/crypto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace qcdr {
namespace {

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

template <class Array>
Array array_of(std::string_view bytes) {
  Array array{};  // HMAC pads a shorter key with zeros, so vectors with short keys fit too.
  EXPECT_LE(bytes.size(), array.size());
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

std::string hex_of(const Hash256& hash) {
  return hex(view(hash));
}

TEST(Sha256, MatchesFips180Vectors) {
  EXPECT_EQ(hex_of(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InPiecesIsTheSame) {
  const std::string data(1000, 'q');
  for (std::size_t piece : {1u, 63u, 64u, 65u, 999u}) {
    Sha256 hash;
    for (std::size_t at = 0; at < data.size(); at += piece) {
      hash.update(std::string_view(data).substr(at, piece));
    }
    EXPECT_EQ(hash.finish(), sha256(data));
  }
  Sha256 first;
  first.update("ab");
  Sha256 second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.finish(), sha256("abc"));
}

TEST(HmacSha256, MatchesRfc4231Vectors) {
  EXPECT_EQ(hex_of(hmac_sha256(array_of<Key256>(std::string(20, '\x0b')), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_of(hmac_sha256(array_of<Key256>("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_of(hmac_sha256(array_of<Key256>(std::string(20, '\xaa')), std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(hex_of(hmac_sha256(
                array_of<Key256>(unhex("0102030405060708090a0b0c0d0e0f10111213141516171819")),
                std::string(50, '\xcd'))),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

// Test cases 13, 14 and 16 of the GCM specification submitted to NIST.
TEST(Seal, MatchesGcmVectors) {
  EXPECT_EQ(hex(seal(Key256{}, Nonce96{}, "", "")), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(hex(seal(Key256{}, Nonce96{}, "", std::string(16, '\0'))),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  const auto key =
      array_of<Key256>(unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
  const auto nonce = array_of<Nonce96>(unhex("cafebabefacedbaddecaf888"));
  const std::string plaintext = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const std::string sealed =
      seal(key, nonce, unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"), plaintext);
  EXPECT_EQ(hex(sealed),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

class SealRoundTrip : public ::testing::Test {
 protected:
  const Key256 key_ = sha256("key");
  const Nonce96 nonce_ = array_of<Nonce96>("nonce-000001");
  const std::string sealed_ = seal(key_, nonce_, "practice 7", "rows of a chunk");

  ErrorCode code_of(const Result<std::string>& result) { return result.status().code(); }
};

// A thread keeps its cipher contexts: nothing of one use may be left in the next.
TEST_F(SealRoundTrip, OneUseLeavesNothingForTheNext) {
  const Key256 other = sha256("another key");
  std::string plaintext = "of an earlier use";
  EXPECT_FALSE(open_sealed(other, nonce_, "practice 7", sealed_, &plaintext).is_ok());
  EXPECT_EQ(plaintext, "");
  EXPECT_TRUE(open_sealed(key_, nonce_, "practice 7", sealed_, &plaintext).is_ok());
  EXPECT_EQ(plaintext, "rows of a chunk");
  const std::string short_one = seal(other, nonce_, "", "x");
  EXPECT_EQ(seal(key_, nonce_, "practice 7", "rows of a chunk"), sealed_);
  EXPECT_TRUE(open_sealed(other, nonce_, "", short_one, &plaintext).is_ok());
  EXPECT_EQ(plaintext, "x");
}

TEST_F(SealRoundTrip, Opens) {
  EXPECT_EQ(open_sealed(key_, nonce_, "practice 7", sealed_).value(), "rows of a chunk");
  EXPECT_EQ(open_sealed(key_, nonce_, "", seal(key_, nonce_, "", "")).value(), "");
  const std::string large(300'000, 'z');
  EXPECT_EQ(open_sealed(key_, nonce_, "a", seal(key_, nonce_, "a", large)).value(), large);
}

TEST_F(SealRoundTrip, AnyChangedBitIsFound) {
  for (std::size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
    std::string changed = sealed_;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(code_of(open_sealed(key_, nonce_, "practice 7", changed)), ErrorCode::kCorruption);
  }
}

TEST_F(SealRoundTrip, AnotherKeyNonceOrAssociatedDataIsFound) {
  EXPECT_EQ(code_of(open_sealed(sha256("other"), nonce_, "practice 7", sealed_)),
            ErrorCode::kCorruption);
  EXPECT_EQ(code_of(open_sealed(key_, array_of<Nonce96>("nonce-000002"), "practice 7", sealed_)),
            ErrorCode::kCorruption);
  EXPECT_EQ(code_of(open_sealed(key_, nonce_, "practice 8", sealed_)), ErrorCode::kCorruption);
  EXPECT_EQ(code_of(open_sealed(key_, nonce_, "", sealed_)), ErrorCode::kCorruption);
}

TEST_F(SealRoundTrip, EveryTruncationIsFound) {
  for (std::size_t size = 0; size < sealed_.size(); ++size) {
    ASSERT_EQ(code_of(open_sealed(key_, nonce_, "practice 7", sealed_.substr(0, size))),
              ErrorCode::kCorruption);
  }
}

// After a failure the thread's cipher context is as good as new.
TEST_F(SealRoundTrip, AFailureLeavesNothingBehind) {
  EXPECT_FALSE(open_sealed(key_, nonce_, "wrong", sealed_).is_ok());
  EXPECT_EQ(seal(key_, nonce_, "practice 7", "rows of a chunk"), sealed_);
}

TEST(Tokens, DependOnEveryPartOfWhatTheyName) {
  const Key256 key = sha256("token key"), other_key = sha256("other key");
  const PracticeId practice(7);
  const PerformanceYear year(2022);
  std::set<std::string> cases;
  cases.insert(make_case_token(key, practice, year, "A1").to_hex());
  cases.insert(make_case_token(other_key, practice, year, "A1").to_hex());
  cases.insert(make_case_token(key, PracticeId(8), year, "A1").to_hex());
  cases.insert(make_case_token(key, practice, PerformanceYear(2023), "A1").to_hex());
  cases.insert(make_case_token(key, practice, year, "A2").to_hex());
  cases.insert(make_case_token(key, practice, year, "").to_hex());
  EXPECT_EQ(cases.size(), 6u);
  EXPECT_EQ(make_case_token(key, practice, year, "A1"), make_case_token(key, practice, year, "A1"));

  const TinToken tin = make_tin_token(key, "000456789");
  EXPECT_NE(tin, make_tin_token(key, "000456780"));
  EXPECT_NE(tin, make_tin_token(other_key, "000456789"));

  std::set<std::string> entities;
  const Npi npi = Npi::from_trusted(2'000'000'002), other_npi = Npi::from_trusted(2'000'000'010);
  entities.insert(make_group_entity(key, year, tin).to_hex());
  entities.insert(make_group_entity(key, PerformanceYear(2023), tin).to_hex());
  entities.insert(make_group_entity(other_key, year, tin).to_hex());
  entities.insert(make_individual_entity(key, year, tin, npi).to_hex());
  entities.insert(make_individual_entity(key, year, tin, other_npi).to_hex());
  entities.insert(make_individual_entity(key, PerformanceYear(2023), tin, npi).to_hex());
  entities.insert(
      make_individual_entity(key, year, make_tin_token(key, "000456780"), npi).to_hex());
  EXPECT_EQ(entities.size(), 7u);
}

// Tokens are in state and in keys: how they are made is permanent.
TEST(Tokens, AreTheFirst96BitsOfTheKeyedHash) {
  const Key256 key = sha256("token key");
  EXPECT_EQ(make_tin_token(key, "000456789").bytes(),
            view(hmac_sha256(key, "tin|000456789")).substr(0, 12));
  EXPECT_EQ(make_case_token(key, PracticeId(7), PerformanceYear(2022), "A1").bytes(),
            view(hmac_sha256(key, "case|7|2022|A1")).substr(0, 12));
  const TinToken tin = make_tin_token(key, "000456789");
  const std::string tin_bytes(tin.bytes());
  EXPECT_EQ(make_group_entity(key, PerformanceYear(2022), tin).bytes(),
            view(hmac_sha256(key, "group|2022|" + tin_bytes)).substr(0, 12));
  EXPECT_EQ(
      make_individual_entity(key, PerformanceYear(2022), tin, Npi::from_trusted(2'000'000'002))
          .bytes(),
      view(hmac_sha256(key, "individual|2022|" + tin_bytes + "|2000000002")).substr(0, 12));
}

}  // namespace
}  // namespace qcdr
