// Performance feedback to clinicians and groups, four times a year at least, with how others who
// report the same measure through the registry do (42 CFR 414.1400(b)(3)(iii)).
//
// Counted are the cases that count for somebody with a service date in the quarter, or, cumulative,
// from the year's first day to its end. A comparison is over participants of the same level, each
// with at least cell-minimum cases that were met or not met, and only where there are as many
// participants as the registry's policy asks for; quantiles are interpolated between neighbours.
// Small counts are hidden (small_cells.h) unless the report goes to those who treated the patients.
// No NPI, no whole TIN.
// Thread-safety: none. Errors: kInvalidArgument for a quarter or year that cannot be; else as those
// of PracticeLedger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/decimal.h"
#include "registry/small_cells.h"
#include "registry/submitted.h"

namespace qcdr::registry {

struct Quarter {
  int year = 0;
  int number = 0;  // 1 to 4
  LocalDate first() const;
  LocalDate last() const;
  std::string text() const;  // "2022Q3"
};
Result<Quarter> parse_quarter(std::string_view text);

// An improvement activity that is attested and counts.
struct AttestedActivity {
  std::string activity_id;
  std::string title;
  LocalDate from;
  LocalDate to;
  // Of a group, clinicians who performed it, of those who bill; both 0 of one clinician.
  std::uint32_t performed = 0;
  std::uint32_t billing = 0;
};

// Somebody who reports, with counts by slot of the year's specifications.
struct Participant {
  EntityId entity;
  bool group = false;
  std::vector<PracticeId> practices;
  std::string tin_masked;
  std::string clinician;  // empty for a group
  std::uint32_t cases = 0;
  std::vector<Cells> measures;
  // Of the whole year, by CMS's id: an activity has no quarter.
  std::vector<AttestedActivity> activities;
};
// In order of level and entity id; who has no case in those days is left out.
Result<std::vector<Participant>> read_participants(const Ledgers& ledgers, PerformanceYear year,
                                                   LocalDate first, LocalDate last);

// Of the rates of participants.
struct Comparison {
  std::size_t participants = 0;
  Decimal mean;
  Decimal median;
  std::array<Decimal, 2> quartiles{};  // first and third
  std::array<Decimal, 9> deciles{};
};
// `rates` in percent. None: fewer than `minimum`.
std::optional<Comparison> compare(std::vector<Decimal> rates, std::size_t minimum);
// Share of participants, in percent, that one is at least as good as; itself among them.
Decimal percentile_of(const std::vector<Decimal>& rates, Decimal own, bool lower_is_better);

struct MeasureFeedback {
  std::string measure_id;
  std::string title;
  bool lower_is_better = false;
  ShownCells cells;
  std::optional<Decimal> performance_rate;  // percent
  std::optional<Decimal> reporting_rate;
  std::optional<Comparison> comparison;
  std::optional<Decimal> percentile;
};

struct FeedbackReport {
  const Participant* participant = nullptr;
  std::optional<std::uint32_t> cases;
  std::vector<MeasureFeedback> measures;  // those with cases, by slot
};

struct FeedbackRule {
  std::uint32_t cell_minimum = 0;
  std::uint32_t participants_minimum = 0;
  rulebook::Citation citation;  // of the cell minimum
  bool unsuppressed = false;
};

struct Feedback {
  Quarter quarter;
  bool cumulative = false;
  Instant as_of;
  FeedbackRule rule;
  std::vector<Participant> participants;
  std::vector<FeedbackReport> reports;  // one for each participant, in their order
};
struct FeedbackRequest {
  Quarter quarter;
  bool cumulative = false;
  bool unsuppressed = false;
  Instant as_of;
};
Result<std::unique_ptr<Feedback>> make_feedback(const Ledgers& ledgers,
                                                const rulebook::YearRules& rules,
                                                const FeedbackRequest& request);

// feedback_json.cc, feedback_page.cc
std::string feedback_json(const Feedback& feedback, const FeedbackReport& report);
std::string feedback_page(const Feedback& feedback, const FeedbackReport& report);
// Names the files of all reports.
std::string feedback_index_json(const Feedback& feedback);
// Without suffix, "individual-0123...": nothing in it names anybody.
std::string feedback_file_name(const Participant& participant);

}  // namespace qcdr::registry
