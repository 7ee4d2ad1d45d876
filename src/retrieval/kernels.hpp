// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// Inner loops of the visual index and of the search by whole pictures. Each has a form for AVX2 (some for others too)
// that is chosen at run time and a portable one; all give exactly the same integers.
namespace venloc::kernels {

inline constexpr std::size_t kDimension = 128;
inline constexpr std::size_t kParts = 16;         // parts of a product-quantised residual
inline constexpr std::size_t kPartDimension = 8;  // dimensions of a part
inline constexpr std::size_t kCentroids = 16;     // centroids of a part
inline constexpr std::size_t kBlock = 32;         // codes scanned together
inline constexpr std::size_t kBlockBytes = kBlock * kParts / 2;

/// scores[i] = half_norms[i] - <query, centroids[i]>: smaller is nearer. Rows of 128 values, 0 to 255.
void centroid_scores(const std::int16_t* query, const std::int16_t* centroids, const std::int32_t* half_norms,
                     std::size_t count, std::int32_t* scores);

/// table[m * 16 + c] = squared distance between part m of the residual and centroid c of that part.
void distance_table(const std::int16_t* residual, const std::int16_t* codebook, std::int32_t* table);

/// Adds up, saturating at 255, the 16 byte-table entries that each of the 32 codes of a block selects.
/// A block holds, for each pair of parts (2p, 2p+1), 32 bytes: low nibble part 2p, high nibble part 2p+1.
/// Returns a bit mask of the codes whose sum is at most `limit`; sums of all 32 are written.
std::uint32_t scan_block(const std::uint8_t* block, const std::uint8_t* table, std::uint8_t limit, std::uint8_t* sums);

/// sums[i] += <query, row i>: `count` rows of `dimension` values, one after the other.
void add_products(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t count,
                  std::int32_t* sums);

/// A form of add_products that this processor can run.
struct ProductsForm {
  const char* name;
  void (*run)(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t count,
              std::int32_t* sums);
};

/// All of them, the one in use last.
std::span<const ProductsForm> products_forms();

/// Rows in tiles, to multiply many vectors with few rows: kTileRows rows side by side, of each four values after
/// another; values are stored + 128. What rows and dimension lack of whole tiles is filled with zeros.
inline constexpr std::size_t kTileRows = 16;
constexpr std::size_t tiles_of(std::size_t rows) { return (rows + kTileRows - 1) / kTileRows; }
/// Groups of four values in a row of a tile.
constexpr std::size_t tile_steps(std::size_t dimension) { return (dimension + 3) / 4; }
constexpr std::size_t tile_bytes(std::size_t dimension) { return tile_steps(dimension) * 4 * kTileRows; }
/// Writes the tiles of `rows`, of `dimension` values each: tiles_of(rows) times tile_bytes(dimension).
void write_tiles(std::span<const std::int8_t> rows, std::size_t dimension, std::uint8_t* tiles);

/// products[i] = <query, row i> for all rows of `count` tiles, also those that fill the last. The query has as many
/// values as a row of a tile, 4 tile_steps(dimension), of which those that fill are 0. Values are -127 to 127, as
/// to_unit_bytes gives them.
void tile_products(const std::int8_t* query, const std::uint8_t* tiles, std::size_t dimension, std::size_t count,
                   std::int32_t* products);

/// A form of tile_products that this processor can run.
struct TileProductsForm {
  const char* name;
  void (*run)(const std::int8_t* query, const std::uint8_t* tiles, std::size_t dimension, std::size_t count,
              std::int32_t* products);
};

/// All of them, the one in use last.
std::span<const TileProductsForm> tile_products_forms();

/// True when the AVX2 forms are in use.
bool have_avx2();

/// The portable forms, for tests.
namespace portable {
void centroid_scores(const std::int16_t* query, const std::int16_t* centroids, const std::int32_t* half_norms,
                     std::size_t count, std::int32_t* scores);
void distance_table(const std::int16_t* residual, const std::int16_t* codebook, std::int32_t* table);
std::uint32_t scan_block(const std::uint8_t* block, const std::uint8_t* table, std::uint8_t limit, std::uint8_t* sums);
}  // namespace portable

}  // namespace venloc::kernels
