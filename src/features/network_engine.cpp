// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/network_engine.hpp"

#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "features/inference/engine.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

class CpuEngine final : public NetworkEngine {
 public:
  explicit CpuEngine(const Network& network) : name_(network.name()), engine_(network, network.steps().size()) {}

  [[nodiscard]] std::vector<std::vector<CellMap>> forward(std::span<const CellMap> inputs,
                                                          std::span<const std::size_t> steps,
                                                          int num_threads) const override {
    std::vector<std::vector<CellMap>> out;
    const int threads = available_threads(num_threads);
    try {
      for (const CellMap& input : inputs) out.push_back(engine_.forward(input, steps, threads));
    } catch (const std::bad_alloc&) {
      throw Error("computing " + name_ + ": out of memory; use smaller pictures or fewer threads");
    }
    return out;
  }

 private:
  std::string name_;
  InferenceEngine engine_;
};

struct Registered {
  std::mutex mutex;
  EngineFactory factory;
};

Registered& registered() {
  static Registered instance;
  return instance;
}

}  // namespace

void register_engine(EngineFactory factory) {
  const std::lock_guard lock(registered().mutex);
  registered().factory = std::move(factory);
}

std::shared_ptr<const NetworkEngine> make_engine(const Network& network, Device device, Precision precision) {
  const EngineFactory factory = [] {
    const std::lock_guard lock(registered().mutex);
    return registered().factory;
  }();
  const bool needs_torch = device == Device::kCuda || precision != Precision::kFloat32;
  if (needs_torch && !factory)
    throw InvalidArgumentError(
        device == Device::kCuda
            ? "device: kCuda needs venloc::torch and a call of register_torch() (in Python: venloc built with "
              "LibTorch); choose kAuto or kCpu"
            : "precision: bfloat16 needs venloc::torch and a call of register_torch() (in Python: venloc built with "
              "LibTorch); choose float32");
  if (factory && (needs_torch || device == Device::kAuto))
    if (auto made = factory(network, device, precision)) return made;
  return std::make_shared<CpuEngine>(network);
}

}  // namespace venloc
