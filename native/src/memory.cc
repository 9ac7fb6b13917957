// CPU memory: counted, and kept instead of returned to the system. Large tensors come from the block heap; small ones,
// and oneDNN's scratch memory, from glibc, which is told to keep what it has.
#include <malloc.h>

#include <atomic>
#include <cstdlib>

#include "block-heap.h"
#include "convert.h"

namespace patchwork {

namespace {

constexpr size_t kAlignment = 64;

std::atomic<bool> keepsBlocks{false};
std::atomic<int64_t> liveBytes{0};
std::atomic<int64_t> peakBytes{0};

BlockHeap& blocks() {
  static BlockHeap* heap = new BlockHeap();  // never destroyed: tensors may outlive static destructors
  return *heap;
}

void count(int64_t bytes) {
  const int64_t live = liveBytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  int64_t peak = peakBytes.load(std::memory_order_relaxed);
  while (live > peak && !peakBytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
}

void countedFree(void* pointer) {
  if (blocks().owns(pointer)) {
    count(-static_cast<int64_t>(blocks().release(pointer)));
  } else {
    count(-static_cast<int64_t>(malloc_usable_size(pointer)));
    std::free(pointer);
  }
}

void* take(size_t size) {
  if (size >= BlockHeap::kSmallest && keepsBlocks.load(std::memory_order_relaxed)) {
    if (void* block = blocks().allocate(size)) return block;
  }
  void* pointer = nullptr;
  return posix_memalign(&pointer, kAlignment, size) == 0 ? pointer : nullptr;
}

class CountingAllocator final : public at::Allocator {
 public:
  at::DataPtr allocate(size_t size) PATCHWORK_ALLOCATE_CONST override {
    const at::Device cpu(at::DeviceType::CPU);
    if (size == 0) return {nullptr, nullptr, &countedFree, cpu};
    void* pointer = take(size);
    if (pointer == nullptr)
      throw Problem("ERR_PATCHWORK_MEMORY",
                    "out of memory: cannot allocate " + std::to_string(size) + " bytes; use a smaller batch size");
    count(static_cast<int64_t>(blocks().owns(pointer) ? blocks().sizeOf(pointer) : malloc_usable_size(pointer)));
    return {pointer, pointer, &countedFree, cpu};
  }
  at::DeleterFnPtr raw_deleter() const override { return &countedFree; }
#if PATCHWORK_TORCH_AT_LEAST(2, 3)
  void copy_data(void* destination, const void* source, std::size_t count) const override {
    default_copy_data(destination, source, count);
  }
#endif
};

// tuneAllocator(): keep freed memory in the process. Counting is on from load; this is separate so that a host
// application with an allocator of its own (jemalloc preloaded, say) can leave it alone.
napi_value tuneAllocator(Call& call) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 16 << 20);
  keepsBlocks.store(true);
  return undefinedValue(call.env);
}

// trimAllocator(): what is kept and free goes back to the system.
napi_value trimAllocator(Call& call) {
  if (keepsBlocks.load()) {
    blocks().trim();
    malloc_trim(0);
  }
  return undefinedValue(call.env);
}

napi_value bytesLive(Call& call) { return fromNumber(call.env, static_cast<double>(liveBytes.load())); }
napi_value bytesPeak(Call& call) { return fromNumber(call.env, static_cast<double>(peakBytes.load())); }
napi_value resetPeak(Call& call) {
  peakBytes.store(liveBytes.load());
  return undefinedValue(call.env);
}

}  // namespace

void installAllocator() {
  static CountingAllocator allocator;
  static const bool installed = [] {
    c10::SetCPUAllocator(&allocator, 1);
    return true;
  }();
  (void)installed;
}

std::vector<Export> memoryExports() {
  return {{"tuneAllocator", entry<tuneAllocator>},
          {"trimAllocator", entry<trimAllocator>},
          {"liveBytes", entry<bytesLive>},
          {"peakBytes", entry<bytesPeak>},
          {"resetPeakBytes", entry<resetPeak>}};
}

}  // namespace patchwork
