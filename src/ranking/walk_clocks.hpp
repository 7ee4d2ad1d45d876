// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "ranking/walk_chain.hpp"
#include "venloc/core/export.hpp"
#include "venloc/ranking/walk.hpp"

// When the pictures of a walk were taken: their order, the time between neighbours, and the clocks of cameras.
namespace venloc {

/// Numbers of the pictures in the order of the walk, and the links between neighbours.
struct WalkOrder {
  std::vector<std::size_t> order;
  std::vector<Link> links;  // one fewer than pictures
};

/// The step that a time between two pictures leads over [s]; unknown counts as none.
Link link_over(std::optional<double> seconds, const WalkOptions& options);

/// Orders the pictures; `moments` may be empty.
WalkOrder order_walk(std::size_t pictures, std::span<const WalkMoment> moments, std::span<const CameraClock> clocks,
                     const WalkOptions& options);

/// One clock for each camera, by first appearance: those of the options, and the others fitted.
VENLOC_API std::vector<CameraClock> clocks_of(std::span<const PlaceState> states, std::span<const WalkMoment> moments,
                                              const SteppedPrior& prior, const WalkOptions& options);

}  // namespace venloc
