"""Plants every fault that tidy looks for in a small clean tree, and requires that it is found."""

import os
import shutil
import tempfile

_LISTS = 'qcdr_library({0} SOURCES a.cc)\n'
_SOURCE = '#include "{0}/a.h"\n\nint answer() {{ return 42; }}\n'

# A tree without any fault. It holds what must not be taken for one.
CLEAN = {
    "README.md": "# Title\n\nSee [the core](pipeline/core/README.md#core) and [docs](docs).\n"
                 "`[no](link)` and [outside](https://example.org).\n",
    "docs/a.md": "# A\n\n[back](../README.md), [here](#a-b)\n\n## A: b\n",
    "deploy/install-packages": "#!/bin/bash\napt-get install -y gcc\n",
    "services/common/CMakeLists.txt": "qcdr_library(common SOURCES a.cc)\n",
    "services/common/README.md": "# common\n",
    "services/common/a.h": "#pragma once\n",
    "services/common/a.cc": '#include "common/a.h"\n\n#include <thread>\n#include "ledger/a.h"\n'
                            "void f() { log_info(mask_tin(tin), tins.size(), tin_token); }\n",
    "pipeline/core/words.cc": '// double, rand() and TODOS are only words here\n'
                              'const char* text = "float time( X' + 'XX";\n'
                              "constexpr long k = 10'000;\nint operand(int a) { return a; }\n",
}
for _library in ("core", "rulebook", "calendar", "measures", "scoring", "ledger", "submission",
                 "intake", "stream"):
    _folder = f"pipeline/{_library}"
    CLEAN[f"{_folder}/a.h"] = "#pragma once\n"
    CLEAN[f"{_folder}/a.cc"] = _SOURCE.format(_library)
    CLEAN[f"{_folder}/CMakeLists.txt"] = _LISTS.format(_library)
    CLEAN[f"{_folder}/README.md"] = f"# {_library}\n"
CLEAN["pipeline/stream/private.h"] = "#include <rocksdb/db.h>\n"
CLEAN["pipeline/stream/a.cc"] += '#include "stream/private.h"\n'
CLEAN["pipeline/core/CMakeLists.txt"] = "qcdr_library(core\n  SOURCES a.cc words.cc)\n"

_LONG_BODY = "".join(f"  step({i});\n" for i in range(70))


def _include(library, header):
    return (f"pipeline/{library}/a.cc", f'#include "{header}"\n')


def _system(library, header, suffix="cc"):
    return (f"pipeline/{library}/a.{suffix}", f"#include <{header}>\n")


def _code(library, code):
    return (f"pipeline/{library}/a.cc", code + "\n")


