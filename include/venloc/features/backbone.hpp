// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/image/image.hpp"

/// Convolutional networks trained for classification, as feature extractors.
namespace venloc {

/// How a map of features becomes one vector: a value for each channel.
enum class Pooling {
  kGem,      ///< generalised mean (Radenovic, Tolias, Chum 2019): mean of max(x, 1e-6)^p, to the power 1/p
  kAverage,  ///< mean
  kMax,      ///< largest value
};

/// Where the network is computed. On the CPU venloc's own engine computes in float32; CUDA needs venloc::torch. kAuto
/// takes CUDA where the program has called register_torch() and there is a device, else the CPU.
enum class Device {
  kAuto,  ///< CUDA where it can be used, else the CPU
  kCpu,   ///< the CPU
  kCuda,  ///< a GPU; needs venloc::torch, and is an InvalidArgumentError where there is none
};

/// The numbers the network computes with; what a map or vector holds is float32 in any case.
enum class Precision {
  kFloat32,   ///< 32 bits, on every machine
  kBFloat16,  ///< needs venloc::torch, and a processor or GPU with instructions for it: others take many times as long
};

/// A place in a network that has a map of features.
struct BackboneStage {
  std::string name;  ///< name of the stage, e.g. "layer3"
  int channels = 0;  ///< channels of its map
  int stride = 0;    ///< distance between neighbours of its map [px of the network's input]

  friend bool operator==(const BackboneStage&, const BackboneStage&) = default;
};

/// What a network expects its input to be: (pixel - mean) / deviation for each of R, G, B, with pixels from 0 to 255.
struct Preprocessing {
  std::array<double, 3> mean{};  ///< subtracted from R, G and B, in units of pixel values
  std::array<double, 3> deviation{1, 1,
                                  1};  ///< standard deviations that R, G and B are divided by, in units of pixel values
  int long_side_px = 352;              ///< larger pictures are shrunk to this longer side, aspect kept [px]
  int min_side_px = 32;                ///< what the deepest stage needs; a side that is shorter is stretched to it [px]

  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// The features of one stage for one picture.
struct FeatureMap {
  int channels = 0;           ///< channels of the stage
  int height = 0;             ///< rows of the map [cells]
  int width = 0;              ///< columns of the map [cells]
  std::vector<float> values;  ///< channels x height x width, row-major
};

/// How a network describes pictures: stages, sizes, pooling, regions, and what it is computed on.
struct VENLOC_API BackboneOptions {
  std::string stage;  ///< stage to describe pictures with; empty = the network's own choice
  /// Stages to describe pictures with as well, at the first of the sizes: one pass of the network gives them all.
  std::vector<std::string> further_stages;
  Pooling pooling = Pooling::kGem;  ///< how a map becomes a vector
  double gem_p =
      3.0;  ///< power of the generalised mean, 1 to 20 (1 = mean of what is positive); for the pooling kGem only
  std::vector<int>
      long_sides_px;  ///< longer sides that a picture is described at, 32 to 4096 [px]; empty = that of the weights
  /// Grids of windows of the stage's map that are described each by itself: 3 = 3 x 3 windows that overlap by four
  /// tenths of their sides (after the regions of Tolias, Sicre and Jégou 2016), 1 to 8; none = no regions.
  std::vector<int> region_grids;
  int region_long_side_px = 0;    ///< which of the sizes the regions are taken at [px]; 0 = the first
  int num_threads = 0;            ///< CPU threads of one call; 0 = all cores. Does not change the result.
  Device device = Device::kAuto;  ///< where the network is computed
  Precision precision =
      Precision::kFloat32;  ///< numbers that the network is computed with; the result is float32 in any case

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// A network with its weights. Immutable and cheap to copy; all members may be called from several threads at once.
///
/// Networks, with the names that their arrays have in a weights file:
/// - efficientnet_lite0, efficientnet_lite2 (Liu 2020 after Tan and Le 2019): timm's tf_efficientnet_lite*
/// - squeezenet1_1 (Iandola et al. 2016), mobilenet_v2 (Sandler et al. 2018), resnet50, resnet101 (He et al. 2015),
///   googlenet (Szegedy et al. 2014), inception_v3 (Szegedy et al. 2015): torchvision's
/// - inception_resnet_v2 (Szegedy et al. 2016): timm's
/// - resnet50v2, resnet101v2 (He et al. 2016): as released for MXNet, with a BatchNorm of the input and one before the
///   first pooling; timm's names, with stem.norm0 and stem.norm for these two
/// - mobilenet_v2_gluon: as released for MXNet, whose first bottleneck has an expansion too, and ReLU for ReLU6;
///   torchvision's names
/// - resnet50_keras, resnet101_keras, resnet50v2_keras, resnet101v2_keras, inception_v3_keras: as released for Keras,
///   with names as above. BatchNorm of the ResNets adds 1.001e-5 to the variance; resnet*_keras have the stride of a
///   bottleneck in its first convolution, and biases; resnet*v2_keras have it in the last bottleneck of a layer; the
///   means of inception_v3_keras leave out the border
///
/// Files that hold MXNet's names (squeezenet1_1, mobilenet_v2_gluon, resnet50v2, resnet101v2) are read as well.
class VENLOC_API Backbone {
 public:
  static std::vector<std::string> networks();  ///< the names that load() and random() accept

