#include "handles.h"

#include <algorithm>
#include <random>

namespace patchwork {

namespace {
uint64_t slotOf(Handle handle) { return handle & kSlotMask; }
uint64_t generationOf(Handle handle) { return (handle >> kSlotBits) & kGenerationMask; }
uint64_t tagOf(Handle handle) { return handle >> (kSlotBits + kGenerationBits); }
Handle compose(Tag tag, uint64_t generation, uint64_t slot) {
  return (static_cast<uint64_t>(tag) << (kSlotBits + kGenerationBits)) | (generation << kSlotBits) | slot;
}
const char* nameOf(Tag tag) { return tag == Tag::tensor ? "tensor" : "generator"; }
}  // namespace

Handles::Handles() : firstGeneration_(std::random_device{}() & kGenerationMask) {}

Handle Handles::claim(Tag tag) {
  uint32_t index;
  if (free_.empty()) {
    if (slots_.size() > kSlotMask) throw Problem("ERR_PATCHWORK_HANDLES", "more than 16 million live tensors: a scope or dispose() is missing");
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back().generation = firstGeneration_;
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.tag = tag;
  slot.live = true;
  slot.owned = false;
  const Handle handle = compose(tag, slot.generation, index);
  if (!scopeStarts_.empty()) log_.push_back(handle);
  return handle;
}

Handle Handles::add(at::Tensor tensor) {
  const Handle handle = claim(Tag::tensor);
  slots_[slotOf(handle)].tensor = std::move(tensor);
  ++liveTensors_;
  return handle;
}

Handle Handles::add(at::Generator generator) {
  const Handle handle = claim(Tag::generator);
  slots_[slotOf(handle)].generator = std::move(generator);
  return handle;
}

const Handles::Slot* Handles::find(Handle handle, Tag tag) const {
  const uint64_t index = slotOf(handle);
  if (tagOf(handle) != static_cast<uint64_t>(tag) || index >= slots_.size()) return nullptr;
  const Slot& slot = slots_[index];
  return slot.live && slot.tag == tag && slot.generation == generationOf(handle) ? &slot : nullptr;
}

const Handles::Slot& Handles::get(Handle handle, Tag tag) const {
  if (const Slot* slot = find(handle, tag)) return *slot;
  if (tagOf(handle) != static_cast<uint64_t>(tag) || slotOf(handle) >= slots_.size())
    throw typeProblem(std::string("expected a ") + nameOf(tag) + ", got something else");
  throw disposedProblem(std::string("the ") + nameOf(tag) + " has been freed");
}

const at::Tensor& Handles::tensor(Handle handle) const { return get(handle, Tag::tensor).tensor; }
const at::Generator& Handles::generator(Handle handle) const { return get(handle, Tag::generator).generator; }

bool Handles::isLive(Handle handle) const {
  return find(handle, Tag::tensor) != nullptr || find(handle, Tag::generator) != nullptr;
}

void Handles::release(Handle handle) {
  if (!isLive(handle)) return;
  const uint64_t index = slotOf(handle);
  Slot& slot = slots_[index];
  if (slot.tag == Tag::tensor) --liveTensors_;
  slot.live = false;
  slot.generation = (slot.generation + 1) & kGenerationMask;
  free_.push_back(static_cast<uint32_t>(index));
  // Last, and by value: freeing a tensor can run hooks that come back here.
  at::Tensor tensor = std::move(slot.tensor);
  at::Generator generator = std::move(slot.generator);
}

void Handles::setOwned(Handle handle) {
  if (!isLive(handle)) throw disposedProblem("cannot take ownership: the tensor has been freed");
  slots_[slotOf(handle)].owned = true;
}

void Handles::enterScope() { scopeStarts_.push_back(log_.size()); }

void Handles::leaveScope(const std::vector<Handle>& kept) {
  if (scopeStarts_.empty()) throw Problem("ERR_PATCHWORK_SCOPE", "no scope is open");
  const size_t start = scopeStarts_.back();
  scopeStarts_.pop_back();
  std::vector<Handle> made(log_.begin() + static_cast<std::ptrdiff_t>(start), log_.end());
  log_.resize(start);
  for (const Handle handle : made) {
    if (!isLive(handle) || slots_[slotOf(handle)].owned) continue;
    if (std::find(kept.begin(), kept.end(), handle) == kept.end()) {
      release(handle);
    } else if (!scopeStarts_.empty()) {
      log_.push_back(handle);
    }
  }
}

}  // namespace patchwork
