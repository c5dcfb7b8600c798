#include "generate/measure_codes.h"

#include <array>

namespace qcdr::generate {
namespace {

constexpr std::uint64_t kHabitPurpose = 40;  // permanent, like the other purposes

struct Outcomes {
  std::string_view measure;
  std::string_view met;
  std::string_view not_met;
  std::string_view exception;  // empty: the measure has none
  std::uint32_t met_rate_min;  // of ten thousand, for the least careful lead
  std::uint32_t met_rate_spread;
  std::uint32_t exception_rate;  // of ten thousand
};

constexpr Outcomes kSmoking = {"404", "G9644", "G9645", "", 5500, 4300, 0};
constexpr Outcomes kTemperature = {"424", "G9771", "G9773", "G9772", 9650, 351, 100};
constexpr Outcomes kNausea = {"430", "G9775", "G9777", "G9776", 9650, 351, 60};
constexpr std::array<const Outcomes*, 3> kMeasures = {&kSmoking, &kTemperature, &kNausea};

constexpr std::uint32_t kSilentRate = 250;  // no outcome code although the case is in
constexpr std::uint32_t kAdultYears = 18;
constexpr std::uint32_t kWarmthMinutes = 60;
constexpr std::int32_t kPinnedYear = 2022;
constexpr std::int32_t kLastYearOfTemperature = 2025;  // CMS has 424 until then

// How often this lead meets this measure, of ten thousand: the same on every case of the year.
std::uint32_t habit(const Options& options, const Outcomes& measure, std::uint64_t npi) {
  Random random(derive({options.seed, kHabitPurpose, measure.met_rate_min,
                        static_cast<std::uint64_t>(measure.measure[2]), npi}));
  return measure.met_rate_min + random.below(measure.met_rate_spread);
}

void add_outcome(Random& random, const Options& options, const Outcomes& measure,
                 GeneratedCase* made) {
  if (random.chance(kSilentRate)) return;
  if (random.chance(measure.exception_rate)) {
    made->add_code(measure.measure, measure.exception);
    return;
  }
  const bool met = random.chance(habit(options, measure, made->staff[0].npi));
  made->add_code(measure.measure, met ? measure.met : measure.not_met);
}

// Pain managed by several means, and a survey, which has two rates.
void add_later_measures(Random& random, GeneratedCase* made) {
  if (random.chance(1500)) {
    made->add_code("477", random.chance(8500) ? "G2148" : "G2150");
  }
  if (!random.chance(1200)) return;
  const bool sent = random.chance(9000);
  made->add_code("AQI48", sent ? "10A12" : "10A14");
  if (!sent || !random.chance(6000)) return;
  made->add_code("AQI48", "10A72");
  made->add_code("AQI48", random.chance(9000) ? "10A70" : "10A71");
}

// Calls visit(index of the outcome's code, measure) for the first met or not met code.
template <class Visit>
bool first_outcome(GeneratedCase* made, const Visit& visit) {
  for (std::size_t i = 0; i < made->code_count; ++i) {
    for (const Outcomes* measure : kMeasures) {
      if (made->codes[i].code == measure->met || made->codes[i].code == measure->not_met) {
        visit(i, *measure);
        return true;
      }
    }
  }
  return false;
}

}  // namespace

void add_measure_codes(Random& random, const Options& options, GeneratedCase* made) {
  const bool adult = made->age_years >= kAdultYears;
  const bool warm = options.year <= kLastYearOfTemperature;
  if (warm && made->duration_minutes >= kWarmthMinutes && made->method != Method::kNerveBlock) {
    made->add_code("424", "4255F");
    if (made->method == Method::kMonitoredCare) {
      made->add_code("424", "G9654");
    } else {
      add_outcome(random, options, kTemperature, made);
    }
  }
  if (made->method == Method::kInhalational && adult) {
    made->add_code("430", "4554F");
    if (random.chance(made->female ? 7000 : 3000)) {
      made->add_code("430", "4556F");
      add_outcome(random, options, kNausea, made);
    }
  }
  if (adult && made->urgency == Urgency::kElective && random.chance(1600)) {
    made->add_code("404", "G9642");
    made->add_code("404", "G9643");
    if (random.chance(9000)) {
      made->add_code("404", "G9497");
      add_outcome(random, options, kSmoking, made);
    }
  }
  // Seasons of 2022 are pinned by their bytes, as they were before there were these.
  if (options.year != kPinnedYear && adult) add_later_measures(random, made);
}

bool flip_outcome(GeneratedCase* made) {
  return first_outcome(made, [made](std::size_t index, const Outcomes& measure) {
    std::string_view& code = made->codes[index].code;
    code = code == measure.met ? measure.not_met : measure.met;
  });
}

void add_contradiction(GeneratedCase* made) {
  first_outcome(made, [made](std::size_t index, const Outcomes& measure) {
    const bool met = made->codes[index].code == measure.met;
    made->add_code(measure.measure, met ? measure.not_met : measure.met);
  });
}

}  // namespace qcdr::generate
