// One environment's state (the main thread or a worker): instance data, no globals, torn down with its thread.
#pragma once

#include <memory>
#include <vector>

#include "autocast.h"
#include "handles.h"
#include "operators.h"

namespace patchwork {

struct Context {
  Handles handles;
  Operators operators;
  // Modes are guard objects; JavaScript opens and closes them in a strictly nested way. Null: one that changes nothing.
  std::vector<std::unique_ptr<c10::InferenceMode>> inferenceModes;
  std::vector<std::unique_ptr<AutocastRegion>> autocastRegions;

  ~Context() {
    while (!inferenceModes.empty()) inferenceModes.pop_back();
    while (!autocastRegions.empty()) autocastRegions.pop_back();
  }
};

}  // namespace patchwork
