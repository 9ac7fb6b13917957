// The heap of large CPU blocks: best fit, coalescing, given back only when asked.
//
// A training step frees and asks for the same large blocks over and over. glibc either returns them to the kernel, which
// zeroes every page again on the next touch, or keeps them among small allocations, which then settle in the gaps and
// split them. Here large blocks live by themselves in one reserved range of addresses: reused without a fault, whole
// again when their neighbors are free, and backed by huge pages where the kernel offers them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace patchwork {

class BlockHeap {
 public:
  // Blocks below this are left to malloc.
  static constexpr size_t kSmallest = 256 << 10;

  // A block of at least `size` bytes, aligned to a page; nullptr when the range cannot be reserved or is used up.
  void* allocate(size_t size);
  // Takes back what allocate() gave, and returns its size; 0 for a pointer that is not this heap's.
  size_t release(void* pointer);
  size_t sizeOf(void* pointer);
  // Gives the memory of free blocks back to the system, which zeroes it again on the next touch: for the end of a phase,
  // not of a step. Their addresses stay. Returns the bytes that these blocks span.
  size_t trim();
  // Takes no lock: it is asked at every free of the process.
  bool owns(const void* pointer) const;

 private:
  bool reserve();
  uintptr_t takeBestFit(size_t size);
  uintptr_t extend(size_t size);
  void addFree(uintptr_t address, size_t size);
  void removeFree(std::map<uintptr_t, size_t>::iterator block);

  std::mutex mutex_;
  bool tried_ = false;
  // Of the reserved range. Each is written once, the start last: who sees it sees the limit.
  std::atomic<uintptr_t> start_{0};
  uintptr_t limit_ = 0;
  uintptr_t end_ = 0;  // of what has been handed out so far
  std::map<uintptr_t, size_t> freeByAddress_;
  std::set<std::pair<size_t, uintptr_t>> freeBySize_;
  std::unordered_map<uintptr_t, size_t> used_;
};

}  // namespace patchwork