  /// Reads the weights of `network` (empty: the one that the file's metadata names) from a safetensors file of float16,
  /// bfloat16, float32, float64 or int8 arrays. An int8 array of a convolution comes with a float32 array
  /// `<name>.scale`, which holds the size of an integer step for each output channel. The file may end at any stage;
  /// the stages after it are then not there. A model file with a network is accepted as well. Metadata `preprocessing`
  /// (a JSON object with mean, deviation, long_side_px) replaces that of the network. Throws FormatError that names the
  /// file and the arrays that are missing, unexpected, mis-shaped or not finite; InvalidArgumentError for an unknown
  /// network or stage, or a device that is not there.
  static Backbone load(const std::filesystem::path& weights, const std::string& network = {},
                       const BackboneOptions& options = {});

  /// Random weights: convolutions as in He et al. 2015, BatchNorm that changes nothing. Same seed, same weights.
  static Backbone random(const std::string& network, std::uint64_t seed, const BackboneOptions& options = {});

  [[nodiscard]] const std::string& network() const;  ///< name of the network
  [[nodiscard]] const BackboneOptions& options()
      const;  ///< the options, with the stage and sizes that stand for the defaults
  [[nodiscard]] const Preprocessing& preprocessing() const;  ///< what the network expects its input to be
  /// The origin of the weights, as text, and their licence, from the file's metadata; empty where there is none.
  [[nodiscard]] const std::string& origin() const;
  [[nodiscard]] const std::string& licence() const;
  [[nodiscard]] const std::vector<BackboneStage>& stages() const;  ///< the stages whose weights are there, in order
  [[nodiscard]] std::size_t dimension() const;                     ///< values that describe() gives for a picture
  /// The lengths of the parts that describe() puts together: one for each size, then one for each further stage, then
  /// one for each region.
  [[nodiscard]] std::vector<std::size_t> parts() const;
  [[nodiscard]] std::size_t regions() const;  ///< how many of the last parts are regions, grid by grid, row by row
  [[nodiscard]] bool on_gpu() const;          ///< whether the network is computed on a GPU

  /// The map of a stage (empty: that of the options) for the picture at the first of the sizes. Grey pictures count as
  /// RGB with three equal channels. Throws InvalidArgumentError for an empty picture or an unknown stage.
  [[nodiscard]] FeatureMap map(const Image& picture, const std::string& stage = {}) const;

  /// The maps of the stage and of the further stages, in one pass, for the picture at this longer side [px]; larger
  /// pictures are shrunk to it. Throws InvalidArgumentError for an empty picture or a length below 1.
  [[nodiscard]] std::vector<FeatureMap> maps(const Image& picture, int long_side_px) const;

  /// The pooled map of the stage for each of the sizes, those of the further stages, and the pooled windows of the
  /// regions; not normalised.
  [[nodiscard]] std::vector<float> describe(const Image& picture) const;

  /// The same for several pictures side by side: dimension() values for each, in their order. On the CPU a
  /// picture's values do not depend on its neighbours; on a GPU pictures of equal size are computed together, as many
  /// as its memory holds, which may change the last digits.
  [[nodiscard]] std::vector<float> describe_all(std::span<const Image> pictures) const;

  /// Writes the weights with this element type (kF32, kF16, kBF16 or kI8; BatchNorm and biases stay float32), the
  /// network's name, preprocessing, origin and licence, atomically. kI8 takes a quarter of kF32: the largest weight of
  /// each output channel becomes 127 or -127, 0 stays 0. Throws IoError; InvalidArgumentError as rounded().
  void save(const std::filesystem::path& weights, DType type = DType::kF32) const;

  /// Adds what describe() needs to a model file: the weights up to the deepest of its stages, with this element type,
  /// and as metadata the network, its preprocessing, origin, licence and the options but those of the machine
  /// (num_threads, device). The names of all begin with `prefix`.
  void save(SafetensorsWriter& writer, const std::string& prefix = "backbone.", DType type = DType::kF16) const;
  /// Reads that again. Where its weights were rounded() to the element type before, the answers are the same to the
  /// bit. Throws FormatError that names the file and what is wrong.
  static Backbone load(const SafetensorsFile& file, const std::string& prefix = "backbone.",
                       Device device = Device::kAuto, int num_threads = 0);

  /// The same network with the weights that a file of this element type would hold (weights that came from such a file
  /// are unchanged). Throws InvalidArgumentError for a type that is none of save(), or too narrow for a weight.
  [[nodiscard]] Backbone rounded(DType type) const;

  /// Identifies how pictures are described: SHA-256 of the network, its weights up to the deepest of the stages,
  /// preprocessing, and the options but those of the machine.
  [[nodiscard]] std::string fingerprint() const;

 private:
  friend class BackboneInside;
  struct State;
  explicit Backbone(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace venloc