# (check, file, text appended to it; None: the file is removed)
FAULTS = [
    ("arrows", *_include("core", "rulebook/a.h")),
    ("arrows", *_include("rulebook", "scoring/a.h")),
    ("arrows", *_include("calendar", "measures/a.h")),
    ("arrows", *_include("scoring", "ledger/a.h")),
    ("arrows", *_include("ledger", "submission/a.h")),
    ("arrows", *_include("ledger", "intake/a.h")),
    ("arrows", *_include("ledger", "stream/a.h")),
    ("arrows", *_include("intake", "ledger/a.h")),
    ("arrows", *_include("stream", "rulebook/a.h")),
    ("arrows", *_include("stream", "qcdr/v1/row.pb.h")),
    ("arrows", *_include("core", "qcdr/v1/row.pb.h")),
    ("arrows", *_include("measures", "qcdr/v1/row.pb.h")),
    ("arrows", *_include("submission", "common/a.h")),
    ("arrows", "pipeline/extra/a.h", "#pragma once\n"),
    ("rooted-includes", *_include("core", "a.h")),
    ("rooted-includes", *_include("core", "../rulebook/a.h")),
    ("purity", *_system("core", "thread")),
    ("purity", *_system("scoring", "fstream")),
    ("purity", *_system("ledger", "rocksdb/db.h")),
    ("purity", *_system("calendar", "librdkafka/rdkafka.h")),
    ("purity", *_system("measures", "httplib.h")),
    ("purity", *_system("rulebook", "prometheus/registry.h")),
    ("purity", *_code("core", "auto f() { return std::chrono::system_clock::now(); }")),
    ("purity", *_code("ledger", "auto f() { return std::chrono::steady_clock :: now(); }")),
    ("purity", *_code("ledger", "long f() { return time(nullptr); }")),
    ("purity", *_code("scoring", "std::random_device device;")),
    ("purity", *_code("measures", "int f() { return rand(); }")),
    ("purity", *_code("scoring", "double half = 0.5;")),
    ("purity", *_code("rulebook", "float half;")),
    ("purity", "pipeline/scoring/a.h", "inline double f() { return 0; }\n"),
    ("heavy-headers", *_system("stream", "rocksdb/db.h", "h")),
    ("heavy-headers", *_system("stream", "librdkafka/rdkafka.h", "h")),
    ("heavy-headers", *_system("intake", "simdjson.h", "h")),
    ("heavy-headers", "services/common/a.h", "#include <nlohmann/json.hpp>\n"),
    ("heavy-headers", "services/common/a.h", "#include <CLI/CLI.hpp>\n"),
    ("heavy-headers", "services/common/a.h", "#include <httplib.h>\n"),
    ("heavy-headers", "pipeline/stream/a.h", '#include "stream/private.h"\n#include <rocksdb/db.h>\n'),
    ("open-ends", "pipeline/core/a.cc", "// FIX" + "ME: later\n"),
    ("open-ends", "docs/a.md", "TO" + "DO\n"),
    ("open-ends", "deploy/install-packages", "# X" + "XX\n"),
    ("file-sizes", "pipeline/core/a.cc", "// a line of words\n" * 1400),
    ("file-sizes", "tests/long", "#!/bin/bash\n" + "# a line of words\n" * 1400),
    ("function-lengths", *_code("core", "void f(int a) {\n" + _LONG_BODY + "}")),
    ("function-lengths", *_code(
        "core", "namespace n {\nclass C : B {\n public:\n  C() : a_{1} {\n" + _LONG_BODY + "}\n};\n}")),
    ("function-lengths", *_code(
        "core", "TEST(A, B) {\n  if (a) {\n" + _LONG_BODY + "  }\n}")),
    ("dead-files", "pipeline/core/dead.cc", "int dead;\n"),
    ("dead-files", "pipeline/core/ords.cc", "int not_words;\n"),
    ("dead-files", "pipeline/core/dead.h", "#pragma once\n"),
    ("readmes", "pipeline/intake/README.md", None),
    ("readmes", "services/common/README.md", None),
    ("document-links", "docs/a.md", "[gone](gone.md)\n"),
    ("document-links", "docs/a.md", "[gone](../README.md#gone)\n"),
    ("document-links", "README.md", "![gone](docs/gone.png)\n"),
    ("machine-paths", "docs/a.md", "cd /wo" + "rk/main\n"),
    ("machine-paths", "pipeline/core/a.cc", '// "/ro' + 'ot/x"\n'),
    ("machine-paths", "deploy/install-packages", "ls /ho" + "me/me\n"),
    ("registry-hosts", "docs/a.md", "https://registry." + "npmjs.org/x\n"),
    ("registry-hosts", "pom.xml", "https://repo1." + "maven.org/maven2\n"),
    ("way-of-work", "docs/a.md", "as issue " + "#12 says\n"),
    ("way-of-work", "pipeline/core/a.cc", "// see ../" + "shared/x\n"),
    ("identifiers-in-logs", "services/common/a.cc", 'void g() { log_info("x", tin); }\n'),
    ("identifiers-in-logs", "services/common/a.cc", "void g() { spdlog::warn(row.npi); }\n"),
    ("identifiers-in-logs", "services/common/a.cc", "void g() {\n  std::cerr << 1\n << tin;\n}\n"),
    ("identifiers-in-logs", "services/common/a.cc", "void g() { logger.info(a, case_id); }\n"),
    ("package-names", "deploy/other", "#!/bin/sh\nsudo apt-get -y install gcc\n"),
]


def _write(root, path, text, mode="w"):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, mode, encoding="utf-8") as f:
        f.write(text)


def _findings(run_checks, fault):
    root = tempfile.mkdtemp(prefix="tidy-")
    try:
        for path, text in CLEAN.items():
            _write(root, path, text)
        if fault is not None:
            _, path, text = fault
            if text is None:
                os.remove(os.path.join(root, path))
            else:
                _write(root, path, text, "a")
        return run_checks(root)
    finally:
        shutil.rmtree(root)


def run(run_checks):
    """{case: problems}; a case without problems passed."""
    clean = _findings(run_checks, None)
    results = {"clean tree": [f"taken for a fault: {n}: {f}" for n, fs in clean.items() for f in fs]}
    planted = {fault[0] for fault in FAULTS}
    results["every check has a fault"] = [f"no fault for {n}" for n in clean if n not in planted]
    for number, fault in enumerate(FAULTS):
        check, path, text = fault
        found = _findings(run_checks, fault)[check]
        name = f"fault {number}"
        if text is None:
            results[name] = [] if found else [f"{check} does not miss {path}"]
        else:
            hit = [f for f in found if f.startswith(path + ":")]
            results[name] = [] if hit else [f"{check} overlooks, in {path}: {text[:60]!r}"]
    return results
