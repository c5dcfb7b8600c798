// Every finding of a previewed submission, provoked; where it points, and what is scored beside it.
#include "scoring/preview_findings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/findings_seen_test.h"
#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

using Json = nlohmann::json;

const PreviewRules& rules() {
  static const PreviewRules built_in(rulebook::Rulebook::built_in());
  return built_in;
}

PreviewAnswer ask(const std::string& submission, const std::string& profile = "") {
  return preview_score(rules(), submission, profile, PreviewOptions());
}

// "STRATA_NOT_EXPECTED /measurementSets/0/measurements/0/value/strata", of every finding.
std::vector<std::string> found_in(const PreviewAnswer& answer) {
  std::vector<std::string> found;
  for (const PreviewFinding& finding : answer.findings) {
    note_finding_seen(code_number(finding.code));
    found.push_back(std::string(describe(finding.code).identifier) + " " + finding.pointer);
  }
  return found;
}

std::string with_sets(const std::string& sets) {
  return R"({"entityType":"individual","performanceYear":2022,"measurementSets":[)" + sets + "]}";
}
std::string set_of(const std::string& category, const std::string& measurements,
                   const std::string& more = "") {
  return R"({"category":")" + category + R"(",)" + more + R"("measurements":[)" + measurements +
         "]}";
}
std::string quality(const std::string& measurements, const std::string& more = "") {
  return with_sets(set_of("quality", measurements, more));
}
std::string measure(const std::string& id, const std::string& value) {
  return R"({"measureId":")" + id + R"(","value":)" + value + "}";
}
std::string counts(int met, int eligible, const std::string& more = "") {
  return R"({"performanceMet":)" + std::to_string(met) + R"(,"eligiblePopulation":)" +
         std::to_string(eligible) + more + "}";
}
std::string many(std::size_t count, const std::string& text) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + text;
  return list;
}

const std::string kGood = measure("404", counts(80, 100));
const std::string kFirst = "/measurementSets/0/measurements/0";

struct Case {
  std::string submission;
  std::string profile;
  std::vector<std::string> found;  // by identifier and pointer
};

