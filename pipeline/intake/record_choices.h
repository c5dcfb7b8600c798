// Lists of values that several kinds of records share.
#pragma once

#include <array>

#include "intake/record_table.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::intake::choices {

inline constexpr std::array<Choice, 2> kRecordActions = {{
    {"WITHDRAW", v1::ROW_ACTION_WITHDRAW},
    {"EXPIRE", v1::ROW_ACTION_EXPIRE},
}};
inline constexpr std::array<Choice, 2> kGrantOrRevoke = {{
    {"GRANT", v1::CONSENT_ACTION_GRANT},
    {"REVOKE", v1::CONSENT_ACTION_REVOKE},
}};
inline constexpr std::array<Choice, 2> kFileOrRevoke = {{
    {"FILE", v1::CONSENT_ACTION_GRANT},
    {"REVOKE", v1::CONSENT_ACTION_REVOKE},
}};
inline constexpr std::array<Choice, 4> kCategories = {{
    {"QUALITY", v1::CATEGORY_QUALITY},
    {"IA", v1::CATEGORY_IMPROVEMENT_ACTIVITIES},
    {"PI", v1::CATEGORY_PROMOTING_INTEROPERABILITY},
    {"COST", v1::CATEGORY_COST},
}};
// What a registry may send.
inline constexpr std::array<Choice, 3> kSentCategories = {{
    {"QUALITY", v1::CATEGORY_QUALITY},
    {"IA", v1::CATEGORY_IMPROVEMENT_ACTIVITIES},
    {"PI", v1::CATEGORY_PROMOTING_INTEROPERABILITY},
}};
inline constexpr std::array<Choice, 6> kAuthorities = {{
    {"PRACTICE_CHAMPION", v1::AUTHORITY_PRACTICE_ADMINISTRATOR},
    {"CLINICIAN_SELF", v1::AUTHORITY_CLINICIAN_SELF},
    {"PRACTICE_OFFICER", v1::AUTHORITY_PRACTICE_OFFICER},
    {"VENDOR", v1::AUTHORITY_VENDOR},
    {"REGISTRY_OPERATOR", v1::AUTHORITY_REGISTRY_OPERATOR},
    {"REGISTRY_DIRECTOR", v1::AUTHORITY_REGISTRY_DIRECTOR},
}};

inline constexpr std::array<Part, 2> kEvidenceParts = {{
    {.name = "kind", .target = "kind"},
    {.name = "sha256", .target = "sha256", .type = FieldType::kHash},
}};

}  // namespace qcdr::intake::choices
