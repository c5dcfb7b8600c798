#include "cli/serve_config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

class ServeConfigTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0644) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  Status read(const std::string& text, mode_t mode = 0644) {
    config_ = ServeConfig();
    return read_serve_config(write("qcdr.yaml", text, mode), &config_);
  }

  stream::TemporaryDirectory directory_;
  ServeConfig config_;
};

TEST_F(ServeConfigTest, TakesEveryKey) {
  const Status status = read(
      "kafka:\n  bootstrap.servers: b:9092\n  consumer.session.timeout.ms: 15000\n"
      "slot: 7\nstate_dir: s\nblob_dir: b\nkey_dir: k\nsnapshot_dir: c\nreference_dir: "
      "r\nsnapshot_minutes: 2.5\n"
      "admin: 127.0.0.1:1\nlog_format: text\nreplay: true\n");
  ASSERT_TRUE(status.is_ok()) << status.to_string();
  EXPECT_EQ(config_.kafka.at("bootstrap.servers"), "b:9092");
  EXPECT_EQ(config_.kafka.at("consumer.session.timeout.ms"), "15000");
  EXPECT_EQ(config_.slot, "7");
  EXPECT_EQ(config_.state_directory + config_.blob_directory + config_.key_directory +
                config_.snapshot_directory + config_.reference_directory,
            "sbkcr");
  EXPECT_EQ(config_.snapshot_milliseconds, 150'000);
  EXPECT_TRUE(config_.text_log);
  EXPECT_TRUE(config_.replay);
  EXPECT_TRUE(read("").is_ok());
}

TEST_F(ServeConfigTest, SaysWhatIsWrongInWhichLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"slot: 0\nstatedir: x\n", ":2: unknown key statedir; there are kafka, "},
      {"slot: 0\nslot: 1\n", ":2: repeated key slot"},
      {"slot: 0\n  bad\n - x: [\n", ": this is not YAML: "},
      {"- slot\n", ":1: a map of keys is expected"},
      {"slot: [0, 1]\n", ":1: slot takes one value"},
      {"state_dir:\n", ":1: state_dir takes one value"},
      {"\nreplay: maybe\n", ":2: replay is false or true"},
      {"log_format: xml\n", ":1: log_format is json or text"},
      {"snapshot_minutes: 0\n", ":1: snapshot_minutes is a number from 0.01 to 10080"},
      {"snapshot_minutes: nan\n", ":1: snapshot_minutes is a number"},
      {"snapshot_minutes: 10081\n", ":1: snapshot_minutes is a number"},
      {"snapshot_minutes: often\n", ":1: snapshot_minutes is a number"},
      {"kafka: b:9092\n", ":1: kafka takes a map of properties"},
      {"kafka:\n  acks: [1]\n", ":2: kafka: acks takes one value"},
      {"kafka:\n  a.b: 1\n  a.b: 2\n", ":3: repeated key a.b"},
      {"kafka_secret_files: x\n", ":1: kafka_secret_files takes a map of properties"}};
  for (const auto& [text, message] : cases) {
    const Status status = read(text);
    EXPECT_EQ(status.code(), ErrorCode::kInvalidArgument) << text;
    EXPECT_NE(status.message().find("qcdr.yaml"), std::string::npos) << status.message();
    EXPECT_NE(status.message().find(message), std::string::npos) << status.message();
  }
}

TEST_F(ServeConfigTest, AFileThatIsNotThereIsNamed) {
  const Status none = read_serve_config(directory_.path() + "/none.yaml", &config_);
  EXPECT_EQ(none.code(), ErrorCode::kNotFound);
  EXPECT_NE(none.message().find("none.yaml"), std::string::npos);
  EXPECT_EQ(read_serve_config(directory_.path(), &config_).code(), ErrorCode::kInvalidArgument);
}

TEST_F(ServeConfigTest, SecretsComeFromFilesThatNobodyElseCanUse) {
  const std::string file = write("password", "swordfish\n", 0600);
  const std::string open = write("open", "swordfish\n", 0644);
  ASSERT_TRUE(read("kafka_secret_files:\n  sasl.password: " + file + "\n").is_ok());
  EXPECT_EQ(config_.kafka.at("sasl.password"), "swordfish");
  const Status refused = read("kafka_secret_files:\n  sasl.password: " + open + "\n");
  EXPECT_EQ(refused.code(), ErrorCode::kPermissionDenied);
  EXPECT_NE(refused.message().find(":2: sasl.password: "), std::string::npos);
  EXPECT_EQ(read("kafka_secret_files:\n  sasl.password: /none/there\n").code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(
      read("kafka:\n  sasl.password: x\nkafka_secret_files:\n  sasl.password: " + file + "\n", 0600)
          .code(),
      ErrorCode::kInvalidArgument);
}

TEST_F(ServeConfigTest, AFileThatHoldsASecretMustBeOneItself) {
  for (const char* name : {"sasl.password", "ssl.key.password", "consumer.ssl.keystore.password",
                           "sasl.oauthbearer.client.secret", "ssl.key.pem"}) {
    const std::string text = std::string("kafka:\n  ") + name + ": swordfish\n";
    const Status open = read(text, 0644);
    EXPECT_EQ(open.code(), ErrorCode::kPermissionDenied) << name;
    EXPECT_EQ(open.message().find("swordfish"), std::string::npos);
    EXPECT_TRUE(read(text, 0600).is_ok()) << name;
  }
  EXPECT_TRUE(read("kafka:\n  sasl.username: qcdr\n", 0644).is_ok());
}

TEST_F(ServeConfigTest, ABrokerAndANameAreNeeded) {
  EXPECT_EQ(cluster_config("", "").status().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(cluster_config("", "b:9092").is_ok());
  const std::string file = write("qcdr.yaml", "kafka:\n  bootstrap.servers: a:1\nreplay: true\n");
  EXPECT_EQ(cluster_config(file, "").value().kafka.at("bootstrap.servers"), "a:1");
  EXPECT_EQ(cluster_config(file, "b:9092").value().kafka.at("bootstrap.servers"), "b:9092");
  EXPECT_TRUE(cluster_config(file, "").value().replay);
  for (const std::string& slot : {std::string(), std::string("a b"), std::string(101, 'x')}) {
    config_ = cluster_config(file, "").value();
    config_.slot = slot;
    EXPECT_EQ(check_serve_config(config_).code(), ErrorCode::kInvalidArgument) << slot;
  }
}

}  // namespace
}  // namespace qcdr
