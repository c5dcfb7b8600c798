// What a parse gave, kept for tests. Test-only.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/findings_seen_test.h"
#include "intake/parser.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {

class TestingCollector final : public RowSink {
 public:
  Status row(v1::Row row, const TinTable& tins) override {
    for (std::uint32_t number = 1; number <= tins.size(); ++number) {
      if (last_four.size() < number) last_four.push_back(tins.entry(number).last_four());
    }
    for (const v1::Verdict& verdict : row.verdicts()) note_finding_seen(verdict.code());
    rows.push_back(std::move(row));
    return Status::ok();
  }
  void file_finding(v1::Verdict verdict) override {
    note_finding_seen(verdict.code());
    file.push_back(std::move(verdict));
  }

  std::size_t facts() const {
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const v1::Row& row) {
      return row.fact_case() != v1::Row::FACT_NOT_SET;
    }));
  }

  std::vector<v1::Row> rows;
  std::vector<v1::Verdict> file;
  std::vector<std::string> last_four;  // of the TINs, by number - 1
};

inline ParserOptions testing_options() {
  ParserOptions options;
  options.practice = PracticeId(1234);
  options.year = PerformanceYear(2022);
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  options.test_mode = true;
  options.received_at = Instant::parse("2022-12-05T12:00:00Z").value();
  return options;
}

// Parses `bytes` in pieces of `piece` bytes; the status of the first call that is not ok.
inline Status testing_parse(v1::RecordKind kind, std::string_view format, std::string_view bytes,
                            std::size_t piece, const ParserOptions& options, RowSink& sink) {
  TestingKeyRing keys;
  auto parser = make_parser(kind, format, options, keys, sink);
  if (!parser.is_ok()) return parser.status();
  while (!bytes.empty()) {
    const std::string_view taken = bytes.substr(0, piece);
    bytes.remove_prefix(taken.size());
    QCDR_RETURN_IF_ERROR(parser.value()->feed(taken));
  }
  return parser.value()->finish();
}

}  // namespace qcdr::intake
