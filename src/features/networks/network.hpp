// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"
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

/// A map of features in a network: 0 is the input, i + 1 the result of operation i.
using Value = std::size_t;

/// One operation of a network. Which of the fields count depends on the kind.
struct Operation {
  enum class Kind {
    kConvolution,  ///< and the BatchNorm after it where `norm` is not empty
    kNorm,         ///< a BatchNorm by itself
    kMaxPool,      ///< what lies outside of the map does not count
    kAveragePool,  ///< 3 x 3, same size
    kSum,          ///< first input + `scale` x second input
    kConcatenate,  ///< channels of the first input, then those of the next
    kPad,          ///< `window.padding` zeros on each side
  };
  Kind kind = Kind::kConvolution;
  std::vector<Value> inputs;
  std::int64_t channels = 0;  ///< of the result
  ConvOptions window;         ///< of a convolution; kernel, stride, padding of a pooling; the activation of all
  bool ceil = false;          ///< kMaxPool: a window may begin inside of the map and end outside of it
  bool count_border = true;   ///< kAveragePool: what lies outside counts as zeros
  double scale = 1.0;
  std::string weights;  ///< the arrays <weights>.weight and, where window.bias, <weights>.bias
  std::string norm;     ///< the arrays <norm>.weight, .bias, .running_mean, .running_var
};

/// Zeros before and after one axis that SAME padding needs (TensorFlow's rule).
VENLOC_API std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t size, std::int64_t kernel,
                                                              std::int64_t stride);

/// A parameter or buffer of a network, float32, row-major.
struct NetworkArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// A network as data: its operations in order, its weights, and the steps at whose end it can be stopped. A value type;
/// engines compute with it.
class VENLOC_API Network {
 public:
  struct Step {
    BackboneStage stage;              ///< without a name: cannot be requested
    std::vector<std::string> arrays;  ///< names of the arrays it needs
    std::size_t operations = 0;       ///< how many operations there are up to its end
    Value result = 0;
  };

  explicit Network(std::string name) : name_(std::move(name)) {}

  // --- building: each returns its result ----------------------------------------------------------------------------
  /// A convolution to `out` channels with the array `name`.weight (and .bias), a BatchNorm `norm`.* after it unless
  /// that is empty, and the activation.
  Value conv(Value x, const std::string& name, const std::string& norm, std::int64_t out,
             const ConvOptions& options = {});
  /// A BatchNorm and an activation.
  Value norm(Value x, const std::string& name, double eps, Activation activation);
  Value max_pool(Value x, std::int64_t kernel, std::int64_t stride, std::int64_t padding = 0, bool ceil = false);
  Value average_pool(Value x, bool count_border);
  Value sum(Value x, Value y, Activation activation = Activation::kNone, double scale = 1.0);
  Value concatenate(std::vector<Value> values);
  Value pad(Value x, std::int64_t padding);
  /// Ends a step, which is what was made since the last one; with a stage when its result can be requested.
  void step(Value result) { step({}, result); }
  void step(BackboneStage stage, Value result);
  [[nodiscard]] std::int64_t channels(Value x) const;

  std::string default_stage;
  Preprocessing preprocessing;
  std::string origin;                          ///< where the weights come from; may be empty
  std::string licence;                         ///< of the weights; may be empty
  std::vector<std::string> ignored;            ///< beginnings of names of arrays that are not needed (classifiers)
  std::map<std::string, std::string> aliases;  ///< other name -> own name

  // --- use ----------------------------------------------------------------------------------------------------------
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  /// The number of the step that ends with this stage.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& stage) const;
  /// What weights files hold, by name. Shapes never change.
  [[nodiscard]] const std::map<std::string, NetworkArray>& arrays() const { return arrays_; }
  [[nodiscard]] std::span<float> values(const std::string& array) { return arrays_.at(array).values; }
  /// Drops the steps from this number on, and their operations and arrays.
  void truncate(std::size_t steps);

 private:
  Value add(Operation operation);
  void declare(const std::string& name, std::vector<std::int64_t> shape, float value);

  std::string name_;
  std::vector<Operation> operations_;
  std::vector<Step> steps_;
  std::map<std::string, NetworkArray> arrays_;
  std::vector<std::string> pending_;  ///< arrays made since the last step
};

/// A convolution with the BatchNorm after it folded in (computed in float64), or a BatchNorm by itself.
struct FoldedWeights {
  std::vector<float> weight;  ///< as the array <weights>.weight; of a BatchNorm a factor for each channel
  std::vector<float> bias;    ///< for each channel of the result
};
VENLOC_API FoldedWeights folded(const Network& network, const Operation& operation);

using NetworkBuilder = std::function<void(Network&)>;

/// Every network by name; one function for each file of this folder.
const std::map<std::string, NetworkBuilder>& network_builders();
void add_efficientnet_lite(std::map<std::string, NetworkBuilder>& builders);
void add_inception(std::map<std::string, NetworkBuilder>& builders);
void add_mobilenet_v2(std::map<std::string, NetworkBuilder>& builders);
void add_resnet(std::map<std::string, NetworkBuilder>& builders);
void add_squeezenet(std::map<std::string, NetworkBuilder>& builders);

/// The network with weights of 0 and BatchNorm that changes nothing. Throws InvalidArgumentError that names those there
/// are.
Network make_network(const std::string& name);

/// Mean and standard deviation of ImageNet's pictures, which most networks are trained with.
Preprocessing imagenet_preprocessing();
/// Pixels scaled to -1 … 1.
Preprocessing symmetric_preprocessing();

/// Names of MXNet's BatchNorm arrays `theirs`_gamma, … for those of `ours`.
void alias_norm(Network& network, const std::string& theirs, const std::string& ours);

/// Copies the weights whose names begin with `prefix` from the file and truncates the network to the steps that the
/// file has weights for. Throws as Backbone::load.
void load_weights(Network& network, const SafetensorsFile& file, const std::string& prefix = {});
/// Convolutions as in He et al. 2015; the same seed gives the same weights on every machine.
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
