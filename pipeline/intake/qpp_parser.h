// Parser of submissions in CMS's JSON form, one document or one a line; qpp_document.h says what
// becomes of them. It gives the records of its kind: who takes such a file in makes an upload of
// each kind that qpp_kinds() finds.
//
// Thread-safety, ownership, errors: see Parser.
#pragma once

#include <cstdint>
#include <set>

#include "intake/node_rows.h"
#include "intake/parser.h"
#include "intake/qpp_document.h"

namespace qcdr::intake {

// What a file's submissions carry is read from those that end within so many bytes; a category that
// comes only behind them refuses the file, because nobody would read it.
inline constexpr std::size_t kQppHeadBytes = kIdentifyBytes / 2;
static_assert(kMaxQppDocumentBytes <= kQppHeadBytes);

// The head of the first submission, with the kinds of all of the first bytes. None: there is none.
std::optional<QppHead> read_qpp_head(std::string_view first_bytes);

class QppParser final : public Parser, private JsonRecordHandler {
 public:
  QppParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  Status json_record(const JsonNode& document, const std::string& pointer, bool cut) override;
  Status emit(const NodeRecord& record);
  // A category that nobody reads.
  std::optional<v1::Verdict> check_kinds(const JsonNode& document);
  Status refuse(v1::Verdict verdict);

  const ParserOptions options_;
  RowSink& sink_;
  JsonRecords reader_;
  NodeRows rows_;
  std::set<v1::RecordKind> kinds_;  // of the head
  std::uint64_t fed_ = 0;
  Status status_;
};

}  // namespace qcdr::intake
