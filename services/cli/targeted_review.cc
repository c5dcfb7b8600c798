#include "cli/targeted_review.h"

#include <fmt/core.h>

#include <map>

#include "cli/json_writer.h"
#include "cli/shared_feedback.h"
#include "qcdr/v1/common.pb.h"
#include "rulebook/parameter_names.h"
#include "rulebook/rulebook.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

constexpr std::int64_t kTenThousand = 10'000;

constexpr const char* kReadMe =
    "Documents for a request of a targeted review at CMS (42 CFR 414.1385).\n"
    "\n"
    "comparison.txt, .json   CMS's feedback beside the projection, node by node; likely causes "
    "with\n"
    "                        the evidence; what the review could change; until when it is taken\n"
    "feedback.json           what the practice shared of CMS's answer, every version\n"
    "score.json              our score down to cut points and paragraphs; not a score of CMS\n"
    "records/                consents, elections, approvals, attestations, sign-off, "
    "certification:\n"
    "                        one JSON object a line, with the place and the SHA-256 of documents\n"
    "uploads.json            the files they came in\n"
    "sending/                what was asked to be sent, and CMS's receipts\n"
    "cases.json              how requests for this one stand\n"
    "SHA256SUMS, manifest.json   check with `qcdr audit verify --pack DIR` or `sha256sum -c`\n"
    "\n"
    "It holds personal data of whom it is about and of who signed.\n";

std::string read_me(const rulebook::YearRules& rules) {
  const auto* years = rules.find_parameter(rulebook::names::kReviewKeepYears);
  if (years == nullptr) return kReadMe;
  return fmt::format("{}Keep it {} years with the request ({}).\n", kReadMe,
                     years->value.to_string(), years->citation.title);
}

bool bears_on_a_review(int kind) {
  switch (kind) {
    case v1::RECORD_KIND_ANESTHESIA_CASE:
    case v1::RECORD_KIND_ROLE_GRANT:
    case v1::RECORD_KIND_BILLED_CASES:
      return false;
    default:
      return true;
  }
}

std::string approval_words(const ledger::Reweighting& approval) {
  std::string categories;
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const auto category = static_cast<scoring::Category>(i);
    if (!approval.covers(review::proto_category(category))) continue;
    categories += (categories.empty() ? "" : ", ") + std::string(scoring::category_name(category));
  }
  return fmt::format("reweighting of {} approved {}{}{}", categories,
                     approval.approved_on.to_string(), approval.reference.empty() ? "" : ", ",
                     approval.reference);
}

Result<review::KnownFacts> known_facts(AskedRow& asked, const Evidence* evidence) {
  review::KnownFacts facts;
  const ScoreRow& row = asked.row();
  facts.cases = row.cases_counted;
  facts.other_tins = asked.other_tins();
  if (row.list_date.days() != 0) facts.list_date = row.list_date.to_string();
  facts.applies = row.applies;
  facts.will_be_sent = is_sent(row);
  QCDR_ASSIGN_OR_RETURN(const auto approvals, asked.approvals());
  for (const ledger::Reweighting& each : approvals) {
    if (!each.held) facts.approvals.push_back(approval_words(each));
  }
  if (evidence == nullptr) return facts;
  for (const v1::SubmissionReceipt& receipt : evidence->receipts) {
    facts.receipts.push_back(receipt_words(receipt));
  }
  return facts;
}

review::ReviewStep step_of(const ToldReview& told) {
  review::ReviewStep step;
  step.state = static_cast<ledger::ReviewState>(told.fact.state());
  step.reached_at = Instant::from_milliseconds(told.fact.reached_at());
  step.received_at = told.received_at;
  if (told.fact.documents_due_at() != 0) {
    step.documents_due_at = Instant::from_milliseconds(told.fact.documents_due_at());
  }
  if (told.fact.has_revised_score()) {
    step.revised_score = Decimal::ratio(told.fact.revised_score(), kTenThousand);
  }
  step.cms_number = told.fact.cms_number();
  step.cause = static_cast<std::uint8_t>(told.fact.cause());
  return step;
}

review::ReviewStep step_of(const ledger::ReviewCaseFact& fact) {
  review::ReviewStep step;
  step.state = fact.state;
  step.reached_at = fact.reached_at;
  step.received_at = fact.origin.received_at;
  step.documents_due_at = fact.documents_due_at;
  step.revised_score = fact.revised_score;
  step.cms_number = fact.cms_number;
  step.cause = fact.cause;
  return step;
}

