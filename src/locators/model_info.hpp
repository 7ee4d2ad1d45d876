// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ranking/model_gallery.hpp"
#include "venloc/core/export.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/ranking/evidence.hpp"

// What all kinds that hold a gallery have in common.
namespace venloc {

/// What is known of a model of these photos.
VENLOC_API LocatorInfo model_info(const ModelGallery& gallery, std::string kind, std::string city, std::string options);

/// Throws InvalidArgumentError when the evidence names a photo that is not in the gallery, or one twice.
VENLOC_API void check_evidence(const Evidence& evidence, const ModelGallery& gallery);

/// Throws ImageError for a picture without pixels.
VENLOC_API void check_picture(const Image& picture);

/// Throws InvalidArgumentError when there are too few photos for a model.
VENLOC_API void check_gallery(const Gallery& gallery);

}  // namespace venloc
