// The two passes of a separable resampling, in integers as Pillow does it (Resample.c): 22 bits of weight, rounded to a
// byte after each pass. Integers give the same bytes on every processor.
#pragma once

#include <vector>

#include "decoder.h"

namespace patchwork_jpeg {

// Rows of RGBX pixels to rows of as many pixels as there are taps.
class RowResampler {
 public:
  RowResampler(const Taps& taps, int width);
  void operator()(const uint8_t* row, uint8_t* target);

 private:
  const Taps& taps_;
  // Four numbers a pixel: input widened once, since several taps use it; sums, narrowed all at once.
  std::vector<int32_t> wide_;
  std::vector<int32_t> sums_;
};

// `count` rows of `length` bytes that follow one another, to one.
void resampleColumn(const uint8_t* rows, const int32_t* weights, int count, int length, uint8_t* target);

}  // namespace patchwork_jpeg
