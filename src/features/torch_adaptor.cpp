// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <string>

#include "venloc/core/error.hpp"
#include "venloc/features/torch.hpp"

namespace venloc {

torch::Tensor to_tensor(const FeatureMap& map) {
  return torch::tensor(map.values, torch::kFloat32).view({map.channels, map.height, map.width});
}

torch::Tensor to_tensor(const Image& picture) {
  if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
  // The pixels are only read: from_blob has no form for constant memory.
  return torch::from_blob(const_cast<std::uint8_t*>(picture.pixels().data()),
                          {picture.height(), picture.width(), picture.channels()}, torch::kUInt8)
      .permute({2, 0, 1})
      .expand({3, picture.height(), picture.width()})
      .clone(torch::MemoryFormat::Contiguous);
}

FeatureMap to_feature_map(const torch::Tensor& tensor) {
  if (tensor.dim() != 3 || !tensor.is_floating_point())
    throw InvalidArgumentError("a map of features is a floating-point tensor of channels x height x width, not " +
                               std::string(torch::toString(tensor.scalar_type())) + " with " +
                               std::to_string(tensor.dim()) + " dimensions");
  const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  FeatureMap map;
  map.channels = static_cast<int>(values.size(0));
  map.height = static_cast<int>(values.size(1));
  map.width = static_cast<int>(values.size(2));
  map.values.assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
  return map;
}

}  // namespace venloc
