// Autocast for one kind of device, from construction to destruction, as torch.autocast: regions nest, each with a dtype of
// its own or switched off, and at an end everything is as it was before.
#pragma once

#include "torch.h"

namespace patchwork {

class AutocastRegion {
 public:
  // The nesting is counted last: LibTorch may refuse the dtype, and one that is counted and never left would keep weights in
  // the cache for good.
  AutocastRegion(c10::DeviceType device, bool enabled, c10::ScalarType dtype)
      : device_(device), before_(autocastState(device)), changesDtype_(enabled && dtype != before_.dtype) {
    setAutocast(device, {enabled, enabled ? dtype : before_.dtype});
    at::autocast::increment_nesting();
    // The cache does not know for which dtype a weight was cast.
    if (changesDtype_) at::autocast::clear_cache();
  }

  ~AutocastRegion() {
    if (at::autocast::decrement_nesting() == 0 || changesDtype_) at::autocast::clear_cache();
    setAutocast(device_, before_);
  }

  AutocastRegion(const AutocastRegion&) = delete;
  AutocastRegion& operator=(const AutocastRegion&) = delete;

 private:
  const c10::DeviceType device_;
  const AutocastState before_;
  const bool changesDtype_;
};

}  // namespace patchwork
