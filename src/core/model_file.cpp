// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/core/model_file.hpp"

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/damaged.hpp"
#include "core/sha256.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/version.hpp"

namespace venloc {
namespace {

constexpr std::string_view kFormat = "venloc";
const std::string kNoDigest(64, '0');

// What begins with the first text is stored in files of format 1 with the second in its place.
const SafetensorsFile::Renaming kSinceFormat1 = {
    {"hubness", "standing"},
    {"descriptors.hubness", "descriptors.standing"},
    {"appearance.colours", "looks.colours"},
    {"appearance.vlad", "looks.shapes"},
    {"out_of_area", "familiarity"},
    {"artworks.weights", "works.weights"},
    {"feature_maps.", "dense."},
    {"candidates.list_", "candidates.none_"},
    {"ensemble.list_", "ensemble.none_"},
};

[[noreturn]] void refuse(const SafetensorsFile& file, const std::string& reason_and_remedy) {
  throw FormatError("'" + file.path().string() + "' " + reason_and_remedy);
}

const std::string& metadata_of(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) refuse_damaged(file.path(), "its metadata has no '" + key + "'");
  return found->second;
}

/// SHA-256 of the file as it was before its digest was filled in.
std::string digest_of(const SafetensorsFile& file, const std::string& stored) {
  const std::span<const std::byte> bytes = file.file_bytes();
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), sizeof header_bytes + header_bytes);
  // Quotes inside a JSON text are escaped, so this can be found only where the digest stands.
  const std::string_view before = "\"sha256\":\"";
  const std::size_t found = head.find(std::string(before) + stored + "\"");
  if (found == std::string_view::npos || stored.size() != kNoDigest.size()) return {};
  const std::size_t digits = found + before.size();
  Sha256 hash;
  hash.update(bytes.first(digits));
  hash.update(std::as_bytes(std::span(kNoDigest)));
  hash.update(bytes.subspan(digits + kNoDigest.size()));
  return hash.finish();
}

}  // namespace

void write_model(SafetensorsWriter writer, const std::string& kind, const std::string& options,
                 const std::filesystem::path& file) {
  if (kind.empty()) throw InvalidArgumentError("a model needs a kind");
  if (!nlohmann::json::accept(options))
    throw InvalidArgumentError("the options of a model must be JSON, got: " + options);
  writer.set_metadata("format", std::string(kFormat));
  writer.set_metadata("format_version", std::to_string(kFormatVersion));
  writer.set_metadata("library_version", std::string(version()));
  writer.set_metadata("kind", kind);
  writer.set_metadata("options", options);
  writer.set_metadata("sha256", kNoDigest);
  Sha256 hash;
  writer.stream([&](std::span<const std::byte> bytes) { hash.update(bytes); });
  writer.set_metadata("sha256", hash.finish());
  writer.write(file);
}

SafetensorsFile open_model(const std::filesystem::path& path) {
  SafetensorsFile file = SafetensorsFile::open(path);
  const auto format = file.metadata().find("format");
  if (format == file.metadata().end() || format->second != kFormat)
    refuse(file,
           "is a safetensors file but not a venloc model (its metadata has no format=venloc); give a .venloc "
           "file");

  const std::string& text = metadata_of(file, "format_version");
  int format_version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), format_version);
  if (error != std::errc() || end != text.data() + text.size() || format_version < 1)
    refuse_damaged(file.path(), "its format version '" + text + "' is not a number");
  if (format_version > kFormatVersion) {
    const auto writer = file.metadata().find("library_version");
    refuse(file, "has format version " + text +
                     (writer == file.metadata().end() ? "" : " (written by venloc " + writer->second + ")") +
                     ", this venloc " + std::string(version()) + " reads up to " + std::to_string(kFormatVersion) +
                     "; update venloc");
  }

  const std::string& stored = metadata_of(file, "sha256");
  if (digest_of(file, stored) != stored) refuse_damaged(file.path(), "its content does not match its SHA-256");
  for (const char* key : {"kind", "options", "library_version"}) metadata_of(file, key);
  return format_version == 1 ? file.renamed(kSinceFormat1) : file;
}

SafetensorsFile open_model_of_kind(const std::filesystem::path& path, const std::string& kind) {
  auto file = open_model(path);
  if (file.metadata().at("kind") != kind)
    throw FormatError("'" + path.string() + "' is a model of kind '" + file.metadata().at("kind") + "', not of kind '" +
                      kind + "'; open it with load_locator");
  return file;
}

}  // namespace venloc
