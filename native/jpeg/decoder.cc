#include "decoder.h"

#include <csetjmp>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <jpeglib.h>
// After jpeglib.h, which it needs and does not include.
#include <jerror.h>

#include "resample.h"

namespace patchwork_jpeg {

namespace {

// A progressive picture has about ten scans, and each may change all of its pixels: a small file of thousands would keep a
// thread busy for minutes. libvips draws the line at the same number.
constexpr int kMostScans = 100;

// libjpeg wants its error functions not to return. It is C, which exceptions must not pass through: they jump.
struct Errors {
  jpeg_error_mgr manager;
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void onError(j_common_ptr info) {
  Errors* errors = reinterpret_cast<Errors*>(info->err);
  info->err->format_message(info, errors->message);
  std::longjmp(errors->escape, 1);
}

// Oddities that damage no pixel, and that pictures of ImageNet have.
bool isHarmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_ADOBE_XFORM || warning == JWRN_JFIF_MAJOR;
}

void onMessage(j_common_ptr info, int level) {
  if (level < 0 && !isHarmless(info->err->msg_code)) onError(info);
}

void onProgress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  Errors* errors = reinterpret_cast<Errors*>(info->err);
  std::snprintf(errors->message, sizeof errors->message, "expected at most %d scans, got more", kMostScans);
  std::longjmp(errors->escape, 1);
}

// What a decoding holds, outside of the function that libjpeg jumps back into: its destructors must run.
struct Work {
  jpeg_decompress_struct info{};
  Errors errors{};
  jpeg_progress_mgr progress{};
  std::vector<uint8_t> row;
  RowResampler resampleRow;
  std::vector<uint8_t> narrowed;  // RGBX, resampled in width and not yet in height

  Work(const Region& region, const Taps& horizontal)
      : resampleRow(horizontal, region.width), narrowed(4 * static_cast<size_t>(region.height) * horizontal.size) {}
  ~Work() { jpeg_destroy_decompress(&info); }
};

void readHeader(Work& work, const uint8_t* bytes, size_t length) {
  jpeg_decompress_struct& info = work.info;
  jpeg_create_decompress(&info);
  info.progress = &work.progress;
  work.progress.progress_monitor = onProgress;
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

enum class Outcome { done, failed, unexpected, outside };

// No object with a destructor may live in here: see Work.
Outcome readRegion(Work& work, const uint8_t* bytes, size_t length, const Region& region) {
  jpeg_decompress_struct& info = work.info;
  info.err = jpeg_std_error(&work.errors.manager);
  work.errors.manager.error_exit = onError;
  work.errors.manager.emit_message = onMessage;
  if (setjmp(work.errors.escape)) return Outcome::failed;
  readHeader(work, bytes, length);
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
    jpeg_finish_decompress(&info);
  }
  return Outcome::done;
}

}  // namespace

void decode(const uint8_t* bytes, size_t length, const Region& region, const Taps& horizontal, const Taps& vertical,
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
}

}  // namespace patchwork_jpeg
