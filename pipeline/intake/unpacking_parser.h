// Parser of packed uploads: unpacks and gives each file to the parser of its kind and format.
//
// The files of one archive are one upload: they must be of one kind, format, practice and year, and
// their rows are numbered through in the order of the archive. Findings in the second file and
// after say "file 2: " before their path.
// Thread-safety, ownership, errors: see Parser.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "intake/identify.h"
#include "intake/parser.h"
#include "intake/unpacker.h"

namespace qcdr::intake {

class UnpackingParser final : public Parser, private UnpackHandler, private RowSink {
 public:
  // Makes the parser of one file inside.
  using MakeParser = std::function<Result<std::unique_ptr<Parser>>(RowSink& sink)>;
  UnpackingParser(ArchiveType type, v1::RecordKind kind, std::string_view inner_format,
                  const ParserOptions& options, MakeParser make_parser, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  Status file_begin(std::size_t number) override;
  Status file_data(std::string_view bytes) override;
  Status file_end() override;
  Status row(v1::Row row, const TinTable& tins) override;
  void file_finding(v1::Verdict verdict) override;
  bool wants_source() const override { return sink_.wants_source(); }
  void source(SourceRow row) override { sink_.source(std::move(row)); }
  // The head of a further file is there: it must be like the first one.
  Status begin_further_file();
  Status report(Status status);
  void name_file(v1::SourceLocation* location) const;

  const v1::RecordKind kind_;
  const std::string inner_format_;
  const ParserOptions options_;
  const MakeParser make_parser_;
  RowSink& sink_;
  std::unique_ptr<Unpacker> unpacker_;
  std::unique_ptr<Parser> parser_;  // of the file at hand; null: its head is being collected
  std::size_t file_ = 0;
  std::string head_;
  std::uint32_t next_ordinal_ = 0;
  std::uint32_t first_ordinal_ = 0;  // of the file at hand
  bool reported_ = false;
};

}  // namespace qcdr::intake
