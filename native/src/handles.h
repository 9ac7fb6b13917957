// Handles: what JavaScript holds instead of pointers.
//
// A handle is a number: tag (2 bits) | generation (27 bits) | slot (24 bits), exact in a double. Numbers cross Node-API
// at a fraction of the cost of wrapped objects and need no finalizer. Safety comes from the table: every use looks the
// slot up and compares tag and generation, so that a stale, foreign or invented number is an error, never a crash.
//
// The scope log is the arena: it lists the handles made since each scope began, and leaving a scope frees them at once.
#pragma once

#include "torch.h"

#include <cstdint>
#include <deque>
#include <vector>

#include "problem.h"

namespace patchwork {

using Handle = uint64_t;

enum class Tag : uint64_t { tensor = 1, generator = 2 };

inline constexpr uint64_t kSlotBits = 24;
inline constexpr uint64_t kGenerationBits = 27;
inline constexpr uint64_t kSlotMask = (1ull << kSlotBits) - 1;
inline constexpr uint64_t kGenerationMask = (1ull << kGenerationBits) - 1;

class Handles {
 public:
  Handles();
  Handle add(at::Tensor tensor);
  Handle add(at::Generator generator);
  const at::Tensor& tensor(Handle handle) const;
  const at::Generator& generator(Handle handle) const;
  bool isLive(Handle handle) const;
  // Freeing a handle that is already free does nothing: dispose() may be called twice, the garbage collector comes late.
  void release(Handle handle);
  // An owned handle (parameter, buffer, optimizer state) is never freed by a scope.
  void setOwned(Handle handle);

  void enterScope();
  // Frees what the innermost scope made, except `kept`, which the enclosing scope (if any) takes over.
  void leaveScope(const std::vector<Handle>& kept);
  size_t scopeDepth() const { return scopeStarts_.size(); }
  size_t liveTensors() const { return liveTensors_; }

 private:
  struct Slot {
    at::Tensor tensor;
    at::Generator generator;
    uint64_t generation = 0;
    Tag tag = Tag::tensor;
    bool live = false;
    bool owned = false;
  };
  Handle claim(Tag tag);
  const Slot* find(Handle handle, Tag tag) const;
  const Slot& get(Handle handle, Tag tag) const;

  // Of every new slot: a number of its own for each table, so that a handle of another thread's is none here.
  const uint64_t firstGeneration_;
  // Not a vector: tensor() gives references, which must stay good while more tensors are made.
  std::deque<Slot> slots_;
  std::vector<uint32_t> free_;
  std::vector<Handle> log_;
  std::vector<size_t> scopeStarts_;
  size_t liveTensors_ = 0;
};

}  // namespace patchwork
