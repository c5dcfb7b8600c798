#include "validation/controller.h"

#include <algorithm>

#include "calendar/judge.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {

Result<std::unique_ptr<Controller>> Controller::open(stream::Log& log,
                                                     const rulebook::Rulebook& rulebook,
                                                     std::optional<Instant> since) {
  std::unique_ptr<Controller> controller(new Controller(rulebook));
  QCDR_ASSIGN_OR_RETURN(controller->partitions_, log.partition_count(kRegistryRecordsTopic));
  QCDR_ASSIGN_OR_RETURN(controller->appender_, log.appender());
  controller->announced_ = since;
  return controller;
}

Status Controller::announce(PerformanceYear year, const rulebook::Deadline& deadline) {
  v1::RegistryRecord record;
  v1::ControlRecord& control = *record.mutable_control();
  control.set_event_id("deadline/" + std::to_string(year.value()) + "/" + deadline.name);
  control.set_due_at(deadline.passes_at.milliseconds());
  control.set_performance_year(year.value());
  control.mutable_deadline_passed()->set_deadline(deadline.name);
  const std::string value = record.SerializeAsString();
  std::vector<stream::OutputRecord> copies;
  for (std::int32_t partition = 0; partition < partitions_; ++partition) {
    copies.push_back({kRegistryRecordsTopic,
                      Partition(partition),
                      "",
                      value,
                      {{kEventIdHeader, control.event_id()}},
                      deadline.passes_at});
  }
  return appender_->append_all(std::move(copies));
}

Status Controller::time_is(Instant now) {
  if (!announced_) {
    announced_ = now;
    return Status::ok();
  }
  if (now <= *announced_) return Status::ok();
  struct Due {
    PerformanceYear year;
    const rulebook::Deadline* deadline;
  };
  std::vector<Due> due;
  for (PerformanceYear year : rulebook_.years()) {
    const rulebook::YearRules* rules = rulebook_.find_year(year);
    for (const rulebook::Deadline* deadline :
         calendar::deadlines_between(*rules, *announced_, now)) {
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
