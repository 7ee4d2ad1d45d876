// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/metadata.hpp"

#include <string>
#include <utility>

#include "image/file.hpp"
#include "image/metadata_blocks.hpp"
#include "image/metadata_parts.hpp"
#include "image/sidecars.hpp"
#include "image/tiff_directory.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

using namespace metadata;

/// What the file itself holds, EXIF over XMP over IPTC.
Metadata inside(std::span<const std::byte> encoded) {
  const auto blocks = container::metadata_blocks(encoded);
  Metadata found = nothing();
  bool any = false;
  for (const auto& block : blocks.exif) {
    auto part = metadata::read_exif(std::as_bytes(std::span(block)));
    // Further blocks of a TIFF are those of its other pages.
    if (any && container::is_tiff(encoded)) part.orientation = 0;
    add(found, part);
    any = true;
  }
  for (const auto& packet : blocks.xmp) {
    any = true;
    try {
      add(found, read_xmp(packet));
    } catch (const Damaged& damaged) {
      Metadata problem = nothing();
      problem.position_problem = "XMP cannot be read: " + damaged.reason;
      add(found, problem);
    }
  }
  if (!blocks.iptc.empty()) add(found, read_iptc(std::as_bytes(std::span(blocks.iptc))));
  if (!found.position && found.position_problem.empty()) found.position_problem = any ? "no GPS tags" : "no metadata";
  return found;
}

Metadata finished(Metadata found) {
  if (found.orientation == 0) found.orientation = 1;
  return found;
}

}  // namespace

Metadata decode_metadata(std::span<const std::byte> encoded) { return finished(inside(encoded)); }

Metadata read_metadata(const std::filesystem::path& file) {
  // Tags may be anywhere in a TIFF or WebP.
  const auto own = inside(FileBytes(file, ImageOptions().max_bytes).bytes());
  Metadata found = nothing();
  std::string problems;
  const auto add_sidecar = [&](const Sidecar& sidecar) {
    add(found, sidecar.found);
    if (!sidecar.problem.empty())
      add_doubt(problems, "sidecar " + sidecar.name + " cannot be used: " + sidecar.problem);
  };
  for (const auto& sidecar : read_xmp_sidecars(file)) add_sidecar(sidecar);
  const auto takeout = read_takeout(file);
  if (takeout) add_sidecar(takeout->original);
  add(found, own);
  if (takeout) add(found, takeout->edited);
  if (!found.position && !problems.empty()) found.position_problem = problems;
  if (found.position) add_doubt(found.position_doubt, problems);
  return finished(std::move(found));
}

}  // namespace venloc
