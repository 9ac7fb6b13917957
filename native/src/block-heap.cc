#include "block-heap.h"

#include <sys/mman.h>
#include <unistd.h>

#include <iterator>

namespace patchwork {

namespace {
constexpr size_t kPage = 4 << 10;
constexpr size_t kHugePage = 2 << 20;
// Addresses, not memory: four times what the machine has leaves room for fragmentation.
constexpr size_t kReserveFactor = 4;

size_t roundUp(size_t value, size_t step) { return (value + step - 1) / step * step; }
}  // namespace

bool BlockHeap::reserve() {
  tried_ = true;
  const size_t memory = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t bytes = roundUp(memory * kReserveFactor, kHugePage);
  void* range = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return false;
  end_ = roundUp(reinterpret_cast<uintptr_t>(range), kHugePage);
  limit_ = reinterpret_cast<uintptr_t>(range) + bytes;
  madvise(reinterpret_cast<void*>(end_), limit_ - end_, MADV_HUGEPAGE);  // a wish: failure changes nothing
  start_.store(end_, std::memory_order_release);
  return true;
}

void* BlockHeap::allocate(size_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (start_.load(std::memory_order_relaxed) == 0 && (tried_ || !reserve())) return nullptr;
  size = roundUp(size, kPage);
  uintptr_t address = takeBestFit(size);
  if (address == 0) address = extend(size);
  if (address == 0) return nullptr;
  used_.emplace(address, size);
  return reinterpret_cast<void*>(address);
}

uintptr_t BlockHeap::takeBestFit(size_t size) {
  const auto fit = freeBySize_.lower_bound({size, 0});
  if (fit == freeBySize_.end()) return 0;
  const auto [available, address] = *fit;
  removeFree(freeByAddress_.find(address));
  if (available > size) addFree(address + size, available - size);
  return address;
}

// New addresses at the end, together with a free block that touches it.
uintptr_t BlockHeap::extend(size_t size) {
  uintptr_t address = end_;
  if (!freeByAddress_.empty()) {
    const auto last = std::prev(freeByAddress_.end());
    if (last->first + last->second == end_) address = last->first;
  }
  if (size > limit_ - address) return 0;
  if (address < end_) removeFree(freeByAddress_.find(address));
  end_ = address + size;
  return address;
}

size_t BlockHeap::release(void* pointer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto block = used_.find(reinterpret_cast<uintptr_t>(pointer));
  if (block == used_.end()) return 0;
  uintptr_t address = block->first;
  size_t size = block->second;
  const size_t released = size;
  used_.erase(block);
  const auto next = freeByAddress_.lower_bound(address);
  if (next != freeByAddress_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == address) {
      address = before->first;
      size += before->second;
      removeFree(before);
    }
  }
  if (next != freeByAddress_.end() && next->first == address + size) {
    size += next->second;
    removeFree(next);
  }
  addFree(address, size);
  return released;
}

size_t BlockHeap::sizeOf(void* pointer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto block = used_.find(reinterpret_cast<uintptr_t>(pointer));
  return block == used_.end() ? 0 : block->second;
}

size_t BlockHeap::trim() {
  const std::lock_guard<std::mutex> lock(mutex_);
  size_t given = 0;
  for (const auto& [address, size] : freeByAddress_) {
    // Whole huge pages only: one that is split is slower for good.
    const uintptr_t first = roundUp(address, kHugePage);
    const uintptr_t last = (address + size) / kHugePage * kHugePage;
    if (first < last && madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED) == 0) given += last - first;
  }
  return given;
}

bool BlockHeap::owns(const void* pointer) const {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  const uintptr_t start = start_.load(std::memory_order_acquire);
  return start != 0 && address >= start && address < limit_;
}

void BlockHeap::addFree(uintptr_t address, size_t size) {
  freeByAddress_.emplace(address, size);
  freeBySize_.emplace(size, address);
}

void BlockHeap::removeFree(std::map<uintptr_t, size_t>::iterator block) {
  freeBySize_.erase({block->second, block->first});
  freeByAddress_.erase(block);
}

}  // namespace patchwork
