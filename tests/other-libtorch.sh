#!/usr/bin/env bash
# Builds the addon and runs the tests with each LibTorch we promise:
#   the system's; a current PyTorch's; the 2.6 of Debian 13, in a root of its own.
#
#   tests/other-libtorch.sh PYTHON TRIXIE_ROOT [TEST_FILTER...]
#
# PYTHON: one that has a current torch (`python3 -m venv DIR && DIR/bin/pip install torch torchvision`).
# TRIXIE_ROOT: made where it does not exist (3 GB), used again where it does. TEST_FILTER: as for vitest, e.g. src/torch.
set -euo pipefail
source "$(dirname "$0")/debian-root.sh"
python=${1:?usage: tests/other-libtorch.sh PYTHON TRIXIE_ROOT [TEST_FILTER...]}
trixie=${2:?usage: tests/other-libtorch.sh PYTHON TRIXIE_ROOT [TEST_FILTER...]}
enter_namespace "$@"
shift 2
cd "$REPOSITORY"
unset LIBTORCH LIBTORCH_USE_PYTORCH PYTHON
# The tests' processes load the addon built last: whatever happens, leave the system's in place.
trap 'node scripts/setup/build-native.mjs' EXIT

status=0
timed "the system's LibTorch" npm test -- "$@" || status=1
LIBTORCH_USE_PYTORCH=1 PYTHON=$python timed "the LibTorch of $python" npm test -- "$@" || status=1

if [ -e "$trixie" ]; then mount_root "$trixie"; else timed "Debian trixie in $trixie" make_root "$trixie" trixie; fi
clone_into "$trixie" root
timed "the LibTorch of Debian trixie" in_root "$trixie" root /root/patchwork "npm test -- $*" || status=1
exit "$status"
