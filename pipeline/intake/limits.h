// Limits of intake. Every buffer, list and loop that an upload can fill has one here.
//
// They are our own, not a regulation's: generous for real files, small enough that a hostile one
// cannot take memory. Memory of one parser is bounded by them whatever the size of the upload.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qcdr::intake {

// Chunks: what the wire contract says of qcdr.v1.Chunk.
inline constexpr std::size_t kMaxChunkRows = 256;
inline constexpr std::size_t kMaxChunkBytes = 64 * 1024;

// Upload.
inline constexpr std::uint64_t kDefaultMaxUploadBytes = std::uint64_t{8} << 30;
inline constexpr std::uint32_t kDefaultMaxRecords = 20'000'000;
inline constexpr std::size_t kIdentifyBytes = 256 * 1024;  // identify() needs at most so many
inline constexpr std::size_t kFeedSliceBytes = 64 * 1024;  // a larger feed is cut into these
inline constexpr std::size_t kMaxFileVerdicts = 1000;

// Rows.
inline constexpr std::size_t kMaxRowVerdicts = 32;
inline constexpr std::size_t kMaxTinsCached = 20'000;

// XML.
inline constexpr int kMaxXmlDepth = 32;
inline constexpr int kMaxXmlAttributes = 16;
inline constexpr std::size_t kMaxXmlTokenBytes = 256 * 1024;  // one tag, comment or instruction
// Bytes that may wait for the end of a token: expat may put off reading until they have doubled.
inline constexpr std::size_t kMaxXmlPendingBytes = 4 * kMaxXmlTokenBytes;
inline constexpr std::size_t kMaxElementTextBytes = 64 * 1024;
inline constexpr std::size_t kMaxValueBytes = 128;  // of an element that is kept
inline constexpr std::uint64_t kMaxRecordBytes = 4 << 20;
inline constexpr int kMaxUnknownElementsTold = 64;
inline constexpr int kMaxMeasuresTold = 256;

// Cases.
inline constexpr std::size_t kMaxStaffPerCase = 16;
inline constexpr std::size_t kMaxMethodsPerCase = 16;
inline constexpr std::size_t kMaxCodesPerCase = 64;  // quality codes; CPT codes of each sort
inline constexpr std::uint32_t kMaxAgeYears = 130;
inline constexpr std::int64_t kMaxAnesthesiaHours = 168;
inline constexpr std::size_t kMaxCasesRemembered = 3'000'000;  // for repeats inside one file

// CSV.
inline constexpr std::size_t kMaxCsvColumns = 64;
inline constexpr std::size_t kMaxCsvFieldBytes = 16 * 1024;
inline constexpr std::size_t kMaxCsvRowBytes = 32 * 1024;
inline constexpr std::uint32_t kMaxCsvRows = 200'000;
inline constexpr std::size_t kMaxNameBytes = 200;        // of a signer or clinician
inline constexpr std::size_t kMaxHeaderSearchRows = 10;  // in which a header line is looked for

// Lists within one record.
inline constexpr std::size_t kMaxListItems = 1000;  // NPIs, TINs, case ids
inline constexpr std::size_t kMaxItems = 62;        // items with parts
inline constexpr std::size_t kMaxTinsPerRecord = 63;

// JSON.
inline constexpr std::size_t kMaxJsonDepth = 16;
inline constexpr std::size_t kMaxJsonTextBytes = 16 * 1024;    // of one string or number
inline constexpr std::size_t kMaxJsonRecordBytes = 32 * 1024;  // of one record
inline constexpr std::size_t kMaxJsonRecordNodes = 4096;
inline constexpr std::size_t kMaxUnknownMembersTold = 64;
// One submission in CMS's form.
inline constexpr std::size_t kMaxQppDocumentBytes = 128 * 1024;
inline constexpr std::size_t kMaxQppDocumentNodes = 16 * 1024;

// Archives.
inline constexpr std::size_t kMaxArchiveFiles = 100;
inline constexpr std::uint64_t kMaxUnpackedRatio = 200;  // beyond kRatioFreeBytes
inline constexpr std::uint64_t kRatioFreeBytes = 4 << 20;
inline constexpr std::size_t kMaxArchiveNameBytes = 1024;
inline constexpr std::size_t kMaxArchiveExtraBytes = 64 * 1024;
inline constexpr std::size_t kUnpackSliceBytes = 64 * 1024;

static_assert(kFeedSliceBytes < kMaxXmlTokenBytes);
static_assert(kMaxCsvFieldBytes <= kMaxCsvRowBytes);
static_assert(kMaxCsvRowBytes <= kMaxChunkBytes / 2, "a row always fits into a chunk");
static_assert(kMaxValueBytes < kMaxElementTextBytes);
static_assert(kMaxJsonRecordBytes <= kMaxChunkBytes / 2, "a record always fits into a chunk");
static_assert(kMaxItems < kMaxTinsPerRecord, "a waiver has a TIN, and so has its sign-off");

}  // namespace qcdr::intake
