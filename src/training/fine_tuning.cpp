// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/training/fine_tuning.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "core/field_json.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "features/backbone_inside.hpp"
#include "features/cell_map.hpp"
#include "features/device.hpp"
#include "features/in_batches.hpp"
#include "features/one_thread.hpp"
#include "features/torch_network.hpp"
#include "geo/geo_fields.hpp"
#include "image/image_fields.hpp"
#include "training/fit.hpp"
#include "training/heads.hpp"
#include "training/k_fold_training.hpp"
#include "training/training_fields.hpp"
#include "training/tuned_network.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/feature_cache.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

namespace {

/// Called with the number of photos of a batch that are ready, from one thread at a time.
using Done = std::function<void(std::size_t)>;

/// Of the network; the head alone differs in its epochs.
TrainingOptions training_of(const FineTuningOptions& options) {
  TrainingOptions out;
  out.hidden = options.hidden;
  out.dropout = out.input_dropout = options.dropout;
  out.learning_rate = options.learning_rate;
  out.weight_decay = options.weight_decay;
  out.warmup_steps = options.warmup_steps;
  out.max_epochs = options.max_epochs;
  out.patience = options.patience;
  out.batch = options.batch;
  out.checkpoints = options.checkpoints;
  out.seed = options.seed;
  out.num_threads = options.num_threads;
  out.device = options.device;
  return out;
}

/// Photos to train on and, without their groups, those that determine when to stop.
Split split_of(const Gallery& gallery, const FineTuningOptions& options, const ProgressCallback& progress) {
  Split all;
  all.train.resize(gallery.size());
  std::iota(all.train.begin(), all.train.end(), std::size_t{0});
  if (options.held_out_share == 0) return all;
  GroupOptions grouping;
  grouping.num_threads = options.num_threads;
  const auto groups = group_photos(gallery, grouping, progress);
  const auto folds = std::min<std::size_t>(static_cast<std::size_t>(std::lround(1 / options.held_out_share)),
                                           std::set(groups.begin(), groups.end()).size());
  return folds < 2 ? all : grouped_k_fold(groups, static_cast<int>(folds), options.seed).front();
}

/// Pictures of one size on their way through the network.
struct Group {
  std::vector<std::size_t> places;  ///< in the batch
  std::vector<Image> pictures;
};

/// Sums gradients in a fixed order, whichever thread is ready first.
class OrderedSum {
 public:
  void add(std::size_t number, std::vector<torch::Tensor> gradients) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(gradients));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; ++next_) {
      if (sum_.empty())  // a gradient may be a view of another tensor: only a copy may change
        for (const auto& values : first->second) sum_.push_back(values.clone());
      else
        for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i].add_(first->second[i]);
      first = waiting_.erase(first);
    }
  }
  [[nodiscard]] const std::vector<torch::Tensor>& sum() const { return sum_; }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<torch::Tensor>> waiting_;
  std::vector<torch::Tensor> sum_;
  std::size_t next_ = 0;
};

/// The tuned network with the photos it is trained on.
class Tuning {
 public:
  Tuning(const Backbone& backbone, const Gallery& gallery, const FineTuningOptions& options, TunedNetwork& network,
         torch::Tensor labels)
      : gallery_(gallery),
        options_(options),
        preprocessing_(backbone.preprocessing()),
        long_side_px_(backbone.options().long_sides_px.front()),
        network_(network),
        labels_(std::move(labels)),
        parameters_(network.network_parameters()) {
    for (const auto& values : network.head_parameters()) parameters_.push_back(values);
  }

