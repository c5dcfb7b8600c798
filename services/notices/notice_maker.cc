#include "notices/notice_maker.h"

#include <algorithm>

#include "common/topic_names.h"
#include "core/bytes.h"
#include "core/crypto.h"
#include "ledger/readiness.h"
#include "notices/open_items.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/parameter_names.h"

namespace qcdr {
namespace {

constexpr std::int64_t kDayMilliseconds = 86'400'000;
constexpr std::string_view kPurpose = "qcdr notice 1";
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMemoryBytesMax = std::size_t{256} << 20;

void put(v1::Notice& notice, const char* name, const std::string& value) {
  (*notice.mutable_parameters())[name] = value;
}
void put(v1::Notice& notice, const char* name, std::uint64_t value) {
  put(notice, name, std::to_string(value));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

// What practices send is judged by it; others are the registry's own dates.
bool limits_records(const rulebook::YearRules& rules, const rulebook::Deadline& deadline) {
  return std::any_of(
      rules.calendar().begin(), rules.calendar().end(), [&](const rulebook::CalendarRule& rule) {
        return rule.milestone_missed_after == deadline.name ||
               rule.late_held_after == deadline.name || rule.rejected_from == deadline.passes_at;
      });
}

bool ends_registration(const rulebook::YearRules& rules, Instant passes_at) {
  const ledger::Limit limit = ledger::limit_of(rules, rulebook::kinds::kRegistration, false, {});
  return limit.ends == passes_at;
}

// Visits every practice-year of a year that can be read; the others go into *deleted.
template <class Visit>
Status visit_practices(ledger::Ledger& ledger, PerformanceYear year,
                       std::vector<ledger::PracticeYear>* deleted, Visit visit) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<ledger::PracticeYear> ids, ledger.practice_years());
  for (const ledger::PracticeYear id : ids) {
    if (id.year != year) continue;
    const auto found = ledger.find(id);
    if (found.status().code() == ErrorCode::kNotFound) {
      deleted->push_back(id);
      continue;
    }
    QCDR_RETURN_IF_ERROR(found.status());
    QCDR_RETURN_IF_ERROR(visit(*found.value()));
    if (ledger.memory_bytes() > kMemoryBytesMax) ledger.shrink(kMemoryBytesMax);
  }
  return Status::ok();
}

}  // namespace

std::string notice_id(v1::Notice::Template kind, ledger::PracticeYear id,
                      const std::string& cause) {
  ByteWriter writer;
  writer.text(kPurpose);
  writer.varint(static_cast<std::uint64_t>(kind));
  writer.varint(id.practice.value());
  writer.signed_varint(id.year.value());
  writer.text(cause);
  const Hash256 hash = sha256(writer.take());
  return hex(view(hash).substr(0, kIdBytes));
}

NoticeMaker::NoticeMaker(Partition partition, const ledger::LedgerRules& ledger_rules)
    : partition_(partition) {
  for (const PerformanceYear year : ledger_rules.years()) {
    const rulebook::YearRules& rules = *ledger_rules.find(year)->year;
    for (const rulebook::Deadline& deadline : rules.deadlines()) {
      if (!limits_records(rules, deadline)) continue;
      std::vector<std::string>& names = deadlines_[{year, deadline.passes_at}];
      if (names.empty()) add_reminders(rules, deadline.passes_at);
      names.push_back(deadline.name);
    }
  }
  std::stable_sort(reminders_.begin(), reminders_.end(),
                   [](const Reminder& a, const Reminder& b) { return a.at < b.at; });
}

void NoticeMaker::add_reminders(const rulebook::YearRules& rules, Instant passes_at) {
  for (const std::string_view name : rulebook::names::kReminderDays) {
    const rulebook::Parameter* parameter = rules.find_parameter(name);
    if (parameter == nullptr) continue;
    const std::int64_t days = parameter->value.raw() / Decimal::kOne;
    reminders_.push_back(
        {Instant::from_milliseconds(passes_at.milliseconds() - days * kDayMilliseconds),
         static_cast<int>(days), rules.year(), passes_at, ends_registration(rules, passes_at)});
  }
}

v1::Notice& NoticeMaker::make(ledger::PracticeYear id, v1::Notice::Template kind,
                              const std::string& cause, Offset offset) {
  Made& made = made_.emplace_back();
  made.offset = offset;
  v1::Notice& notice = made.notice;
  notice.set_notice_id(notice_id(kind, id, cause));
  notice.set_practice_id(id.practice.value());
  notice.set_performance_year(id.year.value());
  notice.set_template_kind(kind);
  notice.set_recipient_reference("practice");
  notice.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  return notice;
}

void NoticeMaker::upload_ended(const ledger::UploadEnd& end) {
  v1::Notice& notice =
      make(end.practice_year, v1::Notice::TEMPLATE_PROCESSING_REPORT, end.upload_id, end.cause);
  notice.set_recipient_reference("upload:" + end.upload_id);
  notice.set_link("/uploads/" + end.upload_id);
  const ledger::UploadFact& fact = end.fact;
  std::uint64_t findings = 0;
  for (const auto& entry : fact.findings) findings += entry.second;
  put(notice, "kind", fact.kind);
  put(notice, "receivedAt", fact.received_at.to_string());
  put(notice, "refused", fact.refused ? "true" : "false");
  put(notice, "accepted", fact.rows_accepted);
  put(notice, "held", fact.rows_held);
  put(notice, "rejected", fact.rows_rejected);
  put(notice, "duplicate", fact.rows_duplicate);
  put(notice, "findings", findings);
}

