// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// The public interface of venloc, except venloc/image/opencv.hpp, the only header that needs the OpenCV headers, and
/// the headers of the separate library venloc::torch (venloc/torch.hpp).

#include "venloc/core/error.hpp"
#include "venloc/core/export.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/core/version.hpp"
#include "venloc/evaluation/evaluation.hpp"
#include "venloc/evaluation/geotag_audit.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/features/feature_cache.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/geo/raster.hpp"
#include "venloc/image/augmentation.hpp"
#include "venloc/image/content.hpp"
#include "venloc/image/hash.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"
#include "venloc/locators/kinds.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/registry.hpp"
#include "venloc/locators/result.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/ranking/prediction.hpp"
#include "venloc/ranking/query_options.hpp"
#include "venloc/ranking/walk.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/exhaustive.hpp"
#include "venloc/retrieval/similarity_moments.hpp"
#include "venloc/retrieval/verification.hpp"
#include "venloc/retrieval/visual_index.hpp"
#include "venloc/retrieval/whitening.hpp"
