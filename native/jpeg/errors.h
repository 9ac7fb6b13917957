// libjpeg's errors, warnings and limits, for the two functions that call it.
#pragma once

#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

namespace patchwork_jpeg {

// libjpeg wants its error functions not to return. It is C, which exceptions must not pass through: they jump. So whoever
// calls it first does `if (setjmp(errors.escape)) ...`, and has no object with a destructor in that function.
struct Errors {
  jpeg_error_mgr manager{};
  std::jmp_buf escape{};
  jpeg_progress_mgr progress{};
  // Why it jumped.
  char message[JMSG_LENGTH_MAX] = "";
  // The first oddity that damages no pixel, and how many there were.
  char warning[JMSG_LENGTH_MAX] = "";
  int warnings = 0;
};

// To be called before jpeg_create_decompress; watchScans after it.
void catchErrors(jpeg_decompress_struct& info, Errors& errors);

// Keeps a text that was met, where it is the first.
void warn(Errors& errors, const char* text);

// Refuses a picture of more scans than an encoder makes. A progressive one has about ten. Each may change all pixels, and a
// small file of thousands would keep a thread busy for minutes: there may be 100, as in libvips' limits, and fewer in
// pictures of more than 16 million pixels, of which each scan takes longer.
void watchScans(jpeg_decompress_struct& info, Errors& errors);

}  // namespace patchwork_jpeg
