#include "notices/mail_sender.h"

namespace qcdr {
namespace {

Mail mail() {
  return {"id@example.org", "qcdr@example.org", "champion@example.org",
          "A subject",      "one\ntwo\n",       Instant::parse("2023-01-31T12:05:09Z").value()};
}

TEST(MailTextTest, IsAsTheStandardWantsIt) {
  EXPECT_EQ(mail_text(mail()),
            "Date: Tue, 31 Jan 2023 12:05:09 +0000\r\n"
            "From: <qcdr@example.org>\r\n"
            "To: <champion@example.org>\r\n"
            "Message-ID: <id@example.org>\r\n"
            "Subject: A subject\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
            "one\r\ntwo\r\n");
}

TEST(MailTextTest, NoValueAddsAHeader) {
  Mail hostile = mail();
  hostile.subject = "A\r\nBcc: <all@example.org>";
  EXPECT_EQ(mail_text(hostile).find("\nBcc:"), std::string::npos);
}

TEST(MailTextTest, AddressesAreChecked) {
  for (const char* good : {"a@b", "dana.doe+x@mail.example.org"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const char* bad :
       {"", "@b", "a@", "a", "a@b@c", "a b@c", "a@b\r\nX: y", "<a@b>", "a@b,c@d", "\xc3\xa4@b"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
  EXPECT_FALSE(is_mail_address(std::string(300, 'a') + "@b"));
}

}  // namespace
}  // namespace qcdr
