// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/torch_engine.hpp"

#include <c10/core/InferenceMode.h>

#include <utility>

#include "core/parallel.hpp"
#include "features/device.hpp"
#include "features/in_batches.hpp"
#include "features/one_thread.hpp"
#include "features/torch_network.hpp"

namespace venloc {
namespace {

constexpr std::size_t kBatch = 32;  // pictures that a GPU computes together, where its memory holds so many

class TorchEngine final : public NetworkEngine {
 public:
  TorchEngine(const Network& network, torch::Device device, torch::ScalarType type)
      : network_(std::make_shared<TorchNetwork>(network)), device_(device), type_(type) {
    network_->freeze(device, type);
  }

  [[nodiscard]] bool on_gpu() const override { return device_.is_cuda(); }

  [[nodiscard]] std::vector<std::vector<CellMap>> forward(std::span<const CellMap> inputs,
                                                          std::span<const std::size_t> steps,
                                                          int num_threads) const override {
    std::vector<std::vector<CellMap>> out(inputs.size());
    translated("computing " + network_->network().name(), [&] {
      if (!on_gpu()) {
        parallel_for(inputs.size(), num_threads,
                     [&](std::size_t i) { compute(inputs.subspan(i, 1), steps, std::span(out).subspan(i, 1)); });
        return;
      }
      in_batches<c10::OutOfMemoryError>(inputs.size(), kBatch, [&](std::size_t begin, std::size_t count) {
        compute(inputs.subspan(begin, count), steps, std::span(out).subspan(begin, count));
      });
    });
    return out;
  }

 private:
  void compute(std::span<const CellMap> inputs, std::span<const std::size_t> steps,
               std::span<std::vector<CellMap>> out) const {
    const c10::InferenceMode inference;
    const OneThread one;
    std::vector<torch::Tensor> pictures;
    for (const CellMap& input : inputs) pictures.push_back(to_input_tensor(input, device_, type_));
    const auto found = network_->forward(pictures.size() == 1 ? pictures.front() : torch::cat(pictures), steps);
    for (const auto& map : found) {
      const auto here = map.permute({0, 2, 3, 1}).to(torch::kCPU, torch::kFloat32).contiguous();
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto picture = here[static_cast<std::int64_t>(i)];
        const float* values = picture.const_data_ptr<float>();
        out[i].push_back({static_cast<int>(here.size(1)), static_cast<int>(here.size(2)), static_cast<int>(here.size(3)),
                          {values, values + picture.numel()}});
      }
    }
  }

  std::shared_ptr<TorchNetwork> network_;
  torch::Device device_;
  torch::ScalarType type_;
};

}  // namespace

std::shared_ptr<const NetworkEngine> make_torch_engine(const Network& network, Device device, Precision precision) {
  const auto found = resolve_device(device);
  if (device == Device::kAuto && !found.is_cuda() && precision == Precision::kFloat32) return nullptr;
  return translated("preparing " + network.name(), [&]() -> std::shared_ptr<const NetworkEngine> {
    const auto type = precision == Precision::kBFloat16 ? torch::kBFloat16 : torch::kFloat32;
    return std::make_shared<TorchEngine>(network, found, type);
  });
}

}  // namespace venloc
