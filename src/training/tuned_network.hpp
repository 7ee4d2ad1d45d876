// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "features/torch_network.hpp"
#include "training/fit.hpp"
#include "training/heads.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

/// The part of a network that is trained, and what stands before it: everything before the first stage to change.
struct TunedPart {
  std::size_t begin = 0;  ///< first step that changes
  std::size_t end = 0;    ///< number of steps that describe() needs
  std::string stage;      ///< the first that changes
};

/// Throws InvalidArgumentError that names the stages there are.
TunedPart tuned_part(const Backbone& backbone, const std::string& unfreeze_from);

/// The parts of vectors, each normalised to unit length, N x C.
torch::Tensor normalised(const torch::Tensor& vectors, std::span<const std::size_t> parts);

/// A network and a head over its description of a picture at one size: each part at length 1, whitened as the network
/// did before it was trained, so that all directions count alike. Only convolutions of the tuned part and the head have
/// gradients.
class TunedNetwork : public torch::nn::Module {
 public:
  /// Computes in the numbers and on the device of the backbone.
  TunedNetwork(const Backbone& backbone, const TunedPart& part, const Whitening& whitening,
               std::shared_ptr<CellHead> head, bool mixed_precision);

  /// Neither BatchNorm nor the head has a mode of its own.
  void train(bool /*on*/) override {}

  /// Log-probabilities of the classes for N x 3 x H x W. Thread-safe.
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& input, Dropout* dropout) const;
  /// The same for n x values of describe(), by the head alone.
  [[nodiscard]] torch::Tensor apply_head(const torch::Tensor& vectors, Dropout* dropout) const;

  /// What has gradients.
  [[nodiscard]] std::vector<torch::Tensor> network_parameters() const;
  [[nodiscard]] std::vector<torch::Tensor> head_parameters() const { return head_->parameters(); }
  [[nodiscard]] torch::Device device() const { return device_; }
  [[nodiscard]] const std::shared_ptr<TorchNetwork>& network() const { return network_; }

 private:
  torch::Device device_;
  bool mixed_precision_;  ///< on a GPU only
  TunedPart part_;
  Pooling pooling_;
  double gem_p_;
  std::vector<std::size_t> described_;  ///< steps of the parts of a vector
  std::vector<std::size_t> parts_;      ///< their lengths
  std::vector<std::size_t> steps_;      ///< described_ in order, each once
  std::shared_ptr<TorchNetwork> network_;
  std::shared_ptr<TorchNetwork> before_;  ///< frozen, with BatchNorm folded: faster
  std::shared_ptr<CellHead> head_;
  torch::Tensor mean_, projection_;
};

}  // namespace venloc
