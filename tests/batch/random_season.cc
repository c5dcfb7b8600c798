#include "random_season.h"

#include <algorithm>
#include <array>
#include <deque>

#include "core/crypto.h"
#include "core/finding_codes.h"
#include "core/time.h"
#include "generate/random.h"
#include "random_rows.h"

namespace qcdr::batch {
namespace {

constexpr std::array<std::uint32_t, 2> kPractices = {1234, 1235};

// Before the season, in it and after it, and around every deadline of the year's calendar.
std::vector<Instant> instants_of(const rulebook::YearRules& rules) {
  const int year = rules.year().value();
  std::vector<Instant> instants;
  for (const auto& [after, day] :
       {std::pair(0, "-03-01T12:00:00-06:00"), std::pair(0, "-08-01T12:00:00-05:00"),
        std::pair(1, "-01-15T12:00:00-06:00"), std::pair(1, "-02-10T12:00:00-06:00")}) {
    instants.push_back(Instant::parse(std::to_string(year + after) + day).value());
  }
  for (const rulebook::Deadline& deadline : rules.deadlines()) {
    instants.push_back(Instant::from_milliseconds(deadline.passes_at.milliseconds() - 1));
    instants.push_back(deadline.passes_at);
  }
  return instants;
}

// By what right an upload comes; two of them may say what only the registry may.
constexpr std::array kAuthorities = {v1::AUTHORITY_REGISTRY_OPERATOR,
                                     v1::AUTHORITY_REGISTRY_DIRECTOR,
                                     v1::AUTHORITY_PRACTICE_ADMINISTRATOR};

class Maker {
 public:
  Maker(const rulebook::YearRules& rules, std::uint64_t seed, std::uint32_t practice,
        const ChunkTaker& taker)
      : rules_(rules),
        instants_(instants_of(rules)),
        random_(generate::mix(seed)),
        practice_(practice),
        taker_(taker) {}

  void upload() {
    kind_ = kind();
    authority_ = kAuthorities[random_.below(kAuthorities.size())];
    id_ = "upload-" + std::to_string(++count_);
    received_ = instants_[random_.below(static_cast<std::uint32_t>(instants_.size()))];
    rows_.clear();
    const std::uint32_t rows = 1 + random_.below(8);
    for (std::uint32_t i = 0; i < rows; ++i) rows_.push_back(row(i));
    const bool refused = random_.below(30) == 0;
    if (!refused || random_.below(3) == 0) send();
    complete(refused);
    if (random_.below(6) == 0) {  // validation runs again, or the file comes again later
      if (random_.below(3) == 0) {
        received_ = Instant::from_milliseconds(received_.milliseconds() + 86'400'000);
      }
      send();
      complete(refused);
    }
  }

 private:
  v1::RecordKind kind() {
    const std::uint32_t roll = random_.below(100);
    if (roll < 30) return v1::RECORD_KIND_ANESTHESIA_CASE;
    if (roll < 38) return v1::RECORD_KIND_ROSTER_ENTRY;
    if (roll < 45) return v1::RECORD_KIND_INDIVIDUAL_CONSENT;
    if (roll < 52) return v1::RECORD_KIND_OPT_OUT;
    if (roll < 58) return v1::RECORD_KIND_OFFICER_DECISION;
    return static_cast<v1::RecordKind>(1 + random_.below(v1::RecordKind_MAX));
  }

  // Chunks of any size; sometimes one is lost, or overlaps what came before.
  void send() {
    const auto size = static_cast<std::uint32_t>(rows_.size());
    for (std::uint32_t first = 0; first < size;) {
      const std::uint32_t end = std::min(size, first + 1 + random_.below(4));
      if (random_.below(12) != 0) chunk(first, end);
      first = random_.below(6) == 0 ? end - random_.below(2) : end;
      if (first == 0) first = end;
    }
  }

