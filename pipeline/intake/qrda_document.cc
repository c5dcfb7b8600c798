#include "intake/qrda_document.h"

#include <algorithm>
#include <utility>

#include "intake/text.h"
#include "rulebook/ecqm_measures.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kCategoryThree = "2.16.840.1.113883.10.20.27.1.1";
constexpr std::string_view kGuide = "2.16.840.1.113883.10.20.27.1.2";
constexpr std::string_view kParameters = "2.16.840.1.113883.10.20.17.3.8";
constexpr std::string_view kMeasureTemplate = "2.16.840.1.113883.10.20.27.3.1";
constexpr std::string_view kMeasureRoot = "2.16.840.1.113883.4.738";
constexpr std::string_view kProgramRoot = "2.16.840.1.113883.3.249.7";
constexpr std::string_view kTinRoot = "2.16.840.1.113883.4.2";
constexpr std::string_view kNpiRoot = "2.16.840.1.113883.4.6";
constexpr std::string_view kAggregate = "MSRAGG";
constexpr std::string_view kAssertion = "ASSERTION";
constexpr std::string_view kPerformanceRate = "72510-1";

// A value that is longer than any of ours cannot be one.
std::string kept(std::string_view text) {
  return std::string(trimmed(text).substr(0, kMaxValueBytes));
}

}  // namespace

QrdaWalk::Tag QrdaWalk::tag_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Tag>, 17> kTags = {{
      {"ClinicalDocument", Tag::kDocument},
      {"templateId", Tag::kTemplateId},
      {"id", Tag::kId},
      {"informationRecipient", Tag::kRecipient},
      {"documentationOf", Tag::kDocumentationOf},
      {"serviceEvent", Tag::kServiceEvent},
      {"effectiveTime", Tag::kEffectiveTime},
      {"low", Tag::kLow},
      {"high", Tag::kHigh},
      {"structuredBody", Tag::kComponent},
      {"act", Tag::kAct},
      {"organizer", Tag::kOrganizer},
      {"observation", Tag::kObservation},
      {"code", Tag::kCode},
      {"value", Tag::kValue},
      {"externalDocument", Tag::kExternalDocument},
      {"externalObservation", Tag::kExternalObservation},
  }};
  for (const auto& [known, tag] : kTags) {
    if (known == name) return tag;
  }
  return Tag::kOther;
}

bool QrdaWalk::is_within(Tag tag) const {
  return std::find(stack_.begin(), stack_.end(), tag) != stack_.end();
}

void QrdaWalk::tell_header() {
  if (std::exchange(header_told_, true)) return;
  on_header_(header_);
}

void QrdaWalk::start_element_with(std::string_view name, const XmlAttributes& attributes) {
  const Tag tag = tag_of(name);
  if (stack_.empty()) {
    is_clinical_document_ = tag == Tag::kDocument;
    header_.place = place_();
    if (!is_clinical_document_) return tell_header();
  }
  if (tag == Tag::kComponent) tell_header();  // the body begins
  if (!header_told_) {
    read_header(tag, attributes);
  } else if (organizer_level_ == 0 && is_within(Tag::kAct)) {
    read_parameters(tag, attributes);
  } else {
    in_parameters_ = false;
    read_measure(tag, attributes);
  }
  stack_.push_back(tag);
}

void QrdaWalk::read_header(Tag tag, const XmlAttributes& attributes) {
  const std::string_view root = attributes.get("root");
  if (tag == Tag::kTemplateId && parent() == Tag::kDocument && root == kCategoryThree) {
    header_.is_category_three = true;
  }
  if (tag == Tag::kTemplateId && parent() == Tag::kDocument && root == kGuide) {
    header_.guide = kept(attributes.get("extension"));
  }
  if (tag == Tag::kId) {
    const std::string extension = kept(attributes.get("extension"));
    if (root == kPracticeRoot) header_.practice = extension;
    if (root == kProgramRoot && is_within(Tag::kRecipient)) header_.program = extension;
    if (root == kTinRoot && is_within(Tag::kDocumentationOf) && !extension.empty()) {
      header_.tin = extension;
      ++header_.tins;
    }
    if (root == kNpiRoot && is_within(Tag::kDocumentationOf) && !extension.empty()) {
      header_.npi = extension;
      ++header_.npis;
    }
  }
  const bool of_period = stack_.size() > 1 && parent() == Tag::kEffectiveTime &&
                         stack_[stack_.size() - 2] == Tag::kServiceEvent;
  if (tag == Tag::kLow && of_period) header_.period_from = kept(attributes.get("value"));
  if (tag == Tag::kHigh && of_period) header_.period_to = kept(attributes.get("value"));
}

