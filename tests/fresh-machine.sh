#!/usr/bin/env bash
# The README's commands on a machine that has nothing but Debian, Node, npm and a C++ compiler.
#
#   tests/fresh-machine.sh [--user] [--suite bookworm] ROOT [COMMAND...]
#
# ROOT is a folder that does not exist yet (3 GB). --user: as a user with sudo, not as root.
# The commands are `npm run demo` and `npm test` unless others are given. The last commit is what is tried.
# As the package in a project of its own:
#   tests/fresh-machine.sh ROOT 'npm ci && npm pack' \
#     'mkdir ../app && cd ../app && npm install ../patchwork/*.tgz && npx patchwork setup && npx patchwork demo'
set -euo pipefail
source "$(dirname "$0")/debian-root.sh"
enter_namespace "$@"

user=root suite=bookworm
while [[ "${1:-}" == --* ]]; do
  case $1 in
    --user) user=dev ;;
    --suite) suite=${2:?} && shift ;;
    *) echo "fresh-machine: expected --user or --suite NAME, got $1" >&2 && exit 2 ;;
  esac
  shift
done
root=${1:?usage: tests/fresh-machine.sh [--user] [--suite bookworm] ROOT [COMMAND...]}
shift
[ $# -gt 0 ] || set -- 'npm run demo' 'npm test'
[ ! -e "$root" ] || { echo "fresh-machine: expected a folder that does not exist, got $root: delete it first" >&2; exit 2; }

timed "Debian $suite with node and g++ in $root" make_root "$root" "$suite"
clone_into "$root" "$user"
status=0
for command in "$@"; do
  timed "$command" in_root "$root" "$user" "$(home_of "$user")/patchwork" "$command" || status=1
done
exit "$status"