  void chunk(std::uint32_t first, std::uint32_t end) {
    v1::Chunk made;
    made.set_upload_id(id_);
    made.set_practice_id(practice_);
    made.set_performance_year(rules_.year().value());
    made.set_kind(kind_);
    made.set_first_ordinal(first);
    made.set_row_count(end - first);
    made.set_received_at(received_.milliseconds());
    made.mutable_actor()->set_authority(authority_);
    if (kind_ == v1::RECORD_KIND_OPT_OUT && random_.below(4) == 0 && count_ > 1) {
      made.set_supersedes("upload-" +
                          std::to_string(1 + random_.below(static_cast<std::uint32_t>(count_))));
    }
    v1::ChunkRows rows;
    for (std::uint32_t tin = 1; tin <= kRandomTins; ++tin) {
      std::string token(TinToken::kBytes, '\0');
      token[0] = static_cast<char>(tin);
      v1::TinEntry& entry = *rows.add_tins();
      entry.set_token(token);
      entry.set_last_four("000" + std::to_string(tin));
      entry.set_encrypted("sealed");
    }
    for (std::uint32_t i = first; i < end; ++i) *rows.add_rows() = rows_[i];
    taker_.chunk(made, rows);
  }

  void complete(bool refused) {
    v1::UploadCompleted completed;
    completed.set_upload_id(id_);
    completed.set_practice_id(practice_);
    completed.set_performance_year(rules_.year().value());
    completed.set_kind(kind_);
    completed.set_row_count(refused ? 0 : static_cast<std::uint32_t>(rows_.size()));
    completed.set_received_at(received_.milliseconds());
    completed.set_refused(refused);
    if (refused || random_.below(4) == 0) {
      completed.add_verdicts()->set_code(code_number(FindingCode::MEASURE_UNKNOWN));
    }
    taker_.completed(completed);
  }

  v1::Row row(std::uint32_t ordinal) {
    v1::Row made;
    if (random_.below(25) != 0) made = random_row(rules_, kind_, practice_, count_, &random_);
    made.set_ordinal(ordinal);
    if (random_.below(12) == 0) {
      made.add_verdicts()->set_code(code_number(FindingCode::NPI_CHECK_DIGIT));
    }
    return made;
  }

  const rulebook::YearRules& rules_;
  const std::vector<Instant> instants_;
  generate::Random random_;
  const std::uint32_t practice_;
  const ChunkTaker& taker_;
  v1::RecordKind kind_ = v1::RECORD_KIND_UNSPECIFIED;
  v1::Authority authority_ = v1::AUTHORITY_UNSPECIFIED;
  std::string id_;
  Instant received_;
  std::vector<v1::Row> rows_;
  int count_ = 0;
};

}  // namespace

void make_random_season(const rulebook::YearRules& rules, std::uint64_t seed,
                        const ChunkTaker& taker) {
  constexpr int kUploads = 30;
  // What each practice sends stays in its order; between practices any order is as good.
  std::array<std::deque<std::function<void()>>, kPractices.size()> sent;
  for (std::size_t i = 0; i < kPractices.size(); ++i) {
    ChunkTaker recorder;
    recorder.chunk = [&, i](const v1::Chunk& chunk, const v1::ChunkRows& rows) {
      sent[i].emplace_back([&taker, chunk, rows] { taker.chunk(chunk, rows); });
    };
    recorder.completed = [&, i](const v1::UploadCompleted& completed) {
      sent[i].emplace_back([&taker, completed] { taker.completed(completed); });
    };
    Maker maker(rules, seed * kPractices.size() + i, kPractices[i], recorder);
    for (int upload = 0; upload < kUploads; ++upload) maker.upload();
  }
  generate::Random random(generate::mix(~seed));
  while (!sent[0].empty() || !sent[1].empty()) {
    if (random.below(60) == 0) taker.lifted(1 + random.below(v1::RecordKind_MAX));
    auto& next = sent[sent[0].empty() ? 1 : sent[1].empty() ? 0 : random.below(2)];
    next.front()();
    next.pop_front();
  }
}

}  // namespace qcdr::batch
