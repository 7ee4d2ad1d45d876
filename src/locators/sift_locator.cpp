// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/sift_locator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "core/parallel.hpp"
#include "locators/photo_table.hpp"
#include "locators/sift_impl.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"

namespace venloc {
namespace {

// A picture from anywhere is taken to be from elsewhere with this probability before it is looked at.
constexpr double kElsewhere = 0.1;
// Candidates below this say nothing; the sum of what is left out stays with "none of them".
constexpr double kSmallestProbability = 1e-4;
// The reported place has the most probability around it at this scale, rather than the sharpest peak.
constexpr double kModeSmoothingM = 45.0;
// The published method gives no probability. This is its share of answers within 100 m in the published results.
constexpr double kPublishedHitRate = 0.28;
constexpr double kPublishedSigmaM = 25.0;

class Stopwatch {
 public:
  explicit Stopwatch(std::vector<StageTime>& times) : times_(times) {}
  void lap(const char* stage) {
    const auto now = std::chrono::steady_clock::now();
    times_.push_back({stage, std::chrono::duration<double>(now - last_).count()});
    last_ = now;
  }

 private:
  std::vector<StageTime>& times_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

void finish(Prediction& prediction) {
  const auto& posterior = prediction.posterior;
  prediction.location = posterior.mode(kModeSmoothingM);
  prediction.confidence = posterior.mass_within(prediction.location, kConfidenceRadiusM);
  prediction.in_area = posterior.in_area();
  prediction.radius_50_m = posterior.credible_radius_m(prediction.location, 0.5);
  prediction.radius_90_m = posterior.credible_radius_m(prediction.location, 0.9);
}

}  // namespace

std::vector<VerifiedPicture> collect_evidence(const VisualIndex& index, const LocalFeatures& query,
                                              const SiftLocatorOptions& options, std::span<const EastNorth> places,
                                              std::span<const std::uint8_t> excluded) {
  auto search = options.query;
  search.num_threads = options.num_threads;
  auto ranked = index.search(query, search, excluded);
  ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(options.verify_candidates)));

  std::vector<VerifiedPicture> out(ranked.size());
  parallel_for(ranked.size(), options.num_threads, [&](std::size_t r) {
    const auto& picture = ranked[r];
    const auto verified = verify(query, picture.matches, options.verification);
    auto& e = out[r].evidence;
    e.picture = picture.picture;
    e.place = places[picture.picture];
    e.votes = picture.votes;
    e.matches = static_cast<float>(picture.matches.size());
    for (const auto& match : picture.matches) e.match_weight += match.weight;
    e.inliers = static_cast<float>(verified.inliers);
    e.effective_inliers = static_cast<float>(verified.effective_inliers);
    e.inlier_weight = static_cast<float>(verified.weight);
    e.scale = static_cast<float>(verified.scale);
    e.rotation = static_cast<float>(verified.rotation);
    e.spread = static_cast<float>(verified.spread);
    for (const auto i : verified.inlier_matches) out[r].inliers.push_back(picture.matches[i]);
  });
  // Verified weight first; votes tell apart those that verification knows nothing of.
  std::ranges::stable_sort(out, std::greater{},
                           [](const VerifiedPicture& v) { return v.evidence.inlier_weight + 0.5f * v.evidence.votes; });
  return out;
}

Posterior SiftLocator::Impl::posterior(std::span<const CandidateEvidence> evidence,
                                       std::span<const double> probabilities) const {
  const auto sigmas = model.sigmas_m();
  const auto shares = model.kernel_weights();
  std::vector<PosteriorComponent> components;
  double none = 1.0;
  for (std::size_t i = 0; i + 1 < probabilities.size(); ++i) {
    if (probabilities[i] < kSmallestProbability) continue;
    none -= probabilities[i];
    for (std::size_t k = 0; k < sigmas.size(); ++k)
      components.push_back({evidence[i].place, sigmas[k], probabilities[i] * shares[k]});
  }
  none = std::max(none, 0.0);
  for (auto component : prior) {
    component.weight *= none;
    components.push_back(component);
  }
  // A picture from elsewhere has no right candidate: Bayes' rule with its share beforehand.
  const double not_here = kElsewhere * none / (kElsewhere * none + 1.0 - kElsewhere);
  for (auto& component : components) component.weight *= 1.0 - not_here;
  return {frame, area, std::move(components), kPriorBackground * none * (1.0 - not_here), not_here};
}