void NoticeMaker::rescored(ledger::PracticeYear id, int cause, std::int32_t dated,
                           const std::string& name, Offset offset) {
  // A list is the same list when it comes again; anything else is named by where it stands.
  const std::string what =
      std::to_string(cause) + "/" +
      (dated != 0 ? "of " + std::to_string(dated) : "at " + std::to_string(offset.value()));
  v1::Notice& notice = make(id, v1::Notice::TEMPLATE_RESCORED, what, offset);
  notice.set_link("/scores");
  put(notice, "cause", static_cast<std::uint64_t>(cause));
  if (dated != 0) put(notice, "dated", LocalDate::from_days(dated).to_string());
  if (!name.empty()) put(notice, "name", name);
}

Status NoticeMaker::pass_time(ledger::Ledger& ledger, Instant before, Instant now, Offset offset,
                              std::vector<ledger::PracticeYear>* deleted) {
  const auto later = [](Instant instant, const Reminder& each) { return instant < each.at; };
  const auto first = std::upper_bound(reminders_.begin(), reminders_.end(), before, later);
  const auto end = std::upper_bound(first, reminders_.end(), now, later);
  for (auto each = first; each < end; ++each) {
    if (each->passes_at <= now) continue;
    const bool followed = std::any_of(each + 1, end, [&](const Reminder& other) {
      return other.year == each->year && other.passes_at == each->passes_at;
    });
    if (!followed) QCDR_RETURN_IF_ERROR(remind(ledger, *each, now, offset, deleted));
  }
  return Status::ok();
}

void NoticeMaker::put_reminder(ledger::PracticeYear id, const Reminder& reminder,
                               std::uint64_t open, Offset offset) {
  const std::string last = ledger::last_second(reminder.passes_at).to_string();
  v1::Notice& notice =
      make(id, v1::Notice::TEMPLATE_REMINDER, last + "/" + std::to_string(reminder.days), offset);
  notice.set_link("/to-do");
  put(notice, "deadlines", joined(deadlines_[{reminder.year, reminder.passes_at}]));
  put(notice, "deadlineAt", last);
  put(notice, "days", static_cast<std::uint64_t>(reminder.days));
  put(notice, "open", open);
}

Status NoticeMaker::remind(ledger::Ledger& ledger, const Reminder& reminder, Instant now,
                           Offset offset, std::vector<ledger::PracticeYear>* deleted) {
  QCDR_RETURN_IF_ERROR(visit_practices(
      ledger, reminder.year, deleted, [&](ledger::PracticeLedger& practice) -> Status {
        QCDR_ASSIGN_OR_RETURN(const std::uint64_t open,
                              count_open_items(practice, now, reminder.passes_at));
        if (open > 0) put_reminder(practice.id(), reminder, open, offset);
        return Status::ok();
      }));
  if (!reminder.of_registration) return Status::ok();
  return remind_of_registration(ledger, reminder, offset, deleted);
}

Status NoticeMaker::remind_of_registration(ledger::Ledger& ledger, const Reminder& reminder,
                                           Offset offset,
                                           std::vector<ledger::PracticeYear>* deleted) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<ledger::PracticeYear> known, ledger.practice_years());
  return visit_practices(ledger, PerformanceYear(reminder.year.value() - 1), deleted,
                         [&](ledger::PracticeLedger& practice) -> Status {
                           const ledger::PracticeYear id{practice.id().practice, reminder.year};
                           if (std::find(known.begin(), known.end(), id) != known.end())
                             return Status::ok();
                           QCDR_ASSIGN_OR_RETURN(const ledger::RegistrationStanding before,
                                                 practice.registration());
                           if (before.in_force && !before.in_force->closed())
                             put_reminder(id, reminder, 0, offset);
                           return Status::ok();
                         });
}

Status NoticeMaker::pass_deadline(ledger::Ledger& ledger, PerformanceYear year,
                                  const std::string& deadline, Instant passed_at, Offset offset,
                                  std::vector<ledger::PracticeYear>* deleted) {
  const auto found = deadlines_.find({year, passed_at});
  if (found == deadlines_.end() || found->second.back() != deadline) return Status::ok();
  const std::string names = joined(found->second);
  const std::string last = ledger::last_second(passed_at).to_string();
  return visit_practices(ledger, year, deleted, [&](ledger::PracticeLedger& practice) -> Status {
    QCDR_ASSIGN_OR_RETURN(const CutOff cut, count_sets(practice, passed_at));
    if (cut.sets() == 0) return Status::ok();
    v1::Notice& notice = make(practice.id(), v1::Notice::TEMPLATE_CUTOFF_SUMMARY, last, offset);
    notice.set_link("/readiness");
    put(notice, "deadlines", names);
    put(notice, "deadlineAt", last);
    put(notice, "ready", cut.ready);
    put(notice, "open", cut.open);
    put(notice, "closed", cut.closed);
    return Status::ok();
  });
}

void NoticeMaker::send(Instant as_of, stream::OutputSink& sink) {
  std::stable_sort(made_.begin(), made_.end(), [](const Made& a, const Made& b) {
    if (a.offset != b.offset) return a.offset < b.offset;
    return a.notice.notice_id() < b.notice.notice_id();
  });
  for (Made& made : made_) {
    v1::Notice& notice = made.notice;
    notice.set_created_at(as_of.milliseconds());
    const stream::OutputVersion version = sink.next_version(made.offset);
    notice.set_output_id(
        std::to_string(version.generation.value()) + "/" + std::to_string(partition_.value()) +
        "/" + std::to_string(version.offset.value()) + "/" + std::to_string(version.index));
    // Maps have no order of their own, and the same notice must be the same bytes.
    std::string bytes = canonical_bytes(notice);
    sink.send(made.offset, {kNoticesTopic,
                            partition_,
                            practice_key(PracticeId(notice.practice_id())),
                            std::move(bytes),
                            {},
                            std::nullopt});
  }
  made_.clear();
}

}  // namespace qcdr
