// What makes qcdr a later release: linked with the objects of qcdr, it stands before every message
// that is written or read (the linker's --wrap), so that
// - what is written says all that the later contract has more, at every level, before it is sealed
//   or digested;
// - what is read may use the later values and members;
// - records have headers that today's release does not know;
// - the digest of the contract is that of the later one.
// Nothing is compiled twice. QCDR_LATER_NAMES: names, with commas, of the enum fields and oneofs in
// which it uses the later value or member ("qcdr.v1.Row.fact"); without it fields alone are more.
#include <google/protobuf/message.h>

#include <cstdlib>

#include "common/contract_digest.h"
#include "common/event_headers.h"
#include "later_contract.h"

// As the linker names what is wrapped; the same names stand in CMakeLists.txt.
#define QCDR_STRING "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
#define QCDR_SERIALIZE "_ZNK6google8protobuf11MessageLite17SerializeAsStringB5cxx11Ev"
#define QCDR_PARSE "_ZN6google8protobuf11MessageLite15ParseFromStringERK" QCDR_STRING
#define QCDR_UPLOAD_HEADERS "_ZN4qcdr14upload_headersERK" QCDR_STRING "S7_"
#define QCDR_CONSTANT_HEADERS "_ZN4qcdr22constant_event_headersERK" QCDR_STRING
#define QCDR_CONTRACT_DIGEST \
  "_ZN4qcdr15contract_digestERKSt6vectorIPKN6google8protobuf10DescriptorESaIS5_EE"

namespace qcdr::later {

using google::protobuf::MessageLite;
using Headers = std::vector<stream::Header>;
using Descriptors = std::vector<const Descriptor*>;

std::string real_serialize(const MessageLite* message) asm("__real_" QCDR_SERIALIZE);
bool real_parse(MessageLite* message, const std::string& bytes) asm("__real_" QCDR_PARSE);
Headers real_upload_headers(const std::string& id,
                            const std::string& place) asm("__real_" QCDR_UPLOAD_HEADERS);
Headers real_constant_headers(const std::string& topic) asm("__real_" QCDR_CONSTANT_HEADERS);
Hash256 real_contract_digest(const Descriptors& messages) asm("__real_" QCDR_CONTRACT_DIGEST);

namespace {

std::set<std::string> names() {
  std::set<std::string> all;
  const char* given = std::getenv("QCDR_LATER_NAMES");
  std::string rest = given == nullptr ? "" : given;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end > 0) all.insert(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return all;
}

const Descriptor* later_type(const MessageLite* message) {
  const auto* full = dynamic_cast<const Message*>(message);
  return full == nullptr ? nullptr : LaterContract::get().find(full->GetDescriptor());
}

}  // namespace

std::string later_serialize(const MessageLite* message) asm("__wrap_" QCDR_SERIALIZE);
std::string later_serialize(const MessageLite* message) {
  static const std::set<std::string> named = names();
  const Descriptor* type = later_type(message);
  if (type == nullptr) return real_serialize(message);
  const auto later = LaterContract::get().make(type);
  if (!real_parse(later.get(), real_serialize(message))) std::abort();
  say_later(later.get(), named);
  return real_serialize(later.get());
}

bool later_parse(MessageLite* message, const std::string& bytes) asm("__wrap_" QCDR_PARSE);
bool later_parse(MessageLite* message, const std::string& bytes) {
  const Descriptor* type = later_type(message);
  if (type == nullptr) return real_parse(message, bytes);
  const auto later = LaterContract::get().make(type);
  if (!real_parse(later.get(), bytes)) return real_parse(message, bytes);
  say_as_today(later.get());
  return real_parse(message, real_serialize(later.get()));
}

Headers later_upload_headers(const std::string& id,
                             const std::string& place) asm("__wrap_" QCDR_UPLOAD_HEADERS);
Headers later_upload_headers(const std::string& id, const std::string& place) {
  Headers headers = real_upload_headers(id, place);
  headers.insert(headers.begin(), {"tracestate", kOpenWords});
  headers.push_back({"baggage", ""});
  return headers;
}

Headers later_constant_headers(const std::string& topic) asm("__wrap_" QCDR_CONSTANT_HEADERS);
Headers later_constant_headers(const std::string& topic) {
  Headers headers = real_constant_headers(topic);
  headers.insert(headers.begin(), {"ce_dataschema", kOpenWords});
  return headers;
}

Hash256 later_contract_digest(const Descriptors& messages) asm("__wrap_" QCDR_CONTRACT_DIGEST);
Hash256 later_contract_digest(const Descriptors& messages) {
  Descriptors later;
  for (const Descriptor* message : messages) {
    later.push_back(LaterContract::get().find(message));
  }
  return real_contract_digest(later);
}

}  // namespace qcdr::later
