#include "notices/notice_words.h"

#include <fmt/core.h>

#include <cstdlib>

#include "core/time.h"
#include "qcdr/v1/finding.pb.h"
#include "rulebook/rulebook.h"
#include "telemetry/label_words.h"

namespace qcdr {
namespace {

class Words {
 public:
  explicit Words(const v1::Notice& notice) : notice_(notice) {}

  std::string value(const char* name) const {
    const auto found = notice_.parameters().find(name);
    return found == notice_.parameters().end() ? "" : found->second;
  }
  bool is_set(const char* name) const { return !value(name).empty(); }

  NoticeWords words() const {
    switch (notice_.template_kind()) {
      case v1::Notice::TEMPLATE_PROCESSING_REPORT:
        return processing_report();
      case v1::Notice::TEMPLATE_REMINDER:
        return reminder();
      case v1::Notice::TEMPLATE_CUTOFF_SUMMARY:
        return cut_off();
      case v1::Notice::TEMPLATE_RESCORED:
        return rescored();
      default:
        return {"News from the registry", "There is something to see.\n"};
    }
  }

 private:
  NoticeWords processing_report() const {
    const bool refused = value("refused") == "true";
    const int kind = std::atoi(value("kind").c_str());
    std::string body = fmt::format(
        "A file of practice {} was processed.\n\nKind: {}\nReceived: {}\n", notice_.practice_id(),
        v1::RecordKind_IsValid(kind) ? label_word(static_cast<v1::RecordKind>(kind)) : "unknown",
        value("receivedAt"));
    if (refused) body += "The file was refused as a whole.\n";
    body += fmt::format(
        "Rows accepted: {}\nRows held: {}\nRows rejected: {}\nRows that were there already: {}\n"
        "Findings: {}\n",
        value("accepted"), value("held"), value("rejected"), value("duplicate"), value("findings"));
    return {refused ? "A file was refused" : "A file was processed", body};
  }

  // Title of each deadline on a line of its own; its name where the calendar has none.
  std::string deadlines() const {
    const auto* rules =
        rulebook::Rulebook::built_in().find_year(PerformanceYear(notice_.performance_year()));
    std::string text;
    std::string names = value("deadlines") + ",";
    for (std::size_t end = names.find(','); end != std::string::npos; end = names.find(',')) {
      const std::string name = names.substr(0, end);
      names.erase(0, end + 1);
      std::string title = name;
      if (rules != nullptr) {
        for (const rulebook::Deadline& each : rules->deadlines()) {
          if (each.name == name) title = each.title + ", until " + each.local_time;
        }
      }
      text += "  " + title + "\n";
    }
    return text;
  }

  NoticeWords reminder() const {
    if (value("open") == "0") {
      return {
          fmt::format("{} day(s) until the registration ends", value("days")),
          fmt::format("Practice {} was registered for the year before, and nothing was received "
                      "of it for performance year {}. Of that year end:\n\n{}\n"
                      "Who does not register is not reported by us.\n",
                      notice_.practice_id(), notice_.performance_year(), deadlines())};
    }
    return {
        fmt::format("{} day(s) until a deadline", value("days")),
        fmt::format("For performance year {}, {} clinicians or TINs of practice {} have "
                    "something open that can be done by:\n\n{}\n"
                    "This reminder is not sent to who is done.\n",
                    notice_.performance_year(), value("open"), notice_.practice_id(), deadlines())};
  }

  NoticeWords cut_off() const {
    return {"A deadline passed",
            fmt::format("For performance year {} passed:\n\n{}\nOf practice {}:\n"
                        "  {} sets may be sent as things stand\n"
                        "  {} have something open\n  {} will not be sent by us\n",
                        notice_.performance_year(), deadlines(), notice_.practice_id(),
                        value("ready"), value("open"), value("closed"))};
  }

  const char* cause() const {
    switch (std::atoi(value("cause").c_str())) {
      case v1::ScoreChange::CAUSE_ELIGIBILITY_LIST:
        return "a list of eligibility and special statuses";
      case v1::ScoreChange::CAUSE_REWEIGHTING_APPROVAL:
        return "an approval of CMS that categories are reweighted";
      case v1::ScoreChange::CAUSE_DEADLINE:
        return "a deadline that passed";
      case v1::ScoreChange::CAUSE_REFERENCE_DATA:
        return "new rules or benchmarks";
      case v1::ScoreChange::CAUSE_OFFICER_DECISION:
        return "a decision of the registry";
      default:
        return "something else than the practice's own data";
    }
  }

  NoticeWords rescored() const {
    return {"Projected scores were computed again",
            fmt::format("Projected scores of practice {} for performance year {} were computed "
                        "again because of {}{}. They may have changed.\n",
                        notice_.practice_id(), notice_.performance_year(), cause(),
                        is_set("dated") ? " of " + value("dated") : "")};
  }

  const v1::Notice& notice_;
};

}  // namespace

NoticeWords notice_words(const v1::Notice& notice, const std::string& link_base) {
  NoticeWords words = Words(notice).words();
  words.subject += fmt::format(" (practice {})", notice.practice_id());
  words.body += "\nSee it here, after signing in:\n" + link_base + notice.link() +
                "\n\nThis mail was written by a program and holds no data of patients or "
                "clinicians.\n";
  return words;
}

}  // namespace qcdr
