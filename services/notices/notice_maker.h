// Notices that a partition's fold leads to: mail to send, as records of qcdr.public.notices.v1.
//
// - The processing report of each upload, when it ends.
// - A reminder so many days before deadlines of practices' records that pass at one instant, where
//   something can still be done by them; a practice that is done is not reminded. Of several
//   reminders of one instant that time passes at once the last one is sent. Of the date of
//   registration those are reminded, too, who were registered in the year before and sent nothing.
// - A summary when "deadline passed" is folded, of several that pass at one instant with the last.
// - A rescoring with its cause.
// A notice holds no identifier of a person and no score: figures, dates, and a link. Its id is made
// from its cause alone, so that the same cause gives the same notice in a replay, in another
// generation and whatever the batches were; who delivers drops a repeat. Notices leave with the
// other outputs of a batch, in one transaction with its offsets.
// Registry's own dates: pipeline/rulebook/data/parameters/registry/notices.
// Thread-safety: none; belongs to one fold. Lifetime: the rules outlive it. It changes no state.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "qcdr/v1/notice.pb.h"
#include "stream/fold.h"

namespace qcdr {

class NoticeMaker {
 public:
  NoticeMaker(Partition partition, const ledger::LedgerRules& rules);

  void upload_ended(const ledger::UploadEnd& end);
  // `cause`: the number of ScoreChange.Cause; `dated` and `name` as there.
  void rescored(ledger::PracticeYear id, int cause, std::int32_t dated, const std::string& name,
                Offset offset);
  // *deleted: practice-years that can no longer be read.
  Status pass_time(ledger::Ledger& ledger, Instant before, Instant now, Offset offset,
                   std::vector<ledger::PracticeYear>* deleted);
  Status pass_deadline(ledger::Ledger& ledger, PerformanceYear year, const std::string& deadline,
                       Instant passed_at, Offset offset,
                       std::vector<ledger::PracticeYear>* deleted);
  // Sends what was made since the last call, in an order that depends on content.
  void send(Instant as_of, stream::OutputSink& sink);

 private:
  struct Reminder {
    Instant at;
    int days = 0;
    PerformanceYear year;
    Instant passes_at;
    bool of_registration = false;  // practices of the year before are reminded, too
  };
  // Names in the calendar's order, by year and instant.
  using Deadlines = std::map<std::pair<PerformanceYear, Instant>, std::vector<std::string>>;
  struct Made {
    Offset offset;
    v1::Notice notice;
  };

  void add_reminders(const rulebook::YearRules& rules, Instant passes_at);
  // Who was registered in the year before, and of whom nothing came for this one.
  Status remind_of_registration(ledger::Ledger& ledger, const Reminder& reminder, Offset offset,
                                std::vector<ledger::PracticeYear>* deleted);
  void put_reminder(ledger::PracticeYear id, const Reminder& reminder, std::uint64_t open,
                    Offset offset);
  v1::Notice& make(ledger::PracticeYear id, v1::Notice::Template kind, const std::string& cause,
                   Offset offset);
  Status remind(ledger::Ledger& ledger, const Reminder& reminder, Instant now, Offset offset,
                std::vector<ledger::PracticeYear>* deleted);

  Partition partition_;
  Deadlines deadlines_;
  std::vector<Reminder> reminders_;  // by time
  std::vector<Made> made_;
};

// Hex of the first 16 bytes of SHA-256 over what caused it.
std::string notice_id(v1::Notice::Template kind, ledger::PracticeYear id, const std::string& cause);

}  // namespace qcdr