// The cases that stand, each with what the log has of its course.
Status read_courses(AskedRow& asked, const Evidence* evidence, ReviewPage* page) {
  QCDR_ASSIGN_OR_RETURN(const auto standing, asked.reviews());
  const auto& rules = *asked.practice().rules().year;
  for (const ledger::ReviewCaseFact& fact : standing) {
    std::vector<review::ReviewStep> steps;
    if (evidence != nullptr) {
      for (const ToldReview& told : evidence->reviews) {
        if (told.fact.case_id() == fact.id) steps.push_back(step_of(told));
      }
    }
    if (steps.empty()) steps.push_back(step_of(fact));
    page->courses.push_back(review::review_course(rules, fact.id, std::move(steps), asked.at()));
  }
  return Status::ok();
}

}  // namespace

Result<Evidence> read_review_evidence(LogView& log, AskedRow& asked) {
  WantedEvidence wanted;
  wanted.practice = asked.row().practice;
  wanted.year = asked.row().year;
  wanted.of = bears_on_a_review;
  if (asked.pair() != nullptr) wanted.npi = asked.pair()->npi;
  if (asked.tin() != nullptr) {
    wanted.tins.insert(asked.tin()->token);
    wanted.entities.emplace(asked.tin()->group_entity.bytes());
  }
  wanted.entities.emplace(asked.entity().bytes());
  return read_evidence(log, asked.view().keys(), wanted);
}

Result<ReviewPage> make_review_page(AskedRow& asked, const Evidence* evidence) {
  ReviewPage page;
  const auto& rules = *asked.practice().rules().year;
  page.window = review::review_window(rules, asked.at());
  QCDR_ASSIGN_OR_RETURN(page.authorisation, ledger::read_review_authorisation(
                                                asked.practice().facts(), asked.entity()));
  QCDR_RETURN_IF_ERROR(read_courses(asked, evidence, &page));
  page.feedback = asked.newest();
  if (page.feedback == nullptr) return page;
  const ProjectedScore& projected = asked.projected();
  page.nodes = review::compare(projected.input, projected.summary, *page.feedback);
  QCDR_ASSIGN_OR_RETURN(const review::KnownFacts facts, known_facts(asked, evidence));
  page.diagnosis = review::diagnose(projected.input, projected.summary, *page.feedback, facts);
  page.effect = review::review_effect(*projected.input.rules, page.diagnosis.expected.final_score,
                                      page.feedback->final_score, page.feedback->adjustment,
                                      projected.input.as_of);
  return page;
}

Result<review::Pack> make_dossier(LogView& log, AskedRow& asked, const ReviewPage& page,
                                  const Evidence& evidence) {
  review::Pack pack;
  pack.add("README.txt", read_me(*asked.practice().rules().year));
  pack.add("comparison.txt", review_page_text(asked, page));
  pack.add("comparison.json", review_page_json(asked, page));
  pack.add("cases.json", review_cases_json(asked, page));
  pack.add("feedback.json", shared_feedback_json(asked));
  scoring::ScoreTree tree = scoring::explain(asked.projected().input, asked.projected().summary);
  tree.rulebook_digest = hex(view(rulebook::Rulebook::built_in().digest()));
  pack.add("score.json", scoring::to_json(tree) + "\n");
  std::map<int, std::string> by_kind;
  for (const EvidenceRecord& record : evidence.records) by_kind[record.kind] += record.json + "\n";
  for (auto& [kind, lines] : by_kind) {
    const std::string name = v1::RecordKind_Name(static_cast<v1::RecordKind>(kind));
    std::string file;
    for (const char c : name.substr(std::string_view("RECORD_KIND_").size())) {
      file += c == '_' ? '-' : static_cast<char>(c - 'A' + 'a');
    }
    pack.add("records/" + file + ".ndjson", std::move(lines));
  }
  QCDR_ASSIGN_OR_RETURN(std::string uploads, uploads_json(log, evidence.uploads));
  pack.add("uploads.json", std::move(uploads));
  pack.add("sending/requests.json", requests_json(evidence.requests));
  pack.add("sending/receipts.json", receipts_json(evidence.receipts));
  return pack;
}

}  // namespace qcdr
