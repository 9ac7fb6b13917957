#include "resample.h"

#include <cstring>

#include "../for-each-processor.h"

namespace patchwork_jpeg {

namespace {

constexpr int kWeightBits = 22;
constexpr int32_t kHalf = 1 << (kWeightBits - 1);

typedef int32_t Int4 __attribute__((vector_size(16)));

// The weights are not negative and add up to 1 (and a rounding error): only 256 has to be kept out.
inline uint8_t toByte(int32_t sum) {
  const int32_t value = sum >> kWeightBits;
  return static_cast<uint8_t>(value > 255 ? 255 : value);
}

PATCHWORK_FOR_EACH_PROCESSOR
void widen(const uint8_t* bytes, int length, int32_t* wide) {
  for (int i = 0; i < length; ++i) wide[i] = bytes[i];
}

PATCHWORK_FOR_EACH_PROCESSOR
void narrow(const int32_t* sums, int length, uint8_t* bytes) {
  for (int i = 0; i < length; ++i) bytes[i] = toByte(sums[i]);
}

PATCHWORK_FOR_EACH_PROCESSOR
void sumTaps(const int32_t* wide, const Taps& taps, int32_t* sums) {
  const int32_t* weights = taps.weights;
  for (int x = 0; x < taps.size; ++x, weights += taps.count) {
    const int32_t* pixel = wide + 4 * static_cast<size_t>(taps.first[x]);
    Int4 sum = {kHalf, kHalf, kHalf, kHalf};
    for (int tap = 0; tap < taps.count; ++tap) {
      Int4 color;
      std::memcpy(&color, pixel + 4 * tap, sizeof color);
      sum += color * weights[tap];
    }
    std::memcpy(sums + 4 * x, &sum, sizeof sum);
  }
}

}  // namespace

RowResampler::RowResampler(const Taps& taps, int width)
    : taps_(taps), wide_(4 * static_cast<size_t>(width)), sums_(4 * static_cast<size_t>(taps.size)) {}

void RowResampler::operator()(const uint8_t* row, uint8_t* target) {
  widen(row, static_cast<int>(wide_.size()), wide_.data());
  sumTaps(wide_.data(), taps_, sums_.data());
  narrow(sums_.data(), static_cast<int>(sums_.size()), target);
}

PATCHWORK_FOR_EACH_PROCESSOR
void resampleColumn(const uint8_t* rows, const int32_t* weights, int count, int length, uint8_t* target) {
  constexpr int kBlock = 32;  // sums that fit in registers
  int x = 0;
  for (; x + kBlock <= length; x += kBlock) {
    int32_t sums[kBlock];
    for (int i = 0; i < kBlock; ++i) sums[i] = kHalf;
    for (int tap = 0; tap < count; ++tap) {
      const uint8_t* row = rows + static_cast<size_t>(tap) * length + x;
      for (int i = 0; i < kBlock; ++i) sums[i] += row[i] * weights[tap];
    }
    for (int i = 0; i < kBlock; ++i) target[x + i] = toByte(sums[i]);
  }
  for (; x < length; ++x) {
    int32_t sum = kHalf;
    for (int tap = 0; tap < count; ++tap) sum += rows[static_cast<size_t>(tap) * length + x] * weights[tap];
    target[x] = toByte(sum);
  }
}

}  // namespace patchwork_jpeg