  /// Sets the gradients of the mean loss of these photos, varied by the seed, and returns the loss.
  double train(std::span<const std::size_t> photos, std::uint64_t seed, const Done& done) {
    std::vector<double> losses(photos.size(), 0.0);
    OrderedSum sum;
    each_group(photos, &seed, done, [&](std::size_t number, const Group& group) {
      Dropout dropout(seed_of(seed + 1, photos[group.places.front()]));
      const auto loss = loss_of(photos, group, &dropout);
      const auto total = loss.sum();
      store(loss, group, losses);
      // Not backward(): the threads share the parameters.
      sum.add(number, torch::autograd::grad({total / static_cast<double>(photos.size())}, parameters_));
    });
    for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].mutable_grad() = sum.sum()[i];
    return mean(losses);
  }

  /// Mean loss of these photos as they are.
  double loss(std::span<const std::size_t> photos, const Done& done) {
    std::vector<double> losses(photos.size(), 0.0);
    for (std::size_t begin = 0; begin < photos.size(); begin += batch()) {
      const auto some = photos.subspan(begin, std::min(batch(), photos.size() - begin));
      const Done of_all = [&](std::size_t count) { done(begin + count); };
      each_group(some, nullptr, of_all, [&](std::size_t, const Group& group) {
        const torch::NoGradGuard no_gradients;
        store(loss_of(some, group, nullptr), group, std::span(losses).subspan(begin));
      });
    }
    return mean(losses);
  }

 private:
  [[nodiscard]] std::size_t batch() const { return static_cast<std::size_t>(options_.batch); }

  static double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  }

  /// How a photo is varied depends on nothing but the seed and the photo.
  static std::uint64_t seed_of(std::uint64_t seed, std::size_t photo) {
    return Random(seed ^ Random(photo).next()).next();
  }

  [[nodiscard]] Image picture(std::size_t photo, const std::uint64_t* seed) const {
    Image picture = read_for_describing(gallery_[photo].file, gallery_.image_options());
    if (seed != nullptr) {
      // What is left of the smallest crop still has the size of the input of the network.
      const double room = std::sqrt(options_.augmentation.min_crop);
      picture = picture.shrunk_to(static_cast<int>(std::ceil(long_side_px_ / room)));
      picture = augmented(picture, options_.augmentation, seed_of(*seed, photo));
    }
    return sized_for(preprocessing_, picture, long_side_px_);
  }

  /// Calls function(number, group) for groups of the photos. On the CPU each photo is one, and several are computed
  /// side by side, each by one thread. A GPU computes photos of equal size together; sides are rounded for that.
  void each_group(std::span<const std::size_t> photos, const std::uint64_t* seed, const Done& done,
                  const std::function<void(std::size_t, const Group&)>& function) const {
    if (!network_.device().is_cuda()) {
      const auto report = [&](const Progress& p) {
        done(p.done);
        return true;
      };
      parallel_for(
          photos.size(), options_.num_threads,
          [&](std::size_t i) {
            const OneThread one;
            function(i, {{i}, {picture(photos[i], seed)}});
          },
          "photos", report);
      return;
    }
    std::vector<Image> pictures(photos.size());
    parallel_for(photos.size(), options_.num_threads, [&](std::size_t i) {
      constexpr int kStep = 32;  // [px]
      const auto rounded = [&](int side) { return std::max(kStep, (side + kStep / 2) / kStep * kStep); };
      const Image own = picture(photos[i], seed);
      pictures[i] = sized_for(preprocessing_, own.resized(rounded(own.width()), rounded(own.height())), long_side_px_);
    });
    std::map<std::pair<int, int>, std::vector<std::size_t>> by_size;
    for (std::size_t i = 0; i < pictures.size(); ++i) by_size[{pictures[i].width(), pictures[i].height()}].push_back(i);
    std::size_t number = 0;
    for (const auto& [size, places] : by_size)
      in_batches<c10::OutOfMemoryError>(places.size(), places.size(), [&](std::size_t begin, std::size_t count) {
        Group group;
        for (const auto i : std::span(places).subspan(begin, count)) {
          group.places.push_back(i);
          group.pictures.push_back(pictures[i]);
        }
        function(number, group);
        ++number;
      });
    done(photos.size());
  }

  /// One for each picture of the group.
  [[nodiscard]] torch::Tensor loss_of(std::span<const std::size_t> photos, const Group& group, Dropout* dropout) const {
    std::vector<torch::Tensor> inputs;
    for (const auto& one : group.pictures)
      inputs.push_back(to_input_tensor(network_input(preprocessing_, one), network_.device(), torch::kFloat32));
    std::vector<std::int64_t> rows;
    for (const auto i : group.places) rows.push_back(static_cast<std::int64_t>(photos[i]));
    const auto wanted = labels_.index_select(0, torch::tensor(rows, torch::kInt64).to(network_.device()));
    return -(wanted * network_.forward(inputs.size() == 1 ? inputs.front() : torch::cat(inputs), dropout)).sum(1);
  }

  static void store(const torch::Tensor& loss, const Group& group, std::span<double> losses) {
    const auto values = values_of(loss);
    for (std::size_t i = 0; i < values.size(); ++i) losses[group.places[i]] = values[i];
  }

  const Gallery& gallery_;
  const FineTuningOptions& options_;
  Preprocessing preprocessing_;
  int long_side_px_;
  TunedNetwork& network_;
  torch::Tensor labels_;  // photos x classes
  std::vector<torch::Tensor> parameters_;
};

