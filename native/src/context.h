// One environment's state (the main thread or a worker): instance data, no globals, torn down with its thread.
#pragma once

#include <memory>
#include <vector>

#include "handles.h"
#include "operators.h"

namespace patchwork {

struct Context {
  Handles handles;
  Operators operators;
  // Inference mode is a guard object in LibTorch; JavaScript opens and closes it in a strictly nested way.
  std::vector<std::unique_ptr<c10::InferenceMode>> inferenceModes;

  ~Context() {
    while (!inferenceModes.empty()) inferenceModes.pop_back();
  }
};

}  // namespace patchwork