std::vector<Case> document_cases() {
  const std::string bare = R"({"performanceYear":2022})";
  std::string innermost;
  for (std::size_t i = 1; i < kJsonDepthMax; ++i) innermost += "/0";
  return {
      {"{\"performanceYear\":}", "", {"SUBMISSION_NOT_JSON "}},
      {R"({"performanceYear":2022,"performanceYear":2022})", "", {"SUBMISSION_KEY_REPEATED "}},
      {std::string(kJsonBytesMax + 1, ' '), "", {"SUBMISSION_TOO_LARGE "}},
      {std::string(40, '[') + std::string(40, ']'), "", {"SUBMISSION_TOO_DEEP " + innermost}},
      {"[" + many(kJsonValuesMax + 1, "0") + "]", "", {"SUBMISSION_TOO_MANY_VALUES "}},
      {"[]", "", {"SUBMISSION_NOT_THERE "}},
      {R"({"error":{"type":"ValidationError"}})", "", {"SUBMISSION_NOT_THERE "}},
      {R"({"data":{"score":{"name":"total","value":15}}})", "", {"SUBMISSION_NOT_THERE "}},
      {R"({"performanceYear":2016})", "", {"PERFORMANCE_YEAR_OUTSIDE /performanceYear"}},
      {R"({"performanceYear":2027})", "", {"PERFORMANCE_YEAR_OUTSIDE /performanceYear"}},
      {R"({"performanceYear":2022.5})", "", {"PERFORMANCE_YEAR_OUTSIDE /performanceYear"}},
      {R"({"performanceYear":"soon"})", "", {"PERFORMANCE_YEAR_OUTSIDE /performanceYear"}},
      {R"({"entityType":"group"})", "", {"PERFORMANCE_YEAR_TAKEN "}},
      {R"({"performanceYear":"2022"})", "", {"PERFORMANCE_YEAR_FORM /performanceYear"}},
      {R"({"performanceYear":2022,"entityType":"x"})", "", {"ENTITY_TYPE_UNKNOWN /entityType"}},
      {R"({"performanceYear":2022,"measurementSets":{}})", "", {"MEMBER_TYPE /measurementSets"}},
      {with_sets("7"), "", {"MEMBER_TYPE /measurementSets/0"}},
      {with_sets(many(33, set_of("ia", ""))), "",
       [] {
         std::vector<std::string> found = {"TOO_MANY_SETS /measurementSets"};
         for (int i = 1; i < 32; ++i) {
           found.push_back("SET_REPEATED /measurementSets/" + std::to_string(i));
         }
         return found;
       }()},
      {bare, R"({"smallPractice":"yes"})", {"PROFILE_VALUE /smallPractice"}},
      {bare, R"({"complexPatientBonus":10.5})", {"PROFILE_VALUE /complexPatientBonus"}},
      {bare, R"({"groupSize":-1})", {"PROFILE_VALUE /groupSize"}},
      {bare, "[]", {"PROFILE_VALUE "}},
      {bare, R"({"given":{"quality":{"percent":101}}})", {"PROFILE_VALUE /given/quality/percent"}},
      {bare, R"({"given":{"000456789":{"percent":10}}})", {"PROFILE_VALUE /given"}},
      {bare, R"({"reweight":{"pi":"because"}})", {"PROFILE_VALUE /reweight/pi"}},
      {bare,
       R"({"costMeasures":[{"measureId":"NONE","value":1,"caseCount":1}]})",
       {"PROFILE_VALUE /costMeasures/0/measureId"}},
      {bare, R"({"participation":"mvp"})", {"PATHWAY_NOT_OFFERED /participation"}},
      {bare, R"({"smallpractice":true})", {"PROFILE_FIELD_UNKNOWN "}},
      {bare, "{", {"SUBMISSION_NOT_JSON "}},
      {bare, R"({"facility":{"qualityPercent":80}})", {"PROFILE_VALUE /facility"}},
      {bare, R"({"groupReweight":{}})", {"PROFILE_VALUE /groupReweight"}},
      {bare, R"({"reweight":{"pi":"thirdPartyFailure"}})", {"REASON_NOT_OFFERED /reweight/pi"}},
      {bare,
       R"({"populationHealthMeasure":"479"})",
       {"POPULATION_HEALTH_NOT_CHOSEN /populationHealthMeasure"}},
      {R"({"performanceYear":2022,"entityType":"subgroup"})",
       "",
       {"ENTITY_TYPE_NOT_OFFERED /entityType"}},
      {R"({"performanceYear":2024})",
       R"({"reweight":{"cost":"thirdPartyFailure","pi":"thirdPartyFailure"}})",
       {"REASON_NOT_OFFERED /reweight/cost"}},
      {R"({"performanceYear":2024,"entityType":"subgroup"})",
       R"({"reweight":{"quality":"extremeAndUncontrollable","pi":"hardship"}})",
       {"SUBGROUP_CIRCUMSTANCES /reweight/quality"}},
      {R"({"performanceYear":2023,"entityType":"subgroup"})",
       R"({"reweight":{"quality":"extremeAndUncontrollable"}})",
       {}},
      {R"({"submission":{"performanceYear":2022},"changes":[{"else":1}]})",
       "",
       {"CHANGE_NOT_UNDERSTOOD /changes/0"}},
  };
}

