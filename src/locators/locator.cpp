// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include "core/parallel.hpp"

namespace venloc {

std::vector<Prediction> Locator::locate_all(std::span<const Image> pictures, int num_threads) const {
  std::vector<Prediction> predictions(pictures.size());
  parallel_for(pictures.size(), num_threads, [&](std::size_t i) { predictions[i] = locate(pictures[i]); });
  return predictions;
}

Prediction GalleryLocator::locate(const Image& picture) const { return answer(evidence(picture)); }

}  // namespace venloc
