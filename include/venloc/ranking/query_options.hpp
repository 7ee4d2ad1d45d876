// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

/// Options of one query. By default the answer depends only on the picture.
struct VENLOC_API QueryOptions {
  std::optional<int> max_candidates;  ///< maximum number of gallery photos reported as evidence, 0 or more; if not set:
                                      ///< that of LoadOptions
  std::optional<BoundingBox> area;    ///< the picture was made inside this box [deg], which must overlap the model's
                                    ///< area. Candidates and components of posterior and prior that are centred outside
                                    ///< are dropped, and the picture counts as made in the city
  std::optional<Posterior>
      prior;  ///< prior knowledge of the place, in any frame: the answer is the product of prior and posterior
              ///< (Posterior::product). Its probability outside the model's area counts as out of area, and its
              ///< background as uniform over the model's area. With an out-of-area weight of 0 the picture counts as
              ///< made in the city. The 1,000 heaviest components are used. Throws InvalidArgumentError when the prior
              ///< excludes all places that the picture allows
  std::function<bool()>
      cancelled;  ///< called before and between the stages of a query, in the thread that computes it (in locate_all in
                  ///< several threads at once). Return true to end the query with CancelledError

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

}  // namespace venloc