std::vector<Case> set_cases() {
  const std::string ia = measure("IA_EPA_2", "true");
  const auto dated = [](const std::string& first, const std::string& last) {
    return R"("performanceStart":")" + first + R"(","performanceEnd":")" + last + R"(",)";
  };
  const std::string set = "/measurementSets/0";
  return {
      {with_sets(R"({"category":"ia"})"), "", {"MEMBER_MISSING " + set}},
      {with_sets(R"({"measurements":[]})"), "", {"MEMBER_MISSING " + set}},
      {with_sets(R"({"measurements":[)" + ia + "]}"), "", {"CATEGORY_TAKEN " + set}},
      {with_sets(set_of("cost", "")), "", {"CATEGORY_UNKNOWN " + set + "/category"}},
      {quality(kGood, R"("submissionMethod":"paper",)"),
       "",
       {"SUBMISSION_METHOD_UNKNOWN " + set + "/submissionMethod"}},
      {with_sets(set_of("ia", ia, dated("2022-1-1", "2022-12-31"))),
       "",
       {"SET_PERIOD_MALFORMED " + set + "/performanceStart"}},
      {with_sets(set_of("ia", ia, dated("2021-10-03", "2022-12-31"))),
       "",
       {"SET_PERIOD_OUTSIDE_YEAR " + set + "/performanceStart"}},
      {with_sets(set_of("pi", "", dated("2022-12-31", "2022-01-01"))),
       "",
       {"SET_PERIOD_REVERSED " + set}},
      {with_sets(set_of("ia", ia, dated("2022-10-04", "2022-12-31"))),
       "",
       {"ACTIVITY_PERIOD_SHORT " + set}},
      {quality(kGood, dated("2016-01-01", "2016-06-01")),
       "",
       {"QUALITY_PERIOD_NOT_OF_YEAR " + set + "/performanceStart"}},
      {quality(kGood, dated("2022-12-31", "2022-01-01")),
       "",
       {"QUALITY_PERIOD_NOT_OF_YEAR " + set + "/performanceEnd"}},
      {quality(kGood, R"("programName":"G0053",)"),
       "",
       {"PROGRAM_NOT_OFFERED " + set + "/programName"}},
      {with_sets(set_of("ia", ia, R"("programName":"mips",)") + "," +
                 set_of("ia", ia, R"("programName":"app1",)")),
       "",
       {"PROGRAMS_MIXED /measurementSets/1/programName"}},
      {with_sets(set_of("ia", ia) + "," + set_of("ia", measure("IA_PSPA_7", "true"))),
       "",
       {"SET_REPEATED /measurementSets/1"}},
  };
}

std::vector<Case> measurement_cases() {
  const std::string ia = measure("IA_EPA_2", "true");
  return {
      {with_sets(set_of("ia", measure("IA_EPA_2", "1"))), "", {"MEMBER_TYPE " + kFirst + "/value"}},
      {with_sets(set_of("ia", measure("IA_EPA_00", "true"))),
       "",
       {"MEASUREMENT_OF_UNKNOWN_MEASURE " + kFirst + "/measureId"}},
      {with_sets(set_of("ia", ia + "," + ia)),
       "",
       {"MEASUREMENT_REPEATED /measurementSets/0/measurements/1/measureId"}},
      {with_sets(set_of("ia", many(513, ia))), "",
       [] {
         std::vector<std::string> found = {"TOO_MANY_MEASUREMENTS /measurementSets/0/measurements"};
         for (int i = 1; i < 100; ++i) {
           found.push_back("MEASUREMENT_REPEATED /measurementSets/0/measurements/" +
                           std::to_string(i) + "/measureId");
         }
         found.push_back("MORE_FINDINGS ");
         return found;
       }()},
      {with_sets(set_of("pi", measure("PI_EP_1", R"({"numerator":3,"denominator":2})"))),
       "",
       {"RATIO_ABOVE_ONE " + kFirst + "/value"}},
      {with_sets(set_of("pi", measure("PI_EP_1", R"({"numerator":1,"denominator":2})") + "," +
                                  measure("PI_LVPP_1", "true"))),
       "",
       {"EXCLUSION_BESIDE_MEASURE /measurementSets/0/measurements/1"}},
      {with_sets(set_of("pi", measure("PI_HIE_5", "true") + "," +
                                  measure("PI_HIE_1", R"({"numerator":1,"denominator":2})"))),
       "",
       {"SUBSTITUTE_BESIDE_MEASURE " + kFirst}},
  };
}

