#include "validation/controller.h"

#include <algorithm>

#include "calendar/judge.h"
#include "common/event_headers.h"
#include "common/reference_names.h"
#include "common/topic_names.h"
#include "core/zone.h"
#include "qcdr/v1/registry_record.pb.h"
#include "reference/npi_registries.h"

namespace qcdr {
namespace {

// Who speaks in control records.
constexpr const char* kSubject = "qcdr-controller";
constexpr std::string_view kLastDeadline = "cms-window";

v1::RegistryRecord made_by_controller(PerformanceYear year, Instant due_at) {
  v1::RegistryRecord record;
  v1::ControlRecord& control = *record.mutable_control();
  control.set_due_at(due_at.milliseconds());
  control.set_performance_year(year.value());
  control.mutable_actor()->set_subject(kSubject);
  control.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  return record;
}

Instant end_of(const reference::NpiRegistryTitle& title) {
  return midnight(Zone::kEastern, LocalDate::from_days(title.list_date.days() + 1));
}

}  // namespace

std::optional<Instant> end_of_season(const rulebook::YearRules& rules) {
  for (const rulebook::Deadline& deadline : rules.deadlines()) {
    if (deadline.name == kLastDeadline) return deadline.passes_at;
  }
  return std::nullopt;
}

bool takes_npi_registry(const rulebook::YearRules& rules, LocalDate list_date) {
  const std::optional<Instant> end = end_of_season(rules);
  return end && list_date.year() >= rules.year().value() &&
         midnight(Zone::kEastern, list_date) < *end;
}

struct Controller::Due {
  Instant at;
  v1::RegistryRecord record;
};

Controller::Controller(stream::Log& log, const rulebook::Rulebook& rulebook,
                       const reference::NpiRegistries* npi_registries)
    : log_(log), rulebook_(rulebook), npi_registries_(npi_registries) {}

Controller::~Controller() = default;

Result<std::unique_ptr<Controller>> Controller::open(
    stream::Log& log, const rulebook::Rulebook& rulebook,
    const reference::NpiRegistries* npi_registries) {
  std::unique_ptr<Controller> controller(new Controller(log, rulebook, npi_registries));
  QCDR_ASSIGN_OR_RETURN(controller->partitions_, log.partition_count(kRegistryRecordsTopic));
  return controller;
}

Status Controller::announce(const Due& due) {
  const std::string& id = due.record.control().event_id();
  return send_copies(due.record.SerializeAsString(), {{kIdHeader, id}, {kEventIdHeader, id}},
                     due.at);
}

Status Controller::send_copies(const std::string& value, const std::vector<stream::Header>& headers,
                               Instant at) {
  std::vector<stream::OutputRecord> copies;
  for (std::int32_t partition = 0; partition < partitions_; ++partition) {
    copies.push_back({kRegistryRecordsTopic, Partition(partition), "", value, headers, at});
  }
  if (appender_ == nullptr) {
    QCDR_ASSIGN_OR_RETURN(appender_, log_.appender());
  }
  const Status appended = appender_->append_all(std::move(copies));
  if (!appended.is_ok()) appender_.reset();
  return appended;
}

// Without an event id: to hear the time twice does no harm, and event ids are kept for good.
Status Controller::heartbeat(Instant now, std::optional<Instant> sent) {
  v1::RegistryRecord record;
  v1::ControlRecord& control = *record.mutable_control();
  control.set_due_at(now.milliseconds());
  control.mutable_heartbeat()->set_sequence(++heartbeats_);
  if (sent) control.mutable_heartbeat()->set_sent_at(sent->milliseconds());
  control.mutable_actor()->set_subject(kSubject);
  control.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  const std::string id = "heartbeat/" + std::to_string(now.milliseconds());
  return send_copies(record.SerializeAsString(), {{kIdHeader, id}}, now);
}

std::optional<Instant> Controller::announced() const {
  if (announced_.milliseconds() == kNever) return std::nullopt;
  return announced_;
}

void Controller::add_deadlines(Instant now, std::vector<Due>* due) const {
  for (const PerformanceYear year : rulebook_.years()) {
    const rulebook::YearRules* rules = rulebook_.find_year(year);
    for (const rulebook::Deadline* deadline :
         calendar::deadlines_between(*rules, announced_, now)) {
      v1::RegistryRecord record = made_by_controller(year, deadline->passes_at);
      v1::ControlRecord& control = *record.mutable_control();
      control.set_event_id("deadline/" + std::to_string(year.value()) + "/" + deadline->name);
      control.mutable_deadline_passed()->set_deadline(deadline->name);
      due->push_back({deadline->passes_at, std::move(record)});
    }
  }
}

// At the midnight that ends its list date, or now when that is past: then it came later.
Status Controller::add_npi_registries(Instant now, std::vector<Due>* due) {
  if (npi_registries_ == nullptr) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto titles, npi_registries_->titles());
  for (const PerformanceYear year : rulebook_.years()) {
    const reference::NpiRegistryTitle* newest = nullptr;
    for (const reference::NpiRegistryTitle& title : titles) {
      if (takes_npi_registry(*rulebook_.find_year(year), title.list_date) && end_of(title) <= now) {
        newest = &title;
      }
    }
    if (newest == nullptr) continue;
    const auto last = announced_registries_.find(year);
    if (last != announced_registries_.end() && last->second == newest->digest) continue;
    const Instant at =
        end_of(*newest) > announced_ || announced_.milliseconds() == kNever ? end_of(*newest) : now;
    v1::RegistryRecord record = made_by_controller(year, at);
    v1::ControlRecord& control = *record.mutable_control();
    control.set_event_id("nppes/" + std::to_string(year.value()) + "/" + hex(view(newest->digest)));
    control.mutable_reference_released()->set_name(std::string(kNpiRegistryReference));
    control.mutable_reference_released()->set_sha256(std::string(view(newest->digest)));
    due->push_back({at, std::move(record)});
    announced_registries_[year] = newest->digest;
  }
  return Status::ok();
}

Status Controller::time_is(Instant now) {
  if (now <= announced_) return Status::ok();
  std::vector<Due> due;
  add_deadlines(now, &due);
  QCDR_RETURN_IF_ERROR(add_npi_registries(now, &due));
  std::stable_sort(due.begin(), due.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
  for (const Due& entry : due) {
    if (const Status announced = announce(entry); !announced.is_ok()) {
      announced_registries_.clear();  // the same call again announces what is missing
      return announced;
    }
  }
  announced_ = now;
  return Status::ok();
}

}  // namespace qcdr
