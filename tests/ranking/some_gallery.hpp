// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "ranking/model_gallery.hpp"

namespace venloc {

/// 50 photos within a kilometre.
inline ModelGallery some_gallery() {
  Random random(8);
  std::vector<Photo> photos(50);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].id = std::to_string(i);
    photos[i].location = {45.43 + 0.01 * random.uniform(), 12.33 + 0.01 * random.uniform()};
  }
  ModelGallery out;
  out.set_photos(Gallery(photos));
  return out;
}

/// The sum of all weights.
inline double mass_of(const Posterior& posterior) {
  double sum = posterior.background_weight() + posterior.out_of_area_weight();
  for (const auto& component : posterior.components()) sum += component.weight;
  return sum;
}

}  // namespace venloc
