#include "rulebook/folding_file.h"

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {

Result<FoldingFile> parse_folding_file(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  file.text("description");
  FoldingFile folding;
  folding.number =
      static_cast<std::uint32_t>(file.integer("number", 1, static_cast<int>(kFoldingNumbers) - 1));
  folding.line = file.require("sha256").line;
  folding.sha256 = file.text("sha256");
  file.finish();
  if (!errors.is_ok()) return errors.first();
  return folding;
}

}  // namespace qcdr::rulebook
