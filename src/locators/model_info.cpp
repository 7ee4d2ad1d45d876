// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/model_info.hpp"

#include <utility>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"

namespace venloc {

LocatorInfo model_info(const ModelGallery& gallery, std::string kind, std::string city, std::string options) {
  LocatorInfo out;
  out.kind = std::move(kind);
  out.city = std::move(city);
  out.photos = gallery.photos.size();
  out.options = std::move(options);
  out.library_version = version();
  out.format_version = kFormatVersion;
  out.area = gallery.area;
  return out;
}

void check_evidence(const Evidence& evidence, const ModelGallery& gallery) {
  const auto n = gallery.photos.size();
  std::vector<bool> seen(n, false);
  for (const auto& e : evidence.candidates) {
    if (e.photo >= n)
      throw InvalidArgumentError("the evidence names photo " + std::to_string(e.photo) + ", but the model has " +
                                 std::to_string(n) + " photos; it belongs to another model");
    if (seen[e.photo]) throw InvalidArgumentError("the evidence names photo " + std::to_string(e.photo) + " twice");
    seen[e.photo] = true;
  }
}

void check_picture(const Image& picture) {
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
}

void check_gallery(const Gallery& gallery) {
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
}

}  // namespace venloc
