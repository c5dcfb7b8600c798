// The digest follows what messages can say, wherever below them it is defined, and nothing else.
#include "common/contract_digest.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <functional>

#include "qcdr/v1/score_projection.pb.h"
#include "qcdr/v1/upload.pb.h"

namespace qcdr {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;

// Score projections as a release has them whose contract was changed.
Hash256 of_changed(const std::function<void(FileDescriptorProto*)>& change) {
  FileDescriptorProto file;
  v1::ScoreProjection::descriptor()->file()->CopyTo(&file);
  change(&file);
  DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  EXPECT_NE(built, nullptr);
  return contract_digest({built->FindMessageTypeByName("ScoreProjection")});
}

google::protobuf::DescriptorProto* message(FileDescriptorProto* file, const std::string& name) {
  for (auto& each : *file->mutable_message_type()) {
    if (each.name() == name) return &each;
  }
  return nullptr;
}

TEST(ContractDigestTest, ItIsOfWhatCanBeSaid) {
  const Hash256 ours = contract_digest({v1::ScoreProjection::descriptor()});
  EXPECT_EQ(of_changed([](FileDescriptorProto*) {}), ours);
  EXPECT_EQ(of_changed([](FileDescriptorProto* file) { file->set_name("other.proto"); }), ours);
  const auto add_field = [](const char* to, FieldDescriptorProto::Type type) {
    return of_changed([=](FileDescriptorProto* file) {
      FieldDescriptorProto* field = message(file, to)->add_field();
      field->set_name("later");
      field->set_number(99);
      field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
      field->set_type(type);
    });
  };
  const Hash256 with_text = add_field("ScoreProjection", FieldDescriptorProto::TYPE_STRING);
  EXPECT_NE(with_text, ours);
  EXPECT_NE(with_text, add_field("ScoreProjection", FieldDescriptorProto::TYPE_BYTES));
  EXPECT_NE(add_field("RangeCause", FieldDescriptorProto::TYPE_STRING), ours);  // two levels below
  EXPECT_NE(of_changed([](FileDescriptorProto* file) {
              auto* value = message(file, "RangeCause")->mutable_enum_type(0)->add_value();
              value->set_name("CAUSE_LATER");
              value->set_number(99);
            }),
            ours);
}

TEST(ContractDigestTest, OtherMessagesAreOtherwise) {
  EXPECT_NE(contract_digest({v1::ScoreProjection::descriptor()}),
            contract_digest({v1::Upload::descriptor()}));
}

}  // namespace
}  // namespace qcdr