SiftLocator::SiftLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SiftLocator::SiftLocator(SiftLocator&&) noexcept = default;
SiftLocator& SiftLocator::operator=(SiftLocator&&) noexcept = default;
SiftLocator::~SiftLocator() = default;

Prediction SiftLocator::locate(const Image& picture) const {
  const auto& s = *impl_;
  Prediction out;
  Stopwatch watch(out.timings);
  const auto features = extract_sift(picture, s.options.sift);
  watch.lap("features");

  const auto candidate = [&](std::size_t p, double probability, double score, int inliers) {
    return Candidate{s.photos[p].id, s.photos[p].location, probability, inliers, score, s.photos[p].url};
  };
  if (s.matcher) {
    const auto ranked = s.matcher->rank(features.descriptors, s.options.num_threads);
    watch.lap("search");
    std::vector<PosteriorComponent> components;
    double none = 1.0;
    if (!ranked.empty() && ranked.front().matches > 0) {
      components.push_back({s.places[ranked.front().picture], kPublishedSigmaM, kPublishedHitRate});
      none -= kPublishedHitRate;
    }
    for (auto component : s.prior) {
      component.weight *= none;
      components.push_back(component);
    }
    out.posterior = Posterior(s.frame, s.area, std::move(components), kPriorBackground * none, 0.0);
    finish(out);
    // The published answer is the best picture's own coordinate.
    if (none < 1.0) out.location = s.photos[ranked.front().picture].location;
    for (std::size_t i = 0; i < std::min(ranked.size(), static_cast<std::size_t>(s.options.max_candidates)); ++i)
      if (ranked[i].matches > 0)
        out.candidates.push_back(candidate(ranked[i].picture, i == 0 ? kPublishedHitRate : 0.0,
                                           -static_cast<double>(ranked[i].sum), static_cast<int>(ranked[i].matches)));
    watch.lap("posterior");
    return out;
  }

  const auto verified = collect_evidence(*s.index, features, s.options, s.places, {});
  watch.lap("search");
  std::vector<CandidateEvidence> evidence;
  for (const auto& v : verified) {
    evidence.push_back(v.evidence);
    evidence.back().hub_rate = s.hub_rate[v.evidence.picture];
    evidence.back().hub_weight = s.hub_weight[v.evidence.picture];
    evidence.back().density = s.density[v.evidence.picture];
  }
  const auto probabilities = s.model.probabilities(evidence, static_cast<float>(features.size()));
  out.posterior = s.posterior(evidence, probabilities);
  finish(out);

  std::vector<std::size_t> order;
  for (std::size_t i = 0; i + 1 < probabilities.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return probabilities[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(s.options.max_candidates)));
  for (const auto i : order)
    out.candidates.push_back(candidate(evidence[i].picture, probabilities[i], evidence[i].inlier_weight,
                                       static_cast<int>(evidence[i].inliers)));
  watch.lap("posterior");
  return out;
}

LocatorInfo SiftLocator::info() const {
  const auto& s = *impl_;
  LocatorInfo out;
  out.kind = "sift";
  out.city = s.options.city;
  out.photos = s.photos.size();
  if (s.index) out.features = s.index->num_features();
  for (const auto& descriptors : s.descriptors) out.features += descriptors.size();
  out.options = s.options.to_json();
  out.library_version = version();
  out.format_version = kFormatVersion;
  out.area = s.area;
  return out;
}

