// What a packed upload is, from the first file inside.
#include <optional>

#include "intake/identify_parts.h"
#include "intake/limits.h"
#include "intake/parser.h"

namespace qcdr::intake {
namespace {

// Collects the head of the first file.
class FirstFile final : public UnpackHandler {
 public:
  Status file_begin(std::size_t) override { return Status::ok(); }
  Status file_data(std::string_view bytes) override {
    head_.append(bytes.substr(0, kIdentifyBytes - head_.size()));
    return head_.size() < kIdentifyBytes ? Status::ok() : enough();
  }
  Status file_end() override {
    ended_ = true;
    return enough();
  }
  const std::string& head() const { return head_; }
  bool ended() const { return ended_; }

 private:
  static Status enough() { return Status(ErrorCode::kAborted, "first file was read"); }

  std::string head_;
  bool ended_ = false;
};

}  // namespace

std::optional<v1::Verdict> identify_archive(ArchiveType type, std::string_view bytes,
                                            Identified* result) {
  FirstFile first;
  const auto unpacker = make_unpacker(type, first, kDefaultMaxUploadBytes);
  const bool cut_off = bytes.size() >= kIdentifyBytes;
  // Stopping early is what the handler does when it has seen enough.
  if (unpacker->feed(bytes).is_ok() && !cut_off) {
    static_cast<void>(unpacker->finish().is_ok());
  }
  if (unpacker->failure().has_value()) return *unpacker->failure();
  v1::Verdict why;
  const auto sender =
      result->practice.value() == 0 ? std::nullopt : std::optional(result->practice);
  const Result<Identified> inside = identify(first.head(), &why, sender);
  if (!inside.is_ok()) return why;
  *result = inside.value();
  const std::string_view prefix = type == ArchiveType::kZip ? kZipPrefix : kGzipPrefix;
  result->format = std::string(prefix) + inside.value().format;
  return std::nullopt;
}

}  // namespace qcdr::intake
