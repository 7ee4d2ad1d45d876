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

/// Where the network runs. On the CPU venloc's own engine runs it in float32; CUDA needs venloc::torch. kAuto uses CUDA
/// when the program has called register_torch() and there is a device, else the CPU.
enum class Device {
  kAuto,  ///< CUDA if available, else the CPU
  kCpu,   ///< the CPU
  kCuda,  ///< a GPU; needs venloc::torch. Throws InvalidArgumentError when there is none
};

/// The number format of the network's computations. Maps and vectors are always float32.
enum class Precision {
  kFloat32,   ///< 32 bits, on every machine
  kBFloat16,  ///< needs venloc::torch; slow on a processor or GPU without bfloat16 instructions
};

/// A stage of a network whose output is a feature map.
struct BackboneStage {
  std::string name;  ///< name of the stage, e.g. "layer3"
  int channels = 0;  ///< channels of its map
  int stride = 0;    ///< distance between neighbouring cells of its map [px of the network's input]

  friend bool operator==(const BackboneStage&, const BackboneStage&) = default;
};

/// What a network expects its input to be: (pixel - mean) / deviation for each of R, G, B, with pixels from 0 to 255.
struct Preprocessing {
  std::array<double, 3> mean{};  ///< subtracted from R, G and B, in units of pixel values
  std::array<double, 3> deviation{1, 1,
                                  1};  ///< standard deviations that R, G and B are divided by, in units of pixel values
  int long_side_px = 352;              ///< larger pictures are shrunk to this longer side, aspect kept [px]
  int min_side_px = 32;                ///< minimum side for the deepest stage; a shorter side is stretched to it [px]

  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// The features of one stage for one picture.
struct FeatureMap {
  int channels = 0;           ///< channels of the stage
  int height = 0;             ///< rows of the map [cells]
  int width = 0;              ///< columns of the map [cells]
  std::vector<float> values;  ///< channels x height x width, row-major
};

/// How a network describes pictures: stages, sizes, pooling, regions, and the device.
struct VENLOC_API BackboneOptions {
  std::string stage;  ///< stage to describe pictures with; empty = the default of the network
  /// Further stages that describe pictures, at the first of the sizes. One pass of the network computes all of them.
  std::vector<std::string> further_stages;
  Pooling pooling = Pooling::kGem;  ///< how a map becomes a vector
  double gem_p =
      3.0;  ///< power of the generalised mean, 1 to 20 (1 = mean of the positive values); for the pooling kGem only
  std::vector<int>
      long_sides_px;  ///< longer sides at which a picture is described, 32 to 4096 [px]; empty = that of the weights
  /// Grids of windows of the stage's map; each window is described as a region: 3 = 3 x 3 windows that overlap by 40 %
  /// of their sides (after the regions of Tolias, Sicre and Jégou 2016), 1 to 8; empty = no regions.
  std::vector<int> region_grids;
  int region_long_side_px =
      0;                ///< the size whose map the regions are taken from, one of long_sides_px [px]; 0 = the first
  int num_threads = 0;  ///< CPU threads of one call; 0 = all cores. Does not change the result.
  Device device = Device::kAuto;              ///< where the network is computed
  Precision precision = Precision::kFloat32;  ///< number format of the computations; results are always float32

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
  /// later stages are then not available. A model file with a network is accepted as well. Metadata `preprocessing` (a
  /// JSON object with mean, deviation, long_side_px) replaces that of the network. Throws FormatError that names the
  /// file and the arrays that are missing, unexpected, of the wrong shape or not finite; InvalidArgumentError for an
  /// unknown network or stage, or a device that is not available.
  static Backbone load(const std::filesystem::path& weights, const std::string& network = {},
                       const BackboneOptions& options = {});

  /// A network with random weights: convolutions as in He et al. 2015, BatchNorm as identity. The same seed gives the
  /// same weights.
  static Backbone random(const std::string& network, std::uint64_t seed, const BackboneOptions& options = {});

  [[nodiscard]] const std::string& network() const;  ///< name of the network
  [[nodiscard]] const BackboneOptions& options()
      const;  ///< the options, with defaults replaced by the actual stage and sizes
  [[nodiscard]] const Preprocessing& preprocessing() const;  ///< what the network expects its input to be
  [[nodiscard]] const std::string& origin() const;   ///< origin of the weights, from the file's metadata; may be empty
  [[nodiscard]] const std::string& licence() const;  ///< licence of the weights, from the file's metadata; may be empty
  [[nodiscard]] const std::vector<BackboneStage>& stages() const;  ///< the stages whose weights are available, in order
  [[nodiscard]] std::size_t dimension() const;  ///< number of values that describe() returns for a picture
  /// The lengths of the parts of describe(): one for each size, then one for each further stage, then one for each
  /// region.
  [[nodiscard]] std::vector<std::size_t> parts() const;
  [[nodiscard]] std::size_t regions() const;  ///< number of regions; they are the last parts, grid by grid, row by row
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

  /// The same for several pictures, in parallel: dimension() values for each, in their order. On the CPU the values of
  /// a picture do not depend on the other pictures. On a GPU pictures of equal size are computed in batches, as large
  /// as its memory allows, which may change the last digits.
  [[nodiscard]] std::vector<float> describe_all(std::span<const Image> pictures) const;

  /// Writes the weights with this element type (kF32, kF16, kBF16 or kI8; BatchNorm and biases stay float32), the
  /// network's name, preprocessing, origin and licence, atomically. kI8 needs a quarter of the bytes of kF32: the
  /// largest weight of each output channel becomes 127 or -127, 0 stays 0. Throws IoError, and InvalidArgumentError
  /// like rounded().
  void save(const std::filesystem::path& weights, DType type = DType::kF32) const;

  /// Adds the data that describe() needs to a model file: the weights up to the deepest of its stages, with this
  /// element type, and as metadata the network, its preprocessing, origin, licence and the options except num_threads
  /// and device. All names begin with `prefix`.
  void save(SafetensorsWriter& writer, const std::string& prefix = "backbone.", DType type = DType::kF16) const;
  /// Reads a network that save() added to a model file. If its weights had been rounded() to the element type, all
  /// results are identical bit by bit. Throws FormatError that names the file and what is wrong.
  static Backbone load(const SafetensorsFile& file, const std::string& prefix = "backbone.",
                       Device device = Device::kAuto, int num_threads = 0);

  /// The same network with the weights that a file of this element type would hold (weights that came from such a file
  /// are unchanged). Throws InvalidArgumentError for a type that save() does not accept, or whose range is too small
  /// for a weight.
  [[nodiscard]] Backbone rounded(DType type) const;

  /// Identifies how pictures are described: SHA-256 of the network, its weights up to the deepest of the stages,
  /// preprocessing, and the options except num_threads and device.
  [[nodiscard]] std::string fingerprint() const;

 private:
  friend class BackboneInside;
  struct State;
  explicit Backbone(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace venloc
