// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "features/network_engine.hpp"

namespace venloc {

/// An EngineFactory: LibTorch on a GPU, or in bfloat16; null for kAuto where neither is meant.
std::shared_ptr<const NetworkEngine> make_torch_engine(const Network& network, Device device, Precision precision);

}  // namespace venloc
