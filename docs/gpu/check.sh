#!/usr/bin/env bash
# Checks Facet on a GPU in one call and writes one report to send back: bits, times, memory, and what machine it was.
# Usage: docs/gpu/check.sh [--device cuda[:N]|cpu] [-o FILE] [option of "facet bench gpu" …]; see docs/gpu.md.
set -uo pipefail
start=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

device=cuda
out=gpu-report-$(date +%Y%m%d-%H%M%S).md
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --device | -o | --out)
            [ $# -ge 2 ] || {
                echo "check.sh: $1 needs a value" >&2
                exit 2
            }
            if [ "$1" = --device ]; then device=$2; else out=$2; fi
            shift 2
            ;;
        -h | --help)
            sed -n '2,3s/^# //p' docs/gpu/check.sh
            exit 0
            ;;
        *)
            options+=("$1")
            shift
            ;;
    esac
done

case $out in /*) ;; *) out=$start/$out ;; esac

# On the CPU the usual build does; for a GPU it takes ONNX Runtime's CUDA artifact.
case $device in cpu) ;; *) export FACET_PROFILE=cuda ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./facet bench gpu --device "$device" -o "$work/report.md" ${options[@]+"${options[@]}"} 2> >(tee "$work/log" >&2)
code=$?

# What answers of a command, or that it isn't there.
told() {
    if command -v "$1" >/dev/null; then "$@" 2>&1 | head -40; else echo "$1: not there"; fi
}

{
    if [ -s "$work/report.md" ]; then
        cat "$work/report.md"
    else
        # The build failed, or the process died: what it said last is what there is.
        printf '# Facet: check of a device\n\n**The check did not come to its end: exit code %s.**\n\n```\n' "$code"
        tail -n 60 "$work/log"
        printf '```\n'
    fi
    printf '\n## What the machine says\n\n```\n'
    echo "commit: $(git describe --always --dirty 2>/dev/null || echo unknown)"
    uname -srm
    told nvidia-smi -L | sed 's/ (UUID:.*//'
    told nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv
    if command -v nvidia-smi >/dev/null; then nvidia-smi | grep -o 'CUDA Version: [0-9.]*'; fi
    told nvcc --version
    echo "libraries that the linker knows:"
    told ldconfig -p | grep -E 'libcudnn|libcudart|libcublas|libcuda\.' || echo "none of CUDA and cuDNN"
    printf '```\n'
} >"$out"

echo "check.sh: exit code $code; the report is $out" >&2
exit "$code"
