#!/bin/bash
# Builds both addons with AddressSanitizer and UndefinedBehaviorSanitizer into a folder of their own, and runs the fuzzers
# on them. What is given goes to run.ts:
#
#   bash tests/fuzz/sanitized.sh --inputs 1000 --family addon,operators,pictures
#
# GCC only: the sanitizers' libraries are preloaded, since node itself is built without them.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$PWD/build/sanitized
flags='-fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer -g1'
# Dispatch by processor is resolved before AddressSanitizer is there: PATCHWORK_ONE_PROCESSOR leaves it out.
CXXFLAGS="$flags -DPATCHWORK_ONE_PROCESSOR" LDFLAGS="$flags" node scripts/setup/build-native.mjs --build-dir "$folder"

preload="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
# Leaks: node and LibTorch keep what they have to the end of the process, and tests/system/leaks.test.ts looks for ours.
# ODR: LibTorch's own libraries define the same globals twice. Containers: LibTorch's std::vectors are not annotated.
asan='detect_leaks=0:detect_odr_violation=0:detect_container_overflow=0:allocator_may_return_null=1:abort_on_error=1'
ubsan='print_stacktrace=1:halt_on_error=1:abort_on_error=1'
exec npx tsx tests/fuzz/run.ts --memory 8000 --limit 60 \
  --env "LD_PRELOAD=$preload" --env "ASAN_OPTIONS=$asan" --env "UBSAN_OPTIONS=$ubsan" \
  --env "PATCHWORK_BUILD=$folder" --env PATCHWORK_ALLOCATOR=system "$@"
