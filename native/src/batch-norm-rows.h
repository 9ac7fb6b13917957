// The loops of batch normalization over a map that lies in memory as rows of channels (channels_last), apart from LibTorch.
//
// Rows may be shorter than a loop is worth its start. A loop therefore runs over a *period*, several rows at a time, and
// everything there is for each channel is repeated over it.
#pragma once

#include <cstdint>

namespace patchwork {

// A bfloat16: the upper half of a float.
struct Bfloat16 {
  uint16_t bits;
};

// How many rows a period has.
int64_t rowsOfPeriod(int64_t channels);

// `size` values that begin with the first channel; `sums`, `mean` and so on have `period` values.

// sums[p] += x
template <typename T>
void addValues(const T* x, int64_t size, int64_t period, float* sums);

// sums[p] += x - center[p], squares[p] += (x - center[p])^2
template <typename T>
void addDeviations(const T* x, int64_t size, int64_t period, const float* center, float* sums, float* squares);

// y = (x - mean[p]) * scale[p] + shift[p]
template <typename T>
void normalize(const T* x, int64_t size, int64_t period, const float* mean, const float* scale, const float* shift, T* y);

// sums[p] += g, products[p] += g * (x - mean[p])
template <typename T>
void addGradients(const T* gradient, const T* x, int64_t size, int64_t period, const float* mean, float* sums, float* products);

// result = g * scale[p] + (x - mean[p]) * slope[p] + shift[p]
template <typename T>
void inputGradient(const T* gradient, const T* x, int64_t size, int64_t period, const float* mean, const float* scale,
                   const float* slope, const float* shift, T* result);

}  // namespace patchwork