/// The head alone, on the outputs of the network before it is tuned.
void train_head(CellHead& head, const TunedNetwork& network, const torch::Tensor& vectors, const torch::Tensor& labels,
                const Split& split, const FineTuningOptions& options, const std::string& fingerprint,
                const ProgressCallback& progress) {
  if (options.head_epochs == 0) return;
  const auto loss = [&](const torch::Tensor& rows, Dropout* dropout) {
    return -(labels.index_select(0, rows) * network.apply_head(vectors.index_select(0, rows), dropout)).sum(1).mean();
  };
  const auto numbers = [&](const std::vector<std::size_t>& photos) {
    return torch::tensor(std::vector<std::int64_t>(photos.begin(), photos.end()), torch::kInt64).to(network.device());
  };
  const auto train = numbers(split.train), held_out = numbers(split.test);
  Objective objective;
  objective.rows = train.size(0);
  objective.loss = [&](const torch::Tensor& batch, Dropout& dropout) {
    return loss(train.index_select(0, batch.to(network.device())), &dropout);
  };
  if (!split.test.empty()) {
    objective.validation = [&] {
      const torch::NoGradGuard no_gradients;
      return loss(held_out, nullptr).item<double>();
    };
  }
  auto training = training_of(options);
  training.max_epochs = options.head_epochs;
  training.patience = 0;
  training.learning_rate = options.head_learning_rate;
  (void)fit(head, objective, training, "the head", fingerprint, progress);
}

}  // namespace

void FineTuningOptions::validate() const {
  training_of(*this).validate();
  const auto check = [](bool good, const char* field, const auto& value, const char* range) {
    if (!good)
      throw InvalidArgumentError(std::string(field) + " is " + std::to_string(value) + ", it must be " + range);
  };
  check(head_learning_rate > 0 && std::isfinite(head_learning_rate), "head_learning_rate", head_learning_rate,
        "above 0");
  check(head_epochs >= 0, "head_epochs", head_epochs, "0 or more");
  check(smoothing_m > 0 && std::isfinite(smoothing_m), "smoothing_m", smoothing_m, "above 0");
  check(held_out_share >= 0 && held_out_share <= 0.5, "held_out_share", held_out_share, "from 0 to 0.5");
  augmentation.validate();
  cells.validate();
}

std::string FineTuningOptions::to_json() const { return nlohmann::json(*this).dump(); }

namespace {

/// The classes of the photos of a gallery.
struct Classes {
  std::int64_t number = 0;
  std::vector<float> shares;      ///< of each photo in each class
  std::vector<EastNorth> places;  ///< of the photos [m]
};

Classes classes_of(const Gallery& gallery, const Split& split, const FineTuningOptions& options) {
  std::vector<LatLng> places;
  for (const auto i : split.train) places.push_back(gallery[i].location);
  const CellPartition partition(places, options.cells);
  if (partition.size() < 2)
    throw InvalidArgumentError(
        "cells: all photos lie in one cell, so there are no classes to separate; use photos of several places, or "
        "smaller cells with fewer photos each");
  Classes classes;
  classes.number = static_cast<std::int64_t>(partition.size());
  const LocalFrame frame(gallery[0].location);
  for (const auto& photo : gallery.photos()) {
    for (const double share : smoothed_labels(partition, photo.location, options.smoothing_m))
      classes.shares.push_back(static_cast<float>(share));
    classes.places.push_back(frame.to_local(photo.location));
  }
  return classes;
}

/// The network before it is tuned, as the tuning computes it.
Backbone untuned(const Backbone& backbone, const FineTuningOptions& options) {
  auto as_trained = backbone.options();
  as_trained.long_sides_px.resize(1);
  as_trained.region_grids.clear();
  as_trained.region_long_side_px = 0;
  as_trained.precision = Precision::kFloat32;
  as_trained.device = options.device;
  as_trained.num_threads = options.num_threads;
  return BackboneInside::backbone(BackboneInside::network(backbone), as_trained);
}

Whitening whitening_of(std::span<const float> vectors, const Backbone& backbone, const FineTuningOptions& options) {
  WhiteningOptions whitening;
  whitening.seed = options.seed;
  whitening.num_threads = options.num_threads;
  return Whitening::train(vectors, backbone.dimension(), whitening);
}

}  // namespace

