// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluation/evaluation_fields.hpp"
#include "features/features_fields.hpp"
#include "fields.hpp"
#include "gallery/gallery_fields.hpp"
#include "geo/geo_fields.hpp"
#include "image/image_fields.hpp"
#include "locators/locators_fields.hpp"
#include "ranking/ranking_fields.hpp"
#include "retrieval/retrieval_fields.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

// Has no fields of its own, but is one of other structs.
template <>
struct FieldTable<Posterior> {
  static constexpr const char* name = "Posterior";
};

}  // namespace venloc
