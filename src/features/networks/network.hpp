// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "venloc/features/backbone.hpp"

namespace venloc {

enum class Activation { kNone, kRelu, kRelu6 };

/// Height and width.
using Extent = std::array<std::int64_t, 2>;

struct ConvOptions {
  Extent kernel = {1, 1};
  std::int64_t stride = 1;
  Extent padding = {0, 0};
  bool same = false;  ///< TensorFlow's SAME padding, with the odd pixel right and below, instead of `padding`
  std::int64_t groups = 1;
  bool bias = false;
  double norm_eps = 1e-5;  ///< of the BatchNorm after it
  Activation activation = Activation::kRelu;
};

/// One operation of a network, N x C x H x W to the same. It never changes its input.
using Operation = std::function<torch::Tensor(const torch::Tensor&)>;

Operation max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding = 0, bool ceil = false);

/// What flows from step to step.
struct Flow {
  torch::Tensor x;
  torch::Tensor kept;  ///< the input of a block, until its shortcut is added
};

/// A convolution or BatchNorm of a network, or both; see network.cpp.
class Unit;

/// A network as a line of steps, so that it can be stopped at any stage, and loaded as far as a file has weights. It is
/// a torch::nn::Module with named parameters and buffers, to be trained as it is, or frozen for speed.
class Network : public torch::nn::Module {
 public:
  struct Step {
    BackboneStage stage;              ///< without a name: cannot be asked for
    std::vector<std::string> arrays;  ///< names of the parameters and buffers it needs
    std::function<void(Flow&)> run;
  };

  explicit Network(std::string network) : torch::nn::Module(network), name_(std::move(network)) {}

  // --- building -----------------------------------------------------------------------------------------------------
  /// A convolution with the parameters `name`.weight (and .bias), a BatchNorm `norm`.* after it unless that is empty,
  /// and the activation. Dots in names make nested modules.
  Operation conv(const std::string& name, const std::string& norm, std::int64_t in, std::int64_t out,
                 const ConvOptions& options = {});
  /// A BatchNorm and an activation.
  Operation norm(const std::string& name, std::int64_t channels, double eps, Activation activation);
  /// Ends a step, which is what was made since the last one; with a stage when its result can be asked for.
  void step(std::function<void(Flow&)> run);
  void step(BackboneStage stage, std::function<void(Flow&)> run);

  std::string default_stage;
  Preprocessing preprocessing;
  std::string origin;                          ///< where the weights come from, in words; may be empty
  std::string licence;                         ///< of the weights; may be empty
  std::vector<std::string> ignored;            ///< beginnings of names of arrays that are not needed (classifiers)
  std::map<std::string, std::string> aliases;  ///< other name -> own name

  // --- use ----------------------------------------------------------------------------------------------------------
  [[nodiscard]] const std::string& network() const { return name_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  /// The number of the step that ends with this stage.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& stage) const;
  /// The results of these steps, in ascending order of their numbers, for N x 3 x H x W. Runs as far as needed.
  [[nodiscard]] std::vector<torch::Tensor> forward(torch::Tensor input, std::span<const std::size_t> wanted) const;
  /// The same for the steps from `begin` to before `end` alone, going on from what has come so far.
  [[nodiscard]] std::vector<torch::Tensor> forward(Flow& flow, std::size_t begin, std::size_t end,
                                                   std::span<const std::size_t> wanted) const;
  /// Parameters and buffers that weights files hold, by name.
  [[nodiscard]] std::map<std::string, torch::Tensor> arrays() const;
  /// Drops the steps from this number on.
  void truncate(std::size_t steps);
  /// Folds each BatchNorm after a convolution into the convolution (computed in float64), and fixes the type of all
  /// numbers and their order in memory: faster, and no longer to be trained.
  void freeze(torch::Device device, torch::ScalarType type);

 private:
  torch::nn::Module& nested(const std::string& path);

  std::string name_;
  std::vector<Step> steps_;
  std::vector<std::string> pending_;  ///< arrays made since the last step
  std::vector<std::shared_ptr<Unit>> units_;
};

using NetworkBuilder = std::function<void(Network&)>;

/// Every network by name; one function for each file of this folder.
const std::map<std::string, NetworkBuilder>& network_builders();
void add_efficientnet_lite(std::map<std::string, NetworkBuilder>& builders);
void add_inception(std::map<std::string, NetworkBuilder>& builders);
void add_mobilenet_v2(std::map<std::string, NetworkBuilder>& builders);
void add_resnet(std::map<std::string, NetworkBuilder>& builders);
void add_squeezenet(std::map<std::string, NetworkBuilder>& builders);

/// The network without weights. Throws InvalidArgumentError that names those there are.
std::shared_ptr<Network> make_network(const std::string& name);

/// One with the same weights that is not frozen.
std::shared_ptr<Network> copy_of(const Network& network);

/// Mean and deviation of ImageNet's pictures, which most networks are trained with.
Preprocessing imagenet_preprocessing();
/// Pixels scaled to -1 … 1.
Preprocessing symmetric_preprocessing();

/// Names of MXNet's BatchNorm arrays `theirs`_gamma, … for those of `ours`.
void alias_norm(Network& network, const std::string& theirs, const std::string& ours);

/// Copies the weights whose names begin with `prefix` from the file and truncates the network to the steps that the
/// file has weights for. Throws as Backbone::load.
void load_weights(Network& network, const SafetensorsFile& file, const std::string& prefix = {});
void randomize_weights(Network& network, std::uint64_t seed);
/// Adds the weights of the first `steps` steps, the network's name and its preprocessing; all names begin with
/// `prefix`. Origin and licence, which change no answer, are left to the caller.
void save_weights(const Network& network, std::size_t steps, SafetensorsWriter& writer, const std::string& prefix,
                  DType type);
/// What weights of the first `steps` steps become in a file of this element type. Throws as Backbone::rounded.
void round_weights(Network& network, std::size_t steps, DType type);
/// The network that the file's metadata names. Throws FormatError when it names none.
std::string network_of(const SafetensorsFile& file, const std::string& prefix = {});

}  // namespace venloc
