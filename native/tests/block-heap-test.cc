// Any thread frees memory, the heap's and others', while another one asks for the heap's first block.
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "../src/block-heap.h"

int main() {
  for (int round = 0; round < 20; ++round) {
    patchwork::BlockHeap heap;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&heap] {
        int elsewhere = 0;
        if (heap.owns(&elsewhere)) std::puts("expected no memory of the stack, got it"), std::abort();
        void* block = heap.allocate(patchwork::BlockHeap::kSmallest);
        if (!heap.owns(block) || heap.owns(&elsewhere)) std::puts("expected the block alone"), std::abort();
        heap.release(block);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  return 0;
}
