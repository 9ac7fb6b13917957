#include <cstdio>

#include "../src/handles.h"

namespace {

// What a call was given must outlive what it makes.
bool referenceStaysGood() {
  patchwork::Handles handles;
  const patchwork::Handle handle = handles.add(at::full({1}, 7));
  const at::Tensor& held = handles.tensor(handle);
  for (int i = 0; i < 10000; ++i) handles.add(at::Tensor());
  return &held == &handles.tensor(handle) && held.item<int>() == 7;
}

// Each thread has a table; numbers may travel between them.
bool othersAreNone() {
  patchwork::Handles mine, others;
  mine.add(at::full({1}, 1));
  return !mine.isLive(others.add(at::full({1}, 2)));
}

}  // namespace

int main() {
  if (!referenceStaysGood()) return std::puts("expected the tensor where it was, got it elsewhere"), 1;
  if (!othersAreNone()) return std::puts("expected no tensor by another table's handle, got one"), 1;
  return 0;
}
