// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/fit.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>
#include <vector>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/sha256.hpp"
#include "training/k_fold_training.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

namespace {

using nlohmann::json;
using Values = std::map<std::string, torch::Tensor>;

constexpr const char* kCheckpointKind = "checkpoint";

/// Another stream of random numbers for each epoch, so that none has to be kept in a checkpoint.
std::uint64_t epoch_seed(std::uint64_t seed, int epoch) {
  return Random(seed + static_cast<std::uint64_t>(epoch)).next();
}

/// The parameters that are trained.
Values trained(const torch::nn::Module& module) {
  Values result;
  for (const auto& item : module.named_parameters())
    if (item.value().requires_grad()) result[item.key()] = item.value();
  return result;
}

Values copies(const torch::nn::Module& module) {
  Values result;
  for (const auto& [name, values] : trained(module)) result[name] = values.detach().clone();
  return result;
}

void assign(const torch::nn::Module& module, const Values& values) {
  const torch::NoGradGuard no_gradients;
  for (auto& [name, own] : trained(module)) own.copy_(values.at(name));
}

bool is_finite(const torch::nn::Module& module) {
  const torch::NoGradGuard no_gradients;
  return std::ranges::all_of(trained(module),
                             [](const auto& item) { return torch::isfinite(item.second).all().template item<bool>(); });
}

[[noreturn]] void refuse_diverged(const std::string& name, int epoch) {
  throw Error("training of " + name + ": the loss is not finite in epoch " + std::to_string(epoch) +
              "; use a smaller learning_rate");
}

/// Everything that the next epoch depends on.
struct State {
  LearningCurve curve;
  Values best;
  std::int64_t step = 0;  // batches done
};

class Checkpoint {
 public:
  Checkpoint(const TrainingOptions& options, const std::string& name, const std::string& fingerprint)
      : fingerprint_(fingerprint_of(options, name, fingerprint)) {
    if (options.checkpoints.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(options.checkpoints, error);
    if (error)
      throw IoError("the folder '" + options.checkpoints.string() +
                    "' for checkpoints cannot be created: " + error.message());
    std::string plain = name;
    std::ranges::replace(plain, ' ', '-');
    // Trainings on other pictures or with other options have files of their own, so that they can share a folder.
    file_ = options.checkpoints / (plain + "-" + fingerprint_.substr(0, 16) + ".checkpoint");
  }

  void save(const State& state, const torch::nn::Module& module, torch::optim::AdamW& optimiser) const {
    if (file_.empty()) return;
    std::vector<torch::Tensor> kept;
    SafetensorsWriter writer;
    const auto add = [&](const std::string& array, const torch::Tensor& values) {
      kept.push_back(values.detach().to(torch::kCPU, torch::kFloat32).contiguous());
      const auto& tensor = kept.back();
      writer.add(array, DType::kF32, tensor.sizes().vec(),
                 std::span(static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()));
    };
    for (const auto& [name, values] : trained(module)) {
      add("now." + name, values);
      add("best." + name, state.best.at(name));
      const auto& moments = moments_of(optimiser, values);
      add("mean." + name, moments.exp_avg());
      add("square." + name, moments.exp_avg_sq());
    }
    const json record = {
        {"fingerprint", fingerprint_}, {"step", state.step}, {"curve", to_json(std::span(&state.curve, 1))}};
    write_model(std::move(writer), kCheckpointKind, record.dump(), file_);
  }

  /// Whether there was one to go on from.
  bool load(State& state, const torch::nn::Module& module, torch::optim::AdamW& optimiser) const {
    if (file_.empty() || !std::filesystem::exists(file_)) return false;
    const auto file = open_model(file_);
    if (file.metadata().at("kind") != kCheckpointKind)
      throw FormatError("'" + file_.string() + "' is not a checkpoint of a training; choose another folder");
    json record;
    try {
      record = json::parse(file.metadata().at("options"));
      record.at("step").get_to(state.step);
      state.curve = curves_from_json(record.at("curve").get<std::string>()).at(0);
      if (state.curve.best_epoch > 0) (void)state.curve.epochs.at(static_cast<std::size_t>(state.curve.best_epoch - 1));
    } catch (const std::exception& error) {
      refuse_damaged(file_, std::string("its record cannot be read (") + error.what() + ")");
    }
    if (record.value("fingerprint", "") != fingerprint_)
      throw FormatError(
          "'" + file_.string() +
          "' is the checkpoint of a training with other pictures or options; remove it, or choose another "
          "folder for checkpoints");
    const auto read = [&](const std::string& array, const torch::Tensor& like) {
      const auto values = file.get<float>(array, like.sizes().vec());
      return torch::from_blob(const_cast<float*>(values.data()), like.sizes(), torch::kFloat32)
          .clone()
          .to(like.device());
    };
    const torch::NoGradGuard no_gradients;
    for (auto& [name, values] : trained(module)) {
      state.best[name] = read("best." + name, values);
      auto moments = std::make_unique<torch::optim::AdamWParamState>();
      moments->step(state.step);
      moments->exp_avg(read("mean." + name, values));
      moments->exp_avg_sq(read("square." + name, values));
      optimiser.state()[values.unsafeGetTensorImpl()] = std::move(moments);
      values.copy_(read("now." + name, values));
    }
    return true;
  }

 private:
  static std::string fingerprint_of(const TrainingOptions& o, const std::string& name, const std::string& fingerprint) {
    Sha256 hash;
    const std::string text =
        json{name,           fingerprint,    o.hidden,     o.dropout,  o.input_dropout, o.learning_rate,
             o.weight_decay, o.warmup_steps, o.max_epochs, o.patience, o.batch,         o.seed}
            .dump();
    hash.update(std::as_bytes(std::span(text)));
    return hash.finish();
  }

  static torch::optim::AdamWParamState& moments_of(torch::optim::AdamW& optimiser, const torch::Tensor& parameter) {
    return static_cast<torch::optim::AdamWParamState&>(*optimiser.state().at(parameter.unsafeGetTensorImpl()));
  }

  std::string fingerprint_;
  std::filesystem::path file_;
};

}  // namespace

void TrainingOptions::validate() const {
  const auto check = [](bool good, const char* field, const auto& value, const char* range) {
    if (!good)
      throw InvalidArgumentError(std::string(field) + " is " + std::to_string(value) + ", it must be " + range);
  };
  check(hidden >= 0, "hidden", hidden, "0 or more");
  check(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more and below 1");
  check(input_dropout >= 0 && input_dropout < 1, "input_dropout", input_dropout, "0 or more and below 1");
  check(learning_rate > 0 && std::isfinite(learning_rate), "learning_rate", learning_rate, "above 0");
  check(weight_decay >= 0 && std::isfinite(weight_decay), "weight_decay", weight_decay, "0 or more");
  check(warmup_steps >= 0, "warmup_steps", warmup_steps, "0 or more");
  check(max_epochs >= 1, "max_epochs", max_epochs, "at least 1");
  check(patience >= 0, "patience", patience, "0 or more");
  check(batch >= 1, "batch", batch, "at least 1");
  resolve_threads(num_threads);
}

Dropout::Dropout(std::uint64_t seed) : generator_(at::detail::createCPUGenerator(seed)) {}

torch::Tensor Dropout::operator()(const torch::Tensor& values, double share) {
  if (share <= 0) return values;
  const auto kept = torch::rand(values.sizes(), generator_).ge(share).to(values.device(), torch::kFloat32);
  return values * kept / (1 - share);
}

torch::Tensor Dropout::shuffled(std::int64_t n) { return torch::randperm(n, generator_, torch::kInt64); }

std::uint64_t Dropout::seed() {
  const std::lock_guard lock(generator_.mutex());
  return generator_.get<at::CPUGeneratorImpl>()->random64();
}

namespace {

/// The loss of a batch, whose gradients are added to those of the parameters.
double add_gradients(const Objective& objective, const torch::Tensor& batch, Dropout& dropout) {
  if (objective.gradients) return objective.gradients(batch, dropout);
  const torch::Tensor loss = objective.loss(batch, dropout);
  const double value = loss.item<double>();
  if (std::isfinite(value)) loss.backward();
  return value;
}

}  // namespace

LearningCurve fit(torch::nn::Module& module, const Objective& objective, const TrainingOptions& options,
                  const std::string& name, const std::string& fingerprint, const ProgressCallback& progress) {
  options.validate();
  if (objective.rows < 1) throw InvalidArgumentError("there are no examples to train on");
  auto parts = objective.groups;
  if (parts.empty()) parts.push_back({module.parameters(), options.learning_rate});
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const auto& part : parts) groups.emplace_back(part.parameters);
  torch::optim::AdamW optimiser(groups,
                                torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  const Checkpoint checkpoint(options, name, fingerprint);
  State state;
  if (!checkpoint.load(state, module, optimiser)) {
    state.curve.name = name;
    state.best = copies(module);
  }

  const std::int64_t batches = (objective.rows + options.batch - 1) / options.batch;
  const auto all_steps = static_cast<double>(batches * options.max_epochs);
  const auto best_loss = [&] {
    const auto best = static_cast<std::size_t>(state.curve.best_epoch);
    return best == 0 ? std::numeric_limits<double>::infinity() : state.curve.epochs[best - 1].validation_loss;
  };
  const auto finished = [&] {
    const auto done = static_cast<int>(state.curve.epochs.size());
    return done == options.max_epochs ||
           (objective.validation && options.patience > 0 && done - state.curve.best_epoch >= options.patience);
  };
  while (!finished()) {
    const int epoch = static_cast<int>(state.curve.epochs.size()) + 1;
    Dropout dropout(epoch_seed(options.seed, epoch));
    const auto order = dropout.shuffled(objective.rows);
    double sum = 0;
    module.train();
    for (std::int64_t b = 0; b < batches; ++b, ++state.step) {
      const double warm = std::min(1.0, static_cast<double>(state.step + 1) / std::max(options.warmup_steps, 1));
      const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * static_cast<double>(state.step) / all_steps));
      for (std::size_t g = 0; g < parts.size(); ++g)
        static_cast<torch::optim::AdamWOptions&>(optimiser.param_groups()[g].options())
            .lr(parts[g].learning_rate * warm * cosine);
      const auto batch = order.slice(0, b * options.batch, std::min(objective.rows, (b + 1) * options.batch));
      optimiser.zero_grad();
      const double value = add_gradients(objective, batch, dropout);
      if (!std::isfinite(value)) refuse_diverged(name, epoch);
      optimiser.step();
      sum += value * static_cast<double>(batch.size(0));
    }
    module.eval();
    EpochRecord record;
    record.epoch = epoch;
    record.training_loss = sum / static_cast<double>(objective.rows);
    if (objective.validation) record.validation_loss = objective.validation();
    // The last step of an epoch shows in no loss of a batch.
    if ((objective.validation && !std::isfinite(record.validation_loss)) || !is_finite(module))
      refuse_diverged(name, epoch);
    if (!objective.validation || record.validation_loss < best_loss()) {
      state.curve.best_epoch = epoch;
      state.best = copies(module);
    }
    state.curve.epochs.push_back(record);
    checkpoint.save(state, module, optimiser);
    if (progress &&
        !progress({"training of " + name, state.curve.epochs.size(), static_cast<std::size_t>(options.max_epochs)}))
      throw CancelledError("training of " + name + " was cancelled" +
                           (options.checkpoints.empty() ? "" : "; run it again to resume it"));
  }
  assign(module, state.best);
  module.eval();
  return state.curve;
}

}  // namespace venloc