FineTuned fine_tune(const Backbone& backbone, const Gallery& gallery, const FineTuningOptions& options,
                    const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to fine-tune a network on");
  return translated("fine-tuning " + backbone.network(), [&] {
    const OneThread one;
    const auto part = tuned_part(backbone, options.unfreeze_from);
    const auto split = split_of(gallery, options, progress);

    const Classes classes = classes_of(gallery, split, options);
    // The features of all pictures before the tuning; this also reports which cannot be read.
    const auto as_it_is = untuned(backbone, options);
    FeatureOptions how;
    how.cache = options.checkpoints;
    how.num_threads = options.num_threads;
    const auto features = extract_features(as_it_is, gallery, how, progress);
    const auto wide = static_cast<std::int64_t>(as_it_is.dimension());
    const auto parts = as_it_is.parts();
    const auto white = whitening_of(values_of(normalised(rows_tensor(features, wide, split.train, torch::kCPU), parts)),
                                    as_it_is, options);

    const std::array<std::int64_t, 1> number_of_classes = {classes.number};
    const auto training = training_of(options);
    const auto head =
        std::make_shared<CellHead>(static_cast<std::int64_t>(white.dimension()), number_of_classes, training);
    TunedNetwork network(as_it_is, part, white, head, options.mixed_precision);
    const auto labels = rows_tensor(classes.shares, classes.number, network.device());
    const auto fingerprint = data_fingerprint(features, classes.places, as_it_is.fingerprint() + options.to_json());
    train_head(*head, network, rows_tensor(features, wide, network.device()), labels, split, options, fingerprint,
               progress);

    Tuning tuning(as_it_is, gallery, options, network, labels);
    const auto reported = [&](const char* stage, std::size_t done, std::size_t all) {
      if (progress && !progress({stage, done, all}))
        throw CancelledError("fine-tuning was cancelled" +
                             std::string(options.checkpoints.empty() ? "" : "; run it again to resume it"));
    };
    std::size_t seen = 0;  // of this epoch
    Objective objective;
    objective.rows = static_cast<std::int64_t>(split.train.size());
    objective.groups = {{network.network_parameters(), options.learning_rate},
                        {network.head_parameters(), options.head_learning_rate}};
    objective.gradients = [&](const torch::Tensor& batch, Dropout& dropout) {
      std::vector<std::size_t> photos;
      for (std::int64_t i = 0; i < batch.size(0); ++i)
        photos.push_back(split.train[static_cast<std::size_t>(batch[i].item<std::int64_t>())]);
      const double loss = tuning.train(
          photos, dropout.seed(), [&](std::size_t done) { reported("fine-tuning", seen + done, split.train.size()); });
      seen = (seen + photos.size()) % split.train.size();
      return loss;
    };
    if (!split.test.empty()) {
      objective.validation = [&] {
        return tuning.loss(split.test, [&](std::size_t done) { reported("held-out photos", done, split.test.size()); });
      };
    }
    auto curve = fit(network, objective, training, "the network", fingerprint, progress);

    Network tuned = network.network()->trained();
    tuned.origin += (tuned.origin.empty() ? "" : "; ") + std::string("fine-tuned by venloc on ") +
                    std::to_string(gallery.size()) + " photos from stage " + part.stage;
    return FineTuned{BackboneInside::backbone(std::move(tuned), backbone.options()), std::move(curve)};
  });
}

}  // namespace venloc
