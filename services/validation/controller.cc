#include "validation/controller.h"

#include <algorithm>

#include "calendar/judge.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {
namespace {

// Who speaks in control records.
constexpr const char* kSubject = "qcdr-controller";

}  // namespace

Result<std::unique_ptr<Controller>> Controller::open(stream::Log& log,
                                                     const rulebook::Rulebook& rulebook) {
  std::unique_ptr<Controller> controller(new Controller(log, rulebook));
  QCDR_ASSIGN_OR_RETURN(controller->partitions_, log.partition_count(kRegistryRecordsTopic));
  return controller;
}

Status Controller::announce(PerformanceYear year, const rulebook::Deadline& deadline) {
  v1::RegistryRecord record;
  v1::ControlRecord& control = *record.mutable_control();
  control.set_event_id("deadline/" + std::to_string(year.value()) + "/" + deadline.name);
  control.set_due_at(deadline.passes_at.milliseconds());
  control.set_performance_year(year.value());
  control.mutable_deadline_passed()->set_deadline(deadline.name);
  control.mutable_actor()->set_subject(kSubject);
  control.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  const std::string& id = control.event_id();
  return send_copies(record.SerializeAsString(), {{kIdHeader, id}, {kEventIdHeader, id}},
                     deadline.passes_at);
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

Status Controller::time_is(Instant now) {
  if (now <= announced_) return Status::ok();
  struct Due {
    PerformanceYear year;
    const rulebook::Deadline* deadline;
  };
  std::vector<Due> due;
  for (PerformanceYear year : rulebook_.years()) {
    const rulebook::YearRules* rules = rulebook_.find_year(year);
    for (const rulebook::Deadline* deadline :
         calendar::deadlines_between(*rules, announced_, now)) {
      due.push_back({year, deadline});
    }
  }
  std::stable_sort(due.begin(), due.end(), [](const Due& a, const Due& b) {
    return a.deadline->passes_at < b.deadline->passes_at;
  });
  for (const Due& entry : due) QCDR_RETURN_IF_ERROR(announce(entry.year, *entry.deadline));
  announced_ = now;
  return Status::ok();
}

}  // namespace qcdr
