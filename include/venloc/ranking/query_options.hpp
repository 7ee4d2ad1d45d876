// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

/// What one query differs in from the others. Without any, the answer follows from the picture alone.
struct VENLOC_API QueryOptions {
  std::optional<int> max_candidates;  ///< most gallery photos reported as evidence, 0 or more; without: as the model
                                      ///< was loaded
  std::optional<BoundingBox> area;    ///< the picture was made inside this box [deg], which must overlap the model's
                                      ///< area: candidates and parts of the posterior centred outside are dropped, and
                                      ///< the picture counts as one of the city
  std::optional<Posterior> prior;     ///< what is known of the place apart from the picture, in any frame: the answer
                                      ///< is the product of both (Posterior::product). Its background counts as spread
                                      ///< over the model's area, and its out-of-area weight is taken as it is: 0 makes
                                      ///< the picture one of the city
  std::function<bool()> cancelled;    ///< called between the stages of a query, on the thread that computes it; true
                                      ///< ends the query with CancelledError

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

}  // namespace venloc
