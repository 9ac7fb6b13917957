// CPU memory: counted, and kept instead of returned to the system.
//
// A training step frees and asks for the same large blocks over and over. glibc's defaults give blocks above a
// threshold back to the kernel at once, which then zeroes every page again on the next touch: a third of a ResNet-20
// step. mallopt() makes glibc keep them, for LibTorch's tensors and for oneDNN's scratch memory alike. What is kept is
// backed by huge pages where the kernel offers them: large maps are walked in strides that miss the TLB otherwise.
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "convert.h"

namespace patchwork {

namespace {

constexpr size_t kAlignment = 64;

std::atomic<int64_t> liveBytes{0};
std::atomic<int64_t> peakBytes{0};

std::atomic<bool> tuned{false};

constexpr uintptr_t kHugePage = 2 << 20;
constexpr size_t kLarge = 1 << 20;

// Asks for huge pages for the part of the heap that has grown since the last call. A wish: failure changes nothing.
void adviseHeap() {
  static std::atomic<uintptr_t> advisedEnd{(reinterpret_cast<uintptr_t>(sbrk(0)) + kHugePage - 1) & ~(kHugePage - 1)};
  const uintptr_t end = reinterpret_cast<uintptr_t>(sbrk(0)) & ~(kHugePage - 1);
  uintptr_t start = advisedEnd.load(std::memory_order_relaxed);
  if (end > start && advisedEnd.compare_exchange_strong(start, end))
    madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
}

void countedFree(void* pointer) {
  liveBytes.fetch_sub(static_cast<int64_t>(malloc_usable_size(pointer)), std::memory_order_relaxed);
  std::free(pointer);
}

class CountingAllocator final : public at::Allocator {
 public:
  at::DataPtr allocate(size_t size) PATCHWORK_ALLOCATE_CONST override {
    if (size == 0) return {nullptr, nullptr, &countedFree, at::Device(at::DeviceType::CPU)};
    void* pointer = nullptr;
    if (posix_memalign(&pointer, kAlignment, size) != 0)
      throw Problem("ERR_PATCHWORK_MEMORY", "out of memory: cannot allocate " + std::to_string(size) +
                                                " bytes; use a smaller batch size");
    if (size >= kLarge && tuned.load(std::memory_order_relaxed)) adviseHeap();
    const int64_t live = liveBytes.fetch_add(static_cast<int64_t>(malloc_usable_size(pointer)), std::memory_order_relaxed) +
                         static_cast<int64_t>(malloc_usable_size(pointer));
    int64_t peak = peakBytes.load(std::memory_order_relaxed);
    while (live > peak && !peakBytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
    }
    return {pointer, pointer, &countedFree, at::Device(at::DeviceType::CPU)};
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
  mallopt(M_TOP_PAD, 64 << 20);
  tuned.store(true);
  adviseHeap();
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
          {"liveBytes", entry<bytesLive>},
          {"peakBytes", entry<bytesPeak>},
          {"resetPeakBytes", entry<resetPeak>}};
}

}  // namespace patchwork
