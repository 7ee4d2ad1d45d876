// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ranking/model_gallery.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/export.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/ranking/evidence.hpp"

// What all kinds that hold a gallery have in common.
namespace venloc {

/// What is known of a model of these photos.
VENLOC_API LocatorInfo model_info(const ModelGallery& gallery, std::string kind, std::string city, std::string options,
                                  bool calibrated = true);

/// How an answer is reported: what the query leaves open is as the model was opened, then as it was built.
VENLOC_API AnswerSettings answer_settings(const QueryOptions& query, const LoadOptions& load, int max_candidates,
                                          const ModelGallery& gallery);

/// Throws ImageError for a picture without pixels.
VENLOC_API void check_picture(const Image& picture);

/// Throws InvalidArgumentError when there are too few photos for a model.
VENLOC_API void check_gallery(const Gallery& gallery);

}  // namespace venloc