std::vector<Case> quality_cases() {
  const std::string value = kFirst + "/value";
  const std::string stratum = R"({"stratum":"overall",)" + counts(57, 59).substr(1);
  const auto strata = [](const std::string& list) {
    return quality(measure("AQI48", R"({"performanceRate":96.61,"strata":[)" + list + "]}"));
  };
  return {
      {quality(measure("999x", "{}")),
       "",
       {"MEASUREMENT_OF_UNKNOWN_MEASURE " + kFirst + "/measureId"}},
      {quality(kGood, R"("submissionMethod":"claims",)"),
       "",
       {"MEASURE_NOT_COLLECTED_SO " + kFirst + "/measureId"}},
      {quality(kGood + "," + kGood),
       "",
       {"MEASUREMENT_REPEATED /measurementSets/0/measurements/1/measureId"}},
      {quality(R"({"value":{}})"), "", {"MEMBER_MISSING " + kFirst}},
      {quality(measure("404", R"({"performanceMet":1})")), "", {"MEMBER_MISSING " + value}},
      {quality(measure("404", counts(-1, 5))), "", {"COUNT_NEGATIVE " + value + "/performanceMet"}},
      {quality(measure("404", R"({"performanceMet":1.5,"eligiblePopulation":5})")),
       "",
       {"COUNT_NOT_WHOLE " + value + "/performanceMet"}},
      {quality(measure("404", R"({"performanceMet":1,"eligiblePopulation":1e15})")),
       "",
       {"NUMBER_OUT_OF_RANGE " + value + "/eligiblePopulation"}},
      {quality(measure("404", R"({"performanceMet":"1","eligiblePopulation":5})")),
       "",
       {"MEMBER_TYPE " + value + "/performanceMet"}},
      {quality(measure("404", counts(6, 5))), "", {"CASES_ABOVE_ELIGIBLE " + value}},
      {quality(measure("404", counts(3, 5, R"(,"eligiblePopulationExclusion":1)"))),
       "",
       {"EXCLUSIONS_OF_CQM " + value}},
      {quality(measure("404", R"({"strata":[]})")),
       "",
       {"STRATA_NOT_EXPECTED " + value + "/strata"}},
      {strata(R"({"stratum":"all",)" + counts(1, 2).substr(1)),
       "",
       {"STRATUM_UNKNOWN " + value + "/strata/0/stratum"}},
      {strata(stratum + "," + stratum), "", {"STRATUM_REPEATED " + value + "/strata/1/stratum"}},
      {strata(stratum), "", {"STRATA_INCOMPLETE " + value + "/strata"}},
      {quality(measure("404", counts(80, 100, R"(,"performanceNotMet":20,"performanceRate":50)"))),
       "",
       {"RATE_NOT_OF_COUNTS " + value + "/performanceRate"}},
      {quality(measure("AQI69", counts(77, 85, R"(,"performanceNotMet":8,"performanceRate":50)"))),
       "",
       {"SUPPLIED_RATE_NOT_OF_COUNTS " + value + "/performanceRate"}},
      {quality(measure("AQI69", counts(77, 85))), "", {"SUPPLIED_RATE_MISSING " + value}},
      {R"({"performanceYear":2022,"measurementSets":[]})", "", {}},
  };
}

// G0059 of 2024 has 404 and IA_EPA_1.
std::vector<Case> pathway_cases() {
  const auto sets = [](const std::string& list) {
    return R"({"performanceYear":2024,"measurementSets":[)" + list + "]}";
  };
  const std::string named = R"("programName":"G0059",)";
  return {
      {sets(set_of("quality", kGood + "," + measure("130", counts(80, 100)), named) + "," +
            set_of("ia", measure("IA_EPA_1", "true") + "," + measure("IA_AHE_1", "true"), named)),
       R"({"costMeasures":[{"measureId":"TPCC_1","value":1,"caseCount":1}]})",
       {"MEASURE_NOT_OF_PATHWAY /costMeasures/0/measureId",
        "MEASURE_NOT_OF_PATHWAY /measurementSets/0/measurements/1/measureId",
        "MEASURE_NOT_OF_PATHWAY /measurementSets/1/measurements/1/measureId"}},
      {sets(set_of("quality", measure("130", counts(80, 100)), R"("programName":"M0001",)")),
       "",
       {}},
      {sets(set_of("quality", kGood, named)),
       R"({"populationHealthMeasure":"404"})",
       {"PROFILE_VALUE /populationHealthMeasure"}},
  };
}

