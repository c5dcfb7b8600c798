#include "cli/payment_print.h"

#include <fmt/core.h>

#include "cli/json_writer.h"
#include "cli/range_words.h"
#include "registry/csv_text.h"
#include "registry/submitted.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

std::string dollars(Decimal amount) {
  return (amount < Decimal() ? "-$" : "$") + (amount < Decimal() ? -amount : amount).to_fixed(2);
}

void effect_json(const review::PaymentEffect& effect, const std::string& words, JsonWriter* json) {
  json->begin_object();
  json->key("finalScore");
  json->raw(effect.final_score.to_string());
  json->key("percent");
  json->raw(fmt::format("{{\"atScore\": {}, \"low\": {}, \"high\": {}}}",
                        effect.percent_at_score.to_string(), effect.percent_low.to_string(),
                        effect.percent_high.to_string()));
  json->field("basis", review::basis_name(effect.basis));
  json->field("basisText", review::basis_words(effect.basis));
  json->flag("neutral", effect.neutral);
  json->field("applies", applies_text(effect.applies));
  json->key("dollars");
  if (effect.dollars_low) {
    json->raw(fmt::format("{{\"paidAmount\": {}, \"low\": {}, \"high\": {}}}",
                          effect.paid_amount->to_string(), effect.dollars_low->to_string(),
                          effect.dollars_high->to_string()));
  } else {
    json->null();
  }
  json->field("text", words);
  json->end_object();
}

std::string effect_text(const char* name, const review::PaymentEffect& effect,
                        const std::string& words) {
  std::string text =
      fmt::format("{}: {} points\n  {}\n", name, effect.final_score.to_fixed(2), words);
  if (effect.applies == scoring::Known::kNo) return text;
  text += fmt::format("  over its whole range: {} % to {} %, {}\n", effect.percent_low.to_fixed(2),
                      effect.percent_high.to_fixed(2), review::basis_words(effect.basis));
  if (effect.dollars_low) {
    text += fmt::format("  of {} paid: {} to {}\n", dollars(*effect.paid_amount),
                        dollars(*effect.dollars_low), dollars(*effect.dollars_high));
  }
  return text;
}

}  // namespace

Result<std::optional<Decimal>> paid_amount_in(std::string_view csv, AskedRow& asked) {
  QCDR_ASSIGN_OR_RETURN(const auto table, registry::read_csv(csv, {"tin", "npi", "paid_amount"}));
  registry::Ledgers ledgers;
  for (StateView::PartitionView& each : asked.view().partitions()) {
    ledgers.push_back(each.ledger.get());
  }
  QCDR_ASSIGN_OR_RETURN(const auto identities,
                        registry::read_identities(ledgers, asked.row().year, {asked.entity()},
                                                  asked.view().keys().tin_key()));
  const auto own = identities.find(asked.entity());
  if (own == identities.end()) return std::optional<Decimal>();
  std::optional<Decimal> amount;
  for (const registry::CsvRecord& line : table) {
    if (line.at("tin") != own->second.tin || line.at("npi") != own->second.npi) continue;
    QCDR_ASSIGN_OR_RETURN(const Decimal each, review::parse_paid_amount(line.at("paid_amount")));
    if (amount) {
      return Status(ErrorCode::kInvalidArgument, "the file has several amounts for this row");
    }
    amount = each;
  }
  if (!amount) {
    return Status(ErrorCode::kInvalidArgument,
                  "the file has no amount for this row; its columns are tin, npi, paid_amount");
  }
  return amount;
}

PaymentPage make_payment_page(AskedRow& asked, const std::optional<Decimal>& amount,
                              const std::optional<WhatIfAnswer>& assumed) {
  PaymentPage page;
  const ProjectedScore& projected = asked.projected();
  const scoring::ResolvedRules& rules = *projected.input.rules;
  page.past = review::at_hundred_points(rulebook::Rulebook::built_in(), asked.row().year,
                                        projected.input.as_of);
  page.projected = review::payment_effect(projected.input, projected.summary, amount);
  page.words = review::effect_words(page.projected, rules, page.past);
  page.neutral = review::neutral_words(page.projected, projected.summary, rules);
  if (assumed) {
    scoring::ScoreSummary summary = assumed->assumed.summary;
    summary.adjustment.applies = asked.row().applies;
    page.assumed = review::payment_effect(assumed->input, summary, amount);
    page.assumed_words = review::effect_words(*page.assumed, rules, page.past);
  }
  return page;
}

std::string payment_text(AskedRow& asked, const PaymentPage& page) {
  std::string text = banner_text(asked.view().as_of()) + "\n" + asked.row().tin + "  " +
                     who_of(asked.row()) + "\n";
  text += effect_text("As things stand", page.projected, page.words);
  if (page.assumed) text += effect_text("With what is assumed", *page.assumed, page.assumed_words);
  if (!page.neutral.empty()) text += page.neutral + "\n";
  if (page.assumed) {
    text +=
        "Only documentation of care already given can still be reported after the year; choosing "
        "cases by result\nis not allowed (42 CFR 414.1340(d)).\n";
  }
  return text;
}

std::string payment_json(AskedRow& asked, const PaymentPage& page) {
  JsonWriter json;
  json.begin_object();
  json.field("asOf", asked.view().as_of().to_string());
  json.field("practice", std::int64_t{asked.row().practice.value()});
  json.field("performanceYear", std::int64_t{asked.row().year.value()});
  json.field("paymentYear", std::int64_t{page.projected.payment_year});
  json.field("tin", asked.row().tin);
  json.key("clinician");
  if (asked.row().group) {
    json.null();
  } else {
    json.text(asked.row().clinician);
  }
  json.key("asThingsStand");
  effect_json(page.projected, page.words, &json);
  json.key("assumed");
  if (page.assumed) {
    effect_json(*page.assumed, page.assumed_words, &json);
  } else {
    json.null();
  }
  json.key("pastYearsAtHundredPoints");
  if (page.past) {
    json.raw(fmt::format("{{\"low\": {}, \"high\": {}}}", page.past->low.to_string(),
                         page.past->high.to_string()));
  } else {
    json.null();
  }
  json.field("neutral", page.neutral);
  json.end_object();
  return json.take();
}

}  // namespace qcdr
