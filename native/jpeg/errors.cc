#include "errors.h"

// After jpeglib.h, which it needs and does not include.
#include <jerror.h>

namespace patchwork_jpeg {

namespace {

// Also those of src/data/decode/tidy-jpeg.ts.
constexpr int kMostScans = 100;
constexpr int kFewestScans = 16;
// Pixels of all scans together: five seconds of the costliest kind, in which every coefficient is refined by a bit.
constexpr double kMostScanned = 1.6e9;

Errors& errorsOf(j_common_ptr info) { return *reinterpret_cast<Errors*>(info->err); }

[[noreturn]] void onError(j_common_ptr info) {
  info->err->format_message(info, errorsOf(info).message);
  std::longjmp(errorsOf(info).escape, 1);
}

// Oddities that damage no pixel, and that pictures of ImageNet have. djpeg names them and goes on, too.
bool isHarmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_ADOBE_XFORM || warning == JWRN_JFIF_MAJOR;
}

void onMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  if (!isHarmless(info->err->msg_code)) onError(info);
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  warn(errorsOf(info), text);
}

int mostScans(const jpeg_decompress_struct& info) {
  const double scans = kMostScanned / info.image_width / info.image_height;
  return scans > kMostScans ? kMostScans : scans < kFewestScans ? kFewestScans : static_cast<int>(scans);
}

void onProgress(j_common_ptr common) {
  const jpeg_decompress_struct& info = *reinterpret_cast<j_decompress_ptr>(common);
  if (info.input_scan_number <= mostScans(info)) return;
  Errors& errors = errorsOf(common);
  std::snprintf(errors.message, sizeof errors.message, "expected at most %d scans, got more", mostScans(info));
  std::longjmp(errors.escape, 1);
}

}  // namespace

void catchErrors(jpeg_decompress_struct& info, Errors& errors) {
  info.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = onError;
  errors.manager.emit_message = onMessage;
}

void warn(Errors& errors, const char* text) {
  if (errors.warnings++ == 0) std::snprintf(errors.warning, sizeof errors.warning, "%s", text);
}

void watchScans(jpeg_decompress_struct& info, Errors& errors) {
  info.progress = &errors.progress;
  errors.progress.progress_monitor = onProgress;
}

}  // namespace patchwork_jpeg
