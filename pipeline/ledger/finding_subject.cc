#include "ledger/finding_subject.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "core/bytes.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Facts call these fields alike, whatever their kind.
const FieldDescriptor* single_field(const Message& fact, const char* name,
                                    FieldDescriptor::CppType type) {
  const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && !field->is_repeated() && field->cpp_type() == type ? field : nullptr;
}

std::string subject_of_fact(const Message& fact, int kind, const v1::ChunkRows& rows) {
  const FieldDescriptor* tin = single_field(fact, "tin", FieldDescriptor::CPPTYPE_UINT32);
  const FieldDescriptor* npi = single_field(fact, "npi", FieldDescriptor::CPPTYPE_UINT64);
  const std::uint32_t index =
      tin != nullptr ? fact.GetReflection()->GetUInt32(fact, tin) : 0;  // plus one
  const std::uint64_t number = npi != nullptr ? fact.GetReflection()->GetUInt64(fact, npi) : 0;
  const bool has_tin = index > 0 && index <= static_cast<std::uint32_t>(rows.tins_size());
  if (!has_tin && number == 0) return {};
  ByteWriter writer;
  writer.varint(static_cast<std::uint64_t>(kind));
  writer.text(has_tin ? rows.tins(static_cast<int>(index) - 1).token() : std::string());
  writer.u64(number);
  return writer.take();
}

}  // namespace

std::string finding_subject(const v1::Row& row, const v1::ChunkRows& rows) {
  const int kind = row.fact_case();
  if (kind == v1::Row::FACT_NOT_SET) return {};
  if (kind == v1::Row::kAnesthesiaCase) return row.anesthesia_case().case_token();
  const FieldDescriptor* field = v1::Row::descriptor()->FindFieldByNumber(kind);
  return subject_of_fact(row.GetReflection()->GetMessage(row, field), kind, rows);
}

}  // namespace qcdr::ledger
