// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "training/fit.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/training/training.hpp"

namespace venloc {

/// The hidden layer that the outputs of a head stand on. Weights are drawn by a seed: torch's own generator is shared
/// by all threads.
class Trunk : public torch::nn::Module {
 public:
  Trunk(std::int64_t inputs, const TrainingOptions& options, std::uint64_t seed);
  /// n x inputs to n x width(); with dropout when it is given.
  torch::Tensor forward(const torch::Tensor& inputs, Dropout* dropout);
  [[nodiscard]] std::int64_t width() const { return width_; }

 private:
  torch::nn::Linear hidden_{nullptr};
  std::int64_t width_;
  double dropout_, input_dropout_;
};

/// A Linear whose weights are drawn by this seed, uniform in ±1/sqrt(inputs), as torch's own.
torch::nn::Linear linear(std::int64_t inputs, std::int64_t outputs, std::uint64_t seed);

/// A mixture of isotropic Gaussians (Bishop 1994): shares and widths depend on the picture, means do not.
class MixtureHead : public torch::nn::Module {
 public:
  struct Output {
    torch::Tensor log_weights;  ///< n x K
    torch::Tensor log_sigmas;   ///< n x K [log m]
  };

  MixtureHead(std::int64_t inputs, std::int64_t components, const TrainingOptions& options);
  void set_means(std::span<const EastNorth> centres);
  /// `memory` is n x K, the score of each component by the gallery's pictures, see RegressionLocatorOptions::memory;
  /// undefined = nothing.
  Output forward(const torch::Tensor& inputs, const torch::Tensor& memory, Dropout* dropout);
  /// Mean negative log-likelihood of the places, n x 2 [m] [nat, 1/m²].
  torch::Tensor loss(const Output& output, const torch::Tensor& places) const;
  [[nodiscard]] torch::Tensor means() const;  ///< K x 2 [m]

 private:
  std::shared_ptr<Trunk> trunk_;
  torch::nn::Linear weights_{nullptr}, sigmas_{nullptr};
  torch::Tensor means_;  // K x 2 [hm], so that a step of the optimiser moves them by a sensible way
  torch::Tensor gain_;   // of the memory
};

/// Two numbers between 0 and 1: the place in the area, as scaled degrees.
class PointHead : public torch::nn::Module {
 public:
  PointHead(std::int64_t inputs, const TrainingOptions& options);
  /// Makes the head return this place for every picture until it is trained. From random weights the mean squared
  /// error takes hundreds of epochs to find even the mean place.
  void start_from(const torch::Tensor& place);
  torch::Tensor forward(const torch::Tensor& inputs, Dropout* dropout);  ///< n x 2

 private:
  std::shared_ptr<Trunk> trunk_;
  torch::nn::Linear out_{nullptr};
};

/// Classes of several partitions on one trunk.
class CellHead : public torch::nn::Module {
 public:
  CellHead(std::int64_t inputs, std::span<const std::int64_t> classes, const TrainingOptions& options);
  /// Log-probabilities of the classes, n x classes for each partition. `log_priors` (of the classes, may be empty) are
  /// added in training only: logit adjustment (Menon et al. 2021).
  std::vector<torch::Tensor> forward(const torch::Tensor& inputs, Dropout* dropout,
                                     std::span<const torch::Tensor> log_priors = {});

 private:
  std::shared_ptr<Trunk> trunk_;
  std::vector<torch::nn::Linear> outs_;
};

/// n rows of values as a tensor on the device.
torch::Tensor rows_tensor(std::span<const float> values, std::int64_t columns, torch::Device device);
/// The rows with these numbers.
torch::Tensor rows_tensor(std::span<const float> values, std::int64_t columns, std::span<const std::size_t> rows,
                          torch::Device device);
/// A head's inputs, from vectors of length 1: all rows, or those with these numbers.
torch::Tensor head_inputs(std::span<const float> vectors, std::int64_t inputs, torch::Device device);
torch::Tensor head_inputs(std::span<const float> vectors, std::int64_t inputs, std::span<const std::size_t> rows,
                          torch::Device device);
/// The values of a tensor on the CPU, row-major.
std::vector<float> values_of(const torch::Tensor& tensor);

/// Adds the parameters as arrays `<name>.<parameter>`.
void save_parameters(SafetensorsWriter& writer, const torch::nn::Module& module, const std::string& name);
/// Throws FormatError that names the file, the array and the reason.
void load_parameters(const SafetensorsFile& file, torch::nn::Module& module, const std::string& name);
/// Throws FormatError when the hidden layer in the file is not as large as in the options: to be checked before a head
/// takes memory for the sizes in a damaged file.
void check_hidden(const SafetensorsFile& file, const std::string& name, std::int64_t inputs,
                  const TrainingOptions& options);

}  // namespace venloc
