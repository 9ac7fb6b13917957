#include "batch-norm-rows.h"

#include <algorithm>
#include <cstring>

#include "../for-each-processor.h"

#define PATCHWORK_INLINE inline __attribute__((always_inline))

namespace patchwork {

namespace {

constexpr int64_t worthALoop = 512;

PATCHWORK_INLINE float load(const float& from) { return from; }
PATCHWORK_INLINE void store(float& to, float value) { to = value; }

PATCHWORK_INLINE float load(const Bfloat16& from) {
  const uint32_t bits = static_cast<uint32_t>(from.bits) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// To the nearest, and of two to the even one; NaN stays NaN.
PATCHWORK_INLINE void store(Bfloat16& to, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  to.bits = static_cast<uint16_t>(value == value ? rounded : 0x7fc0);
}

}  // namespace

int64_t rowsOfPeriod(int64_t channels) { return std::max<int64_t>(1, worthALoop / channels); }

template <typename T>
PATCHWORK_FOR_EACH_PROCESSOR void addValues(const T* __restrict x, int64_t size, int64_t period, float* __restrict sums) {
  for (int64_t start = 0; start < size; start += period) {
    const int64_t n = std::min(period, size - start);
    for (int64_t p = 0; p < n; ++p) sums[p] += load(x[start + p]);
  }
}

template <typename T>
PATCHWORK_FOR_EACH_PROCESSOR void addDeviations(const T* __restrict x, int64_t size, int64_t period,
                                                const float* __restrict center, float* __restrict sums,
                                                float* __restrict squares) {
  for (int64_t start = 0; start < size; start += period) {
    const int64_t n = std::min(period, size - start);
    for (int64_t p = 0; p < n; ++p) {
      const float deviation = load(x[start + p]) - center[p];
      sums[p] += deviation;
      squares[p] += deviation * deviation;
    }
  }
}

template <typename T>
PATCHWORK_FOR_EACH_PROCESSOR void normalize(const T* __restrict x, int64_t size, int64_t period,
                                            const float* __restrict mean, const float* __restrict scale,
                                            const float* __restrict shift, T* __restrict y) {
  for (int64_t start = 0; start < size; start += period) {
    const int64_t n = std::min(period, size - start);
    for (int64_t p = 0; p < n; ++p) store(y[start + p], (load(x[start + p]) - mean[p]) * scale[p] + shift[p]);
  }
}

template <typename T>
PATCHWORK_FOR_EACH_PROCESSOR void addGradients(const T* __restrict gradient, const T* __restrict x, int64_t size,
                                               int64_t period, const float* __restrict mean, float* __restrict sums,
                                               float* __restrict products) {
  for (int64_t start = 0; start < size; start += period) {
    const int64_t n = std::min(period, size - start);
    for (int64_t p = 0; p < n; ++p) {
      const float g = load(gradient[start + p]);
      sums[p] += g;
      products[p] += g * (load(x[start + p]) - mean[p]);
    }
  }
}

template <typename T>
PATCHWORK_FOR_EACH_PROCESSOR void inputGradient(const T* __restrict gradient, const T* __restrict x, int64_t size,
                                                int64_t period, const float* __restrict mean,
                                                const float* __restrict scale, const float* __restrict slope,
                                                const float* __restrict shift, T* __restrict result) {
  for (int64_t start = 0; start < size; start += period) {
    const int64_t n = std::min(period, size - start);
    for (int64_t p = 0; p < n; ++p)
      store(result[start + p], load(gradient[start + p]) * scale[p] + (load(x[start + p]) - mean[p]) * slope[p] + shift[p]);
  }
}

#define PATCHWORK_INSTANTIATE(T)                                                                             \
  template void addValues(const T*, int64_t, int64_t, float*);                                               \
  template void addDeviations(const T*, int64_t, int64_t, const float*, float*, float*);                     \
  template void normalize(const T*, int64_t, int64_t, const float*, const float*, const float*, T*);         \
  template void addGradients(const T*, const T*, int64_t, int64_t, const float*, float*, float*);            \
  template void inputGradient(const T*, const T*, int64_t, int64_t, const float*, const float*, const float*, \
                              const float*, T*);
PATCHWORK_INSTANTIATE(float)
PATCHWORK_INSTANTIATE(Bfloat16)

}  // namespace patchwork