TEST(PreviewFindings, EachIsToldWhereItIs) {
  std::set<FindingCode> met;
  for (const auto& cases :
       {document_cases(), set_cases(), measurement_cases(), quality_cases(), pathway_cases()}) {
    for (const Case& each : cases) {
      SCOPED_TRACE(each.submission.substr(0, 200) + " " + each.profile);
      const PreviewAnswer answer = ask(each.submission, each.profile);
      EXPECT_EQ(found_in(answer), each.found);
      for (const PreviewFinding& finding : answer.findings) met.insert(finding.code);
    }
  }
  // By the test below, and by that of the listener.
  met.insert({FindingCode::YEAR_WITHOUT_MEASURES, FindingCode::MEDIA_TYPE_NOT_TAKEN});
  for (const FindingDescription& known : all_findings()) {
    const bool of_preview =
        (known.family == FindingFamily::SUB &&
         known.code <= FindingCode::POPULATION_HEALTH_NOT_CHOSEN) ||
        (known.family == FindingFamily::MEA && known.code > FindingCode::STRATUM_UNKNOWN);
    if (of_preview) {
      EXPECT_TRUE(met.count(known.code) > 0) << known.identifier;
    }
  }
}

// A rulebook that composes a year's score from percents and has none of its measures.
class OneYear : public rulebook::Rulebook {
 public:
  const Hash256& digest() const override { return Rulebook::built_in().digest(); }
  std::vector<PerformanceYear> years() const override { return {year_.year()}; }
  const rulebook::YearRules* find_year(PerformanceYear) const override { return &year_; }

 private:
  TestYear year_{built_in_2022()};
};

TEST(PreviewFindings, AYearWithoutMeasuresSaysSo) {
  const OneYear rulebook;
  const PreviewRules only(rulebook);
  const PreviewAnswer answer =
      preview_score(only, quality(kGood), R"({"given":{"quality":{"percent":80}}})", {});
  EXPECT_TRUE(answer.scored);
  EXPECT_EQ(found_in(answer),
            (std::vector<std::string>{"YEAR_WITHOUT_MEASURES /measurementSets/0"}));
}

TEST(PreviewFindings, OfAPathwayWhatItListsIsScored) {
  const auto scored = [](const std::string& more, const std::string& profile) {
    const std::string sets =
        R"({"performanceYear":2024,"measurementSets":[)" +
        set_of("quality", kGood + more, R"("programName":"G0059",)") + "," +
        set_of("quality",
               measure("479", R"({"performanceRate":10,"caseCount":500})") + "," +
                   measure("484", R"({"performanceRate":90,"caseCount":500})"),
               R"("programName":"G0059","submissionMethod":"administrativeClaims",)") +
        "]}";
    const Json score = Json::parse(ask(sets, profile).json).at("score");
    return score.at("parts")[0].at("original").at("value");
  };
  const std::string group = R"({"groupSize":100})";
  EXPECT_EQ(scored("," + measure("130", counts(100, 100)), group), scored("", group));
  // The one that was chosen counts, also where the other one is better.
  const auto chosen = [&](const std::string& id) {
    return scored("", R"({"groupSize":100,"populationHealthMeasure":")" + id + R"("})");
  };
  EXPECT_EQ(std::max(chosen("479"), chosen("484")), scored("", group));
}

