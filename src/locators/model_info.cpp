// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/model_info.hpp"

#include <utility>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

LocatorInfo model_info(const ModelGallery& gallery, std::string kind, std::string city, std::string options,
                       bool calibrated) {
  LocatorInfo out;
  out.kind = std::move(kind);
  out.city = std::move(city);
  out.photos = gallery.photos.size();
  out.options = std::move(options);
  out.library_version = gallery.library_version;
  out.format_version = gallery.format_version;
  out.area = gallery.area;
  out.calibrated = calibrated;
  return out;
}

AnswerSettings answer_settings(const QueryOptions& query, const LoadOptions& load, int max_candidates,
                               const ModelGallery& gallery) {
  QueryPrior prior(query, gallery);
  const int most = query.max_candidates.value_or(load.max_candidates.value_or(max_candidates));
  return {std::move(prior), static_cast<std::size_t>(most), load.matches};
}

void check_picture(const Image& picture) {
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
}

void check_gallery(const Gallery& gallery) {
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
}

}  // namespace venloc
