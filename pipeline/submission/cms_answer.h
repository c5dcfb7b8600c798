// What CMS answers to a call that worked: sets and scores.
//
// A list of submissions is searched for the set of one target; others, and other kinds of entity of
// the same TIN, are passed over: CMS's query cannot ask for less. Numbers stay as CMS wrote them.
// Limits: those of scoring::parse_json(). Thread-safety: pure functions.
// Errors: kInvalidArgument when an answer is not what is documented; no value of it is in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.h"
#include "core/status.h"
#include "submission/cms_target.h"

namespace qcdr::submission {

// A measurement set at CMS.
struct CmsSet {
  std::string id;             // UUID
  std::string submission_id;  // UUID
  std::string json;           // the set as CMS shows it
};

struct CmsPage {
  std::vector<CmsSet> sets;     // of the target
  std::size_t submissions = 0;  // on the page, of whomever
};

// Of GET /submissions. `tin` as in the call: a submission that names another one is passed over,
// one that names none, or a masked one, is not.
Result<CmsPage> read_page(std::string_view body, const CmsTarget& target, std::string_view tin);
// Of POST, PUT, PATCH and GET of one set.
Result<CmsSet> read_set(std::string_view body);
// The total of a score; nothing when it has none.
Result<std::optional<Decimal>> read_score(std::string_view body);

}  // namespace qcdr::submission
