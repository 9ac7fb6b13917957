// One build for every processor: a function so marked is compiled once for each kind of x86-64, and the version that the
// processor can run is chosen when the addon is loaded.
//
// The kinds are those of the psABI: v2 has SSE4.1 (products of 32-bit integers), v3 has AVX2, v4 has AVX-512. Compilers from
// before these names take the nearest instruction set.
#pragma once

#if !defined(PATCHWORK_ONE_PROCESSOR) && defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define PATCHWORK_FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "arch=x86-64-v2", "default")))
#else
#define PATCHWORK_FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "sse4.1", "default")))
#endif
#else
#define PATCHWORK_FOR_EACH_PROCESSOR
#endif
