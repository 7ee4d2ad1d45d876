// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

/// Options of one query. Without any, the answer follows from the picture alone.
struct VENLOC_API QueryOptions {
  std::optional<int> max_candidates;  ///< largest number of gallery photos reported as evidence, 0 or more; if not set:
                                      ///< as the model was loaded
  std::optional<BoundingBox> area;    ///< the picture was made inside this box [deg], which must overlap the model's
                                      ///< area: candidates and parts of posterior and prior that are centred outside
                                      ///< are dropped, and the picture counts as one of the city
  std::optional<Posterior> prior;     ///< what is known of the place apart from the picture, in any frame: the answer
                                      ///< is the product of both (Posterior::product). What it places outside the
                                      ///< model's area counts as out of the area, its background as spread over the
                                      ///< model's area; out-of-area weight 0 makes the picture one of the city. The
                                      ///< 1,000 heaviest components count. A prior that excludes every place the
                                      ///< picture leaves possible is an InvalidArgumentError
  std::function<bool()> cancelled;    ///< called before and between the stages of a query, on the thread that computes
                                      ///< it (in locate_all on several at once); true ends the query with
                                      ///< CancelledError

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

}  // namespace venloc
