#include "notices/mail_settings.h"

#include <sys/stat.h>

#include <fstream>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

class MailSettingsTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  Result<MailSettings> read(const std::string& text) {
    return read_mail_settings(write("mail.yaml", text));
  }
  stream::TemporaryDirectory directory_;
};

constexpr const char* kGood =
    "host: mail.example.org\nfrom: qcdr@example.org\nlink_base: https://qcdr.example.org\n";

TEST_F(MailSettingsTest, AreRead) {
  write("password", "hunter-two\n");
  write("recipients.yaml", "\"1234\": [a@example.org, b@example.org]\nregistry: [c@example.org]\n");
  const auto settings = read(std::string(kGood) +
                             "user: qcdr\npassword_file: password\nrecipients: recipients.yaml\n"
                             "tries_max: 3\n");
  ASSERT_TRUE(settings.is_ok()) << settings.status().to_string();
  EXPECT_EQ(settings.value().port, 587);
  EXPECT_EQ(settings.value().tls, MailTls::kStartTls);
  EXPECT_EQ(settings.value().hello, "example.org");
  EXPECT_EQ(settings.value().password, "hunter-two");
  EXPECT_EQ(settings.value().tries_max, 3);
  EXPECT_EQ(settings.value().recipients.at("1234").size(), 2U);
  EXPECT_EQ(read(std::string(kGood) + "tls: start\n").value().port, 465);
}

TEST_F(MailSettingsTest, SayWhatIsWrongAndWhere) {
  write("open", "hunter-two\n", 0644);
  write("bad.yaml", "\"1234\": [nobody]\n");
  const std::vector<std::pair<std::string, const char*>> faults = {
      {"", "a map of keys"},
      {"from: a@b\n", "host is missing"},
      {std::string(kGood) + "hots: x\n", "unknown key hots"},
      {std::string(kGood) + "host: x\n", "repeated key host"},
      {std::string(kGood) + "port: 0\n", "port is a number"},
      {std::string(kGood) + "tls: none\n", "on this machine"},
      {std::string(kGood) + "tls: maybe\n", "starttls, start or none"},
      {std::string(kGood) + "user: u\n", "belong together"},
      {std::string(kGood) + "user: u\npassword_file: open\n", "open"},
      {std::string(kGood) + "recipients: bad.yaml\n", "no mail address"},
      {"host: h\nfrom: nobody\nlink_base: https://x\n", "from is no mail address"},
      {"host: h\nfrom: a@b\nlink_base: http://x\n", "https"}};
  for (const auto& [text, words] : faults) {
    const auto settings = read(text);
    ASSERT_FALSE(settings.is_ok()) << text;
    EXPECT_NE(settings.status().message().find(words), std::string::npos)
        << settings.status().message();
    EXPECT_EQ(settings.status().message().find("hunter-two"), std::string::npos);
  }
}

}  // namespace
}  // namespace qcdr