void QrdaWalk::read_parameters(Tag tag, const XmlAttributes& attributes) {
  if (tag == Tag::kTemplateId && parent() == Tag::kAct) {
    in_parameters_ = in_parameters_ || attributes.get("root") == kParameters;
  }
  const bool of_period = stack_.size() > 1 && parent() == Tag::kEffectiveTime &&
                         stack_[stack_.size() - 2] == Tag::kAct;
  if (!in_parameters_ || tag != Tag::kLow || !of_period) return;
  header_.reported_from = kept(attributes.get("value"));
  on_period_(header_);
}

void QrdaWalk::read_measure(Tag tag, const XmlAttributes& attributes) {
  if (tag == Tag::kOrganizer && organizer_level_ == 0) {
    organizer_level_ = stack_.size() + 1;
    is_measure_ = false;
    measure_ = QrdaMeasure();
    measure_.place = place_();
    observations_.clear();
    return;
  }
  if (organizer_level_ == 0) return;
  const std::string_view root = attributes.get("root");
  if (tag == Tag::kTemplateId && stack_.size() == organizer_level_ && root == kMeasureTemplate) {
    is_measure_ = true;
  }
  if (tag == Tag::kId && parent() == Tag::kExternalDocument && root == kMeasureRoot) {
    if (measure_.guids.size() < kMaxItems) {
      measure_.guids.push_back(rulebook::in_capitals(kept(attributes.get("extension"))));
    } else {
      measure_.is_cut = true;
    }
  }
  if (tag == Tag::kObservation) {
    observations_.emplace_back();
    observations_.back().level = stack_.size() + 1;
    return;
  }
  if (observations_.empty()) return;
  Observation& observation = observations_.back();
  const bool own = stack_.size() == observation.level;
  if (tag == Tag::kCode && own) observation.code = kept(attributes.get("code"));
  if (tag == Tag::kValue && own) {
    observation.type = kept(attributes.get("code"));
    observation.value = kept(attributes.get("value"));
  }
  if (tag == Tag::kId && parent() == Tag::kExternalObservation) {
    observation.guid = rulebook::in_capitals(kept(root));
    ++observation.guids;
  }
}

void QrdaWalk::end_element() {
  const std::size_t level = stack_.size();
  if (level == 0) return;
  stack_.pop_back();
  if (stack_.empty()) return tell_header();
  if (!observations_.empty() && observations_.back().level == level) return end_observation();
  if (organizer_level_ == level && organizer_level_ != 0) end_measure();
}

// An aggregate count belongs to what it stands in; that of supplemental data stands in those.
void QrdaWalk::end_observation() {
  const Observation observation = std::move(observations_.back());
  observations_.pop_back();
  if (!observations_.empty()) {
    if (observation.code != kAggregate) return;
    observations_.back().count = observation.value;
    ++observations_.back().counts;
    return;
  }
  if (measure_.populations.size() >= kMaxItems || measure_.rates.size() >= kMaxItems) {
    measure_.is_cut = true;
  } else if (observation.code == kPerformanceRate) {
    if (!observation.value.empty()) measure_.rates.push_back(observation.value);
  } else if (observation.code == kAssertion) {
    measure_.populations.push_back({observation.type, observation.guid, observation.count,
                                    observation.counts, observation.guids});
  }
}

void QrdaWalk::end_measure() {
  organizer_level_ = 0;
  observations_.clear();
  if (!std::exchange(is_measure_, false)) return;
  measure_.number = ++measures_;
  on_measure_(measure_);
}

}  // namespace qcdr::intake
