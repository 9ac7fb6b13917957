#include "decoder.h"

#include <stdexcept>

#include "errors.h"
#include "resample.h"

namespace patchwork_jpeg {

namespace {

// What a decoding holds, outside of the function that libjpeg jumps back into: its destructors must run.
struct Work {
  jpeg_decompress_struct info{};
  Errors errors{};
  std::vector<uint8_t> row;
  RowResampler resampleRow;
  std::vector<uint8_t> narrowed;  // RGBX, resampled in width and not yet in height

  Work(const Region& region, const Taps& horizontal)
      : resampleRow(horizontal, region.width), narrowed(4 * static_cast<size_t>(region.height) * horizontal.size) {}
  ~Work() { jpeg_destroy_decompress(&info); }
};

void startReading(Work& work, const uint8_t* bytes, size_t length) {
  jpeg_decompress_struct& info = work.info;
  jpeg_create_decompress(&info);
  watchScans(info, work.errors);
  jpeg_mem_src(&info, const_cast<uint8_t*>(bytes), length);
  jpeg_read_header(&info, TRUE);
}

void start(jpeg_decompress_struct& info, const Region& region) {
  info.scale_num = 1;
  info.scale_denom = region.denominator;
  info.out_color_space = JCS_EXT_RGBX;
  jpeg_start_decompress(&info);
}

// Narrows what is decoded to whole blocks around the region, with one to spare: the color of a pixel at the border is
// interpolated from its neighbors. Returns where the region starts in a row.
int cropColumns(jpeg_decompress_struct& info, const Region& region) {
  const int spare = 8 * info.max_h_samp_factor;
  const int from = region.left > spare ? region.left - spare : 0;
  const int full = static_cast<int>(info.output_width);
  const int to = region.left + region.width + spare < full ? region.left + region.width + spare : full;
  if (from == 0 && to == full) return region.left;
  JDIMENSION left = from;
  JDIMENSION width = to - from;
  jpeg_crop_scanline(&info, &left, &width);
  return region.left - static_cast<int>(left);
}

bool isInside(const jpeg_decompress_struct& info, const Region& region) {
  return region.left + region.width <= static_cast<int>(info.output_width) &&
         region.top + region.height <= static_cast<int>(info.output_height);
}

std::string sizeText(unsigned width, unsigned height) { return std::to_string(width) + " x " + std::to_string(height); }

// RGBX to RGB.
void dropFourth(const uint8_t* pixels, size_t count, uint8_t* target) {
  for (size_t i = 0; i < count; ++i)
    for (int channel = 0; channel < 3; ++channel) target[3 * i + channel] = pixels[4 * i + channel];
}

bool isExpected(const jpeg_decompress_struct& info, const Region& region) {
  return static_cast<int>(info.image_width) == region.pictureWidth && static_cast<int>(info.image_height) == region.pictureHeight;
}

std::string warningOf(const Errors& errors) {
  const std::string others = errors.warnings > 1 ? " (and " + std::to_string(errors.warnings - 1) + " more)" : "";
  return errors.warning + others;
}

enum class Outcome { done, failed, unexpected, outside };

// No object with a destructor may live in here: see Work.
Outcome readRegion(Work& work, const uint8_t* bytes, size_t length, const Region& region) {
  jpeg_decompress_struct& info = work.info;
  catchErrors(info, work.errors);
  if (setjmp(work.errors.escape)) return Outcome::failed;
  startReading(work, bytes, length);
  if (!isExpected(info, region)) return Outcome::unexpected;
  start(info, region);
  if (!isInside(info, region)) return Outcome::outside;
  const int offset = cropColumns(info, region);
  work.row.resize(4 * static_cast<size_t>(info.output_width));
  uint8_t* row = work.row.data();
  const size_t stride = work.narrowed.size() / region.height;
  if (region.top > 0) jpeg_skip_scanlines(&info, region.top);
  for (int y = 0; y < region.height; ++y) {
    jpeg_read_scanlines(&info, &row, 1);
    work.resampleRow(row + 4 * offset, work.narrowed.data() + y * stride);
  }
  if (region.wholeFile) {
    // Skipping all that is left would read none of it: all but the last row.
    const JDIMENSION left = info.output_height - info.output_scanline;
    if (left > 1) jpeg_skip_scanlines(&info, left - 1);
    if (left > 0) jpeg_read_scanlines(&info, &row, 1);
    // All pixels are there: whatever is wrong behind them is no more than odd.
    if (setjmp(work.errors.escape)) warn(work.errors, work.errors.message);
    else jpeg_finish_decompress(&info);
  }
  return Outcome::done;
}

}  // namespace

std::string decode(const uint8_t* bytes, size_t length, const Region& region, const Taps& horizontal, const Taps& vertical,
                   uint8_t* target) {
  Work work(region, horizontal);
  const Outcome outcome = readRegion(work, bytes, length, region);
  if (outcome == Outcome::failed) throw std::runtime_error(work.errors.message);
  if (outcome == Outcome::unexpected) {
    throw std::runtime_error("expected a picture of " + sizeText(region.pictureWidth, region.pictureHeight) + ", as its header says, got " +
                             sizeText(work.info.image_width, work.info.image_height));
  }
  if (outcome == Outcome::outside) {
    throw std::runtime_error("expected a region inside the picture, got one that ends beyond its border");
  }
  const size_t width = horizontal.size;
  std::vector<uint8_t> row(4 * width);
  for (int y = 0; y < vertical.size; ++y, target += 3 * width) {
    const uint8_t* rows = work.narrowed.data() + vertical.first[y] * row.size();
    const int32_t* weights = vertical.weights + static_cast<size_t>(y) * vertical.count;
    resampleColumn(rows, weights, vertical.count, static_cast<int>(row.size()), row.data());
    dropFourth(row.data(), width, target);
  }
  return warningOf(work.errors);
}

}  // namespace patchwork_jpeg
