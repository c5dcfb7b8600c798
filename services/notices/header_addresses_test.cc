#include "notices/recipients.h"

namespace qcdr {
namespace {

std::string file(const std::string& addresses, const std::string& behind = "") {
  std::string text = "<?xml version=\"1.0\"?><AnesthesiaRecords><RecordHeader><EmailSet>";
  text += addresses + "</EmailSet></RecordHeader>" + behind;
  return text;
}
std::string named(const std::string& address) {
  return "<EmailNotificationSet><EmailNotificationFirstName>Dana</EmailNotificationFirstName>"
         "<EmailNotificationAddress> " +
         address + "\n</EmailNotificationAddress></EmailNotificationSet>";
}
std::vector<std::string> read(const std::string& bytes, std::size_t piece) {
  HeaderAddresses addresses;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!addresses.feed(bytes.substr(at, piece))) break;
  }
  return addresses.take();
}
using Addresses = std::vector<std::string>;

TEST(HeaderAddressesTest, AreThoseOfTheHeader) {
  const std::string bytes =
      file(named("b@example.org") + named("a@example.org") + named("a@example.org"),
           "<Other>" + named("later@example.org") + "</Other>");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    EXPECT_EQ(read(bytes, piece), (Addresses{"a@example.org", "b@example.org"})) << piece;
  }
}

TEST(HeaderAddressesTest, WhatIsNoAddressIsLeftOut) {
  EXPECT_EQ(read(file(named("Dana Doe") + named("a@b, c@d") + named("")), 100), Addresses());
}

TEST(HeaderAddressesTest, OtherBytesNameNobody) {
  for (const char* bytes : {"", "tin,npi\n1,2\n", "{\"a\": 1}", "PK\x03\x04garbage", "<a><b>"}) {
    EXPECT_EQ(read(bytes, 1000), Addresses()) << bytes;
  }
}

}  // namespace
}  // namespace qcdr
