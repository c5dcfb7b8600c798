// One anesthesia case while its elements are read: values are checked one by one, then the whole.
//
// Keeps only what qcdr.v1.AnesthesiaCase needs. Each method returns what is wrong, or nothing; the
// caller adds the place.
// Thread-safety: none; reused from record to record with clear().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identifiers.h"
#include "core/time.h"
#include "intake/findings.h"
#include "intake/nacor_elements.h"
#include "intake/parser.h"

namespace qcdr::intake {

struct QualityCode {
  std::string measure;  // as the file names it, "PQRS424"
  std::string code;
  std::string modifier;  // may be empty
  Place place;
};

class CaseDraft {
 public:
  CaseDraft(const ParserOptions& options, KeyRing& keys) : options_(options), keys_(keys) {}

  void clear();
  // A group of values begins or ends: a person, a method, a quality code.
  std::optional<Complaint> begin(ElementType type);
  std::optional<Complaint> end(ElementType type);
  // A kept value, without white space around it. Empty text is a missing value.
  std::optional<Complaint> set(Field field, std::string_view text, const Place& place,
                               TinTable* tins);
  // Checks that concern the whole case; each complaint takes the row away.
  std::vector<Complaint> check() const;

  const std::vector<QualityCode>& codes() const { return codes_; }
  void rename_measure(std::size_t code, std::string measure) {
    codes_[code].measure = std::move(measure);
  }
  // Only when there is a case id.
  CaseToken token() const;
  bool has_id() const { return !id_.empty(); }
  void build(std::int64_t file_created, v1::AnesthesiaCase* result) const;
  // Also of a case that is not used.
  void build_mistyped(v1::Row* row) const;

 private:
  struct Staff {
    std::uint32_t tin = 0;              // number in the upload's table; 0: not valid
    Npi npi;                            // 0: not valid
    std::uint64_t mistyped_digits = 0;  // ten digits whose check digit does not fit
    v1::ClinicianType type = v1::CLINICIAN_TYPE_UNSPECIFIED;
  };
  struct Method {
    std::uint32_t category = 0;
    std::uint32_t sub_category = 0;
    std::optional<LocalDateTime> start;
    std::optional<LocalDateTime> end;
  };

  std::optional<Complaint> set_tin(std::string_view text, TinTable* tins);
  std::optional<Complaint> set_npi(std::string_view text);
  std::optional<Complaint> set_method(Field field, std::string_view text);
  std::optional<Complaint> set_code(Field field, std::string_view text, const Place& place);
  std::optional<Complaint> set_cpt(std::string_view name, std::string_view text,
                                   std::vector<std::uint32_t>* list);
  std::optional<Complaint> set_number(Field field, std::string_view text);
  std::optional<Complaint> end_method() const;
  // The start that comes first; none when no method has one.
  std::optional<LocalDateTime> first_start() const;
  void build_staff(v1::AnesthesiaCase* result) const;
  void build_codes(v1::AnesthesiaCase* result) const;

  const ParserOptions& options_;
  KeyRing& keys_;
  std::string id_;
  std::vector<Staff> staff_;
  std::vector<Method> methods_;
  std::vector<QualityCode> codes_;
  std::vector<std::uint32_t> surgical_cpt_;
  std::vector<std::uint32_t> anesthesia_cpt_;
  std::uint32_t age_ = 0;
  std::uint32_t asa_ = 0;
  std::uint32_t procedure_status_ = 0;
};

}  // namespace qcdr::intake
