#include "rulebook/measure_aliases.h"

namespace qcdr::rulebook {

Result<std::vector<DatedAlias>> parse_measure_aliases(std::string_view path,
                                                      std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  file.text("description");
  std::vector<DatedAlias> aliases;
  const DocumentNode& items = file.require("aliases");
  if (items.items.empty()) errors.add(items.line, "a list of aliases is expected");
  for (const DocumentNode& item : items.items) {
    FieldReader reader(item, errors);
    DatedAlias dated;
    dated.line = item.line;
    dated.alias.from = reader.text("from");
    dated.alias.to = reader.text("to");
    const DocumentNode& years = reader.require("years");
    if (errors.is_ok()) dated.years = read_range(years.scalar, years.line, errors);
    dated.alias.citation = reader.citation("reference");
    reader.finish();
    aliases.push_back(std::move(dated));
  }
  file.finish();
  if (!errors.is_ok()) return errors.first();
  return aliases;
}

}  // namespace qcdr::rulebook
