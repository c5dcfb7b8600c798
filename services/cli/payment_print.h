// What a projected score does to payments, as text and JSON, and beside it what a what-if would.
// Thread-safety: free functions. Errors: kInvalidArgument for a file of amounts that cannot be
// read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/asked_row.h"
#include "cli/what_if.h"
#include "review/payment_effect.h"

namespace qcdr {

// The amount of the asked row in a CSV with columns tin, npi, paid_amount; a TIN as a whole has an
// empty npi. None: the file has no such row. Limits: 100,000 lines.
Result<std::optional<Decimal>> paid_amount_in(std::string_view csv, AskedRow& asked);

struct PaymentPage {
  review::PaymentEffect projected;
  std::optional<review::PaymentEffect> assumed;
  std::optional<review::PastYears> past;
  std::string words;
  std::string assumed_words;
  std::string neutral;
};
PaymentPage make_payment_page(AskedRow& asked, const std::optional<Decimal>& amount,
                              const std::optional<WhatIfAnswer>& assumed);
std::string payment_text(AskedRow& asked, const PaymentPage& page);
std::string payment_json(AskedRow& asked, const PaymentPage& page);

}  // namespace qcdr
