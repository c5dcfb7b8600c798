#include <algorithm>

#include "intake/unpacker.h"
#include "intake/xml_reader.h"
#include "notices/mail_sender.h"
#include "notices/recipients.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kHeaderBytesMax = std::uint64_t{4} << 20;
constexpr std::size_t kAddressesMax = 100;
constexpr std::size_t kTextBytesMax = 1000;

// Collects <EmailNotificationAddress> until </RecordHeader>.
class Collector final : public intake::XmlHandler {
 public:
  void attach(intake::XmlReader* reader) { reader_ = reader; }
  void start_element(std::string_view name) override {
    open_.emplace_back(name);
    text_.clear();
  }
  void text(std::string_view piece) override {
    if (text_.size() + piece.size() <= kTextBytesMax) text_ += piece;
  }
  void end_element() override {
    const std::string name = open_.empty() ? "" : open_.back();
    if (!open_.empty()) open_.pop_back();
    if (name == "EmailNotificationAddress" && addresses.size() < kAddressesMax) take_address();
    if (name == "RecordHeader") reader_->stop(Status(ErrorCode::kAborted, "the header ended"));
  }
  std::vector<std::string> addresses;

 private:
  void take_address() {
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    const std::size_t last = text_.find_last_not_of(" \t\r\n");
    if (first == std::string::npos) return;
    const std::string address = text_.substr(first, last - first + 1);
    if (is_mail_address(address)) addresses.push_back(address);
  }

  intake::XmlReader* reader_ = nullptr;
  std::vector<std::string> open_;
  std::string text_;
};

}  // namespace

struct HeaderAddresses::Parts final : intake::UnpackHandler {
  Parts() : reader(collector, kHeaderBytesMax) { collector.attach(&reader); }
  Status file_begin(std::size_t) override { return Status::ok(); }
  Status file_data(std::string_view bytes) override { return reader.feed(bytes); }
  Status file_end() override { return Status(ErrorCode::kAborted, "one file is enough"); }

  Collector collector;
  intake::XmlReader reader;
  std::unique_ptr<intake::Unpacker> unpacker;
  bool begun = false;
};

HeaderAddresses::HeaderAddresses() : parts_(std::make_unique<Parts>()) {}
HeaderAddresses::~HeaderAddresses() = default;

bool HeaderAddresses::feed(std::string_view bytes) {
  if (!parts_->begun) {
    parts_->begun = true;
    const intake::ArchiveType type = intake::archive_type(bytes);
    if (type != intake::ArchiveType::kNone) {
      parts_->unpacker = intake::make_unpacker(type, *parts_, kHeaderBytesMax);
    }
  }
  return parts_->unpacker != nullptr ? parts_->unpacker->feed(bytes).is_ok()
                                     : parts_->reader.feed(bytes).is_ok();
}

std::vector<std::string> HeaderAddresses::take() {
  std::vector<std::string>& addresses = parts_->collector.addresses;
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return std::move(addresses);
}

}  // namespace qcdr