std::span<const Photo> SiftLocator::photos() const { return impl_->photos; }
const SiftLocatorOptions& SiftLocator::options() const { return impl_->options; }

void SiftLocator::set_options(const SiftLocatorOptions& options) {
  options.validate();
  const auto& old = impl_->options;
  const auto fixed = [](bool same, const char* field) {
    if (!same)
      throw InvalidArgumentError(std::string(field) + " can not be changed after the model is built; build it again");
  };
  fixed(options.matching == old.matching, "matching");
  fixed(options.sift.root == old.sift.root, "sift.root");
  fixed(options.index.words == old.index.words, "index.words");
  fixed(options.index.seed == old.index.seed, "index.seed");
  fixed(options.max_features_total == old.max_features_total, "max_features_total");
  fixed(options.city == old.city, "city");
  impl_->options = options;
}

void SiftLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  const auto extent = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  const PhotoTable photos(s.photos);
  photos.save(writer);
  const std::array<double, 6> area = {s.area.south, s.area.west,          s.area.north,
                                      s.area.east,  s.frame.origin().lat, s.frame.origin().lng};
  writer.add<double>("area", {6}, area);
  std::vector<SiftDescriptor> all;
  std::vector<std::uint32_t> counts;
  if (s.matcher) {
    for (const auto& descriptors : s.descriptors) {
      all.insert(all.end(), descriptors.begin(), descriptors.end());
      counts.push_back(static_cast<std::uint32_t>(descriptors.size()));
    }
    writer.add<std::uint8_t>("exhaustive.descriptors", {extent(all.size()), extent(kSiftDimension)},
                             std::span(all.empty() ? nullptr : all.front().data(), all.size() * kSiftDimension));
    writer.add<std::uint32_t>("exhaustive.counts", {extent(counts.size())}, counts);
  } else {
    s.index->save(writer);
    s.model.save(writer);
    writer.add<float>("hubs.rate", {extent(s.hub_rate.size())}, s.hub_rate);
    writer.add<float>("hubs.weight", {extent(s.hub_weight.size())}, s.hub_weight);
  }
  write_model(std::move(writer), "sift", s.options.to_json(), file);
}

std::unique_ptr<Locator> load_sift_locator(const SafetensorsFile& file) {
  return std::make_unique<SiftLocator>(SiftLocator::load(file));
}

SiftLocator SiftLocator::load(const std::filesystem::path& path) {
  const auto file = open_model(path);
  if (file.metadata().at("kind") != "sift")
    throw FormatError("'" + path.string() + "' is a model of kind '" + file.metadata().at("kind") +
                      "', not of kind 'sift'; open it with load_locator");
  return load(file);
}

SiftLocator SiftLocator::load(const SafetensorsFile& file) {
  auto impl = std::make_unique<Impl>();
  auto& s = *impl;
  s.options = parse_sift_options(file);
  s.photos = PhotoTable::load(file);
  const auto area = file.get<double>("area", {6});
  s.area = {area[0], area[1], area[2], area[3]};
  if (s.photos.empty() || !is_valid({area[4], area[5]}) || !(s.area.south < s.area.north && s.area.west < s.area.east))
    throw FormatError("'" + file.path().string() +
                      "': the area or the list of photos is empty; fetch or build the file again");
  s.frame = LocalFrame({area[4], area[5]});
  s.set_places();
  const auto count = static_cast<std::int64_t>(s.photos.size());
  if (s.options.matching == Matching::kExhaustive) {
    const auto counts = file.get<std::uint32_t>("exhaustive.counts", {count});
    const auto bytes = file.get<std::uint8_t>("exhaustive.descriptors", {-1, kSiftDimension});
    std::size_t at = 0;
    for (const auto n : counts) {
      if ((at + n) * kSiftDimension > bytes.size())
        throw FormatError("'" + file.path().string() +
                          "': array exhaustive.counts does not fit the descriptors; fetch or build the file again");
      auto& descriptors = s.descriptors.emplace_back(n);
      for (auto& d : descriptors) std::copy_n(bytes.data() + kSiftDimension * at++, kSiftDimension, d.begin());
    }
    s.matcher.emplace(s.descriptors);
  } else {
    s.index = VisualIndex::load(file);
    if (s.index->num_pictures() != s.photos.size())
      throw FormatError("'" + file.path().string() +
                        "': array index.sizes does not hold one row for each photo; fetch or build the file again");
    s.set_index_places();
    s.model = CandidateModel::load(file);
    const auto rate = file.get<float>("hubs.rate", {count}), weight = file.get<float>("hubs.weight", {count});
    for (const auto& [name, values] : {std::pair("hubs.rate", rate), std::pair("hubs.weight", weight)})
      if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
        throw FormatError("'" + file.path().string() + "': array " + name +
                          " holds values that are not finite; fetch or build the file again");
    s.hub_rate.assign(rate.begin(), rate.end());
    s.hub_weight.assign(weight.begin(), weight.end());
  }
  return SiftLocator(std::move(impl));
}

void SiftLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  std::set<std::string> known;
  for (const auto& photo : s.photos) known.insert(photo.id);
  for (const auto& photo : gallery.photos()) {
    if (known.contains(photo.id)) throw InvalidArgumentError("photo '" + photo.id + "' is already in the model");
    if (!s.area.contains(photo.location))
      throw InvalidArgumentError("photo '" + photo.id +
                                 "' lies outside the model's area; build a new model for a larger area");
  }
  const auto features = extract_gallery(gallery, s.options, progress);
  s.photos.insert(s.photos.end(), gallery.photos().begin(), gallery.photos().end());
  if (s.matcher) {
    for (const auto& f : features) s.descriptors.push_back(f.descriptors);
    s.matcher.emplace(s.descriptors);
  } else {
    auto pictures = s.index->pictures();
    for (const auto& f : features) pictures.push_back(s.index->encode(f));
    // Nothing is known yet of the new pictures as hubs: they count as average ones.
    const auto average = [](const std::vector<float>& v) {
      double sum = 0;
      for (const auto x : v) sum += x;
      return static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(v.size(), 1)));
    };
    s.hub_rate.resize(s.photos.size(), average(s.hub_rate));
    s.hub_weight.resize(s.photos.size(), average(s.hub_weight));
    s.set_places();
    s.fill_index(pictures);
    return;
  }
  s.set_places();
}

void SiftLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const std::set<std::string> wanted(ids.begin(), ids.end());
  std::set<std::string> found;
  for (const auto& photo : s.photos)
    if (wanted.contains(photo.id)) found.insert(photo.id);
  for (const auto& id : wanted)
    if (!found.contains(id)) throw InvalidArgumentError("photo '" + id + "' is not in the model");
  if (found.size() == s.photos.size()) throw InvalidArgumentError("a model can not be left without any photo");

  auto pictures = s.index ? s.index->pictures() : std::vector<EncodedPicture>{};
  std::size_t kept = 0;
  for (std::size_t i = 0; i < s.photos.size(); ++i) {
    if (found.contains(s.photos[i].id)) continue;
    if (kept != i) {
      s.photos[kept] = std::move(s.photos[i]);
      if (s.matcher) {
        s.descriptors[kept] = std::move(s.descriptors[i]);
      } else {
        pictures[kept] = std::move(pictures[i]);
        s.hub_rate[kept] = s.hub_rate[i];
        s.hub_weight[kept] = s.hub_weight[i];
      }
    }
    ++kept;
  }
  s.photos.resize(kept);
  if (s.matcher) {
    s.descriptors.resize(kept);
    s.matcher.emplace(s.descriptors);
  } else {
    pictures.resize(kept);
    s.hub_rate.resize(kept);
    s.hub_weight.resize(kept);
    s.set_places();
    s.fill_index(pictures);
    return;
  }
  s.set_places();
}

}  // namespace venloc
