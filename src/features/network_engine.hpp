// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "features/cell_map.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/export.hpp"
#include "venloc/features/backbone.hpp"

namespace venloc {

/// Computes the maps of a network. All members may be called from several threads at once.
class NetworkEngine {
 public:
  virtual ~NetworkEngine() = default;
  /// For each input of equal size (height x width x 3) the results of these steps, whose numbers ascend.
  [[nodiscard]] virtual std::vector<std::vector<CellMap>> forward(std::span<const CellMap> inputs,
                                                                  std::span<const std::size_t> steps,
                                                                  int num_threads) const = 0;
  /// Whether pictures of equal size are computed faster together.
  [[nodiscard]] virtual bool on_gpu() const { return false; }
};

/// Makes the engine of another library for a device and a precision; null where kAuto finds nothing better than the
/// CPU. Throws InvalidArgumentError where the device is not there.
using EngineFactory = std::function<std::shared_ptr<const NetworkEngine>(const Network&, Device, Precision)>;

/// Called once by register_torch() (venloc/torch.hpp), whose engine computes on GPUs and in bfloat16.
VENLOC_API void register_engine(EngineFactory factory);

/// The engine for all steps of the network. Throws InvalidArgumentError for a device or precision that needs
/// venloc::torch where that is not registered.
std::shared_ptr<const NetworkEngine> make_engine(const Network& network, Device device, Precision precision);

}  // namespace venloc