// Only what a finding is about is left out.
TEST(PreviewFindings, TheRestIsScored) {
  const auto parts = [](const std::string& measurements) {
    const PreviewAnswer answer = ask(quality(measurements));
    EXPECT_TRUE(answer.scored) << answer.json;
    return Json::parse(answer.json).at("score").at("parts")[0].at("original").at("parts");
  };
  const Json alone = parts(kGood);
  for (const std::string& wrong :
       {measure("430", counts(6, 5)), measure("430", counts(-6, 5)), measure("999x", "{}"),
        std::string("7"), measure("430", "true"), R"({"measureId":430})" + std::string()}) {
    EXPECT_EQ(parts(wrong + "," + kGood), alone) << wrong;
    EXPECT_EQ(parts(kGood + "," + wrong), alone) << wrong;
  }
  // Of two measurements of one measure the first counts.
  EXPECT_EQ(parts(kGood + "," + measure("404", counts(1, 100))), alone);
}

TEST(PreviewFindings, OfAnExclusionAndItsMeasureOneIsScored) {
  const auto rows = [](const std::string& numbers) {
    const PreviewAnswer answer = ask(
        with_sets(set_of("pi", measure("PI_EP_1", numbers) + "," + measure("PI_LVPP_1", "true"))));
    EXPECT_EQ(answer.findings.size(), 1U) << answer.json;
    EXPECT_EQ(Json::parse(answer.json).at("findings")[0].at("location").size(), 2U);
    return answer.findings[0];
  };
  const PreviewFinding done = rows(R"({"numerator":1,"denominator":2})");
  EXPECT_EQ(done.pointer, "/measurementSets/0/measurements/1");
  EXPECT_EQ(done.other_pointer, "/measurementSets/0/measurements/0");
  EXPECT_EQ(done.parameters, (std::vector<std::string>{"PI_LVPP_1", "PI_EP_1", "PI_EP_1"}));
  // Where nothing was counted the exclusion stays.
  const PreviewFinding nothing = rows(R"({"numerator":0,"denominator":0})");
  EXPECT_EQ(nothing.pointer, "/measurementSets/0/measurements/0");
  EXPECT_EQ(nothing.parameters[2], "PI_LVPP_1");
}

TEST(PreviewFindings, AFindingHasTheShapeOfAllFindings) {
  const Json answer = Json::parse(ask(quality(measure("404", counts(6, 5)))).json);
  const Json& finding = answer.at("findings").at(0);
  EXPECT_EQ(finding.at("code"), "QCDR-MEA-0024");
  EXPECT_EQ(finding.at("severity"), "error");
  EXPECT_EQ(finding.at("location"),
            Json::parse(R"({"jsonPointer":"/measurementSets/0/measurements/0/value"})"));
  EXPECT_EQ(finding.at("params"), Json::parse(R"(["404","6","5"])"));
  for (const char* key : {"title", "message", "hint", "docUrl", "effect"}) {
    EXPECT_TRUE(finding.at(key).is_string()) << key;
  }
}

// Whatever stands where an id, a name or a key is expected may be an identifier.
TEST(PreviewFindings, NoIdentifierIsRepeated) {
  const std::string tin = "000456789";
  const std::string npi = "2123456789";
  for (const std::string& text :
       {R"({"performanceYear":"000456789"})" + std::string(),
        R"({"000456789":1,"000456789":1})" + std::string(),
        R"({"performanceYear":2022,"entityType":"000456789","x":"2123456789"})" + std::string(),
        quality(measure("000456789", "{}")), quality(measure("404", R"("2123456789")")),
        quality(kGood, R"("submissionMethod":"000456789",)"),
        quality(kGood, R"("programName":"000456789","performanceStart":"2123456789",)"),
        with_sets(set_of("000456789", kGood)),
        R"({"submission":{"performanceYear":2022},"profile":{"000456789":1,)" +
            std::string(R"("given":{"2123456789":1},"clinicianType":"000456789"}})")}) {
    const PreviewAnswer answer = ask(text);
    EXPECT_FALSE(answer.findings.empty()) << text;
    EXPECT_EQ(answer.json.find(tin), std::string::npos) << answer.json;
    EXPECT_EQ(answer.json.find(npi), std::string::npos) << answer.json;
    for (const PreviewFinding& finding : answer.findings) {
      EXPECT_EQ(finding_line(finding).find(tin), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace qcdr::scoring
