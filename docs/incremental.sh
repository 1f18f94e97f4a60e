#!/usr/bin/env bash
# Adds three tasks one after another, in two orders, and scores every task known so far after each step
# (docs/reproduce.md). Run from the repository's root: docs/incremental.sh OUT [STEPS [DATA]]
set -euo pipefail
out=$1
steps=${2:-40}
data=${3:-../shared/data}
for order in "segmentation-msrc21 saliency-ecssd depth-sevenscenes" "depth-sevenscenes saliency-ecssd segmentation-msrc21"; do
    folder=$out/${order%% *}-first
    known=()
    for task in $order; do
        ./facet train --config "$task" --set dataset.root="$data/${task#*-}" --set training_strategy.max_iter="$steps" \
            --out "$folder/$task"
        known+=("$task")
        for old in "${known[@]}"; do
            ./facet evaluate --pack "$folder/$old"/*.safetensors --data "$data/${old#*-}" --split test --json \
                >"$folder/$old-after-$task.json"
        done
    done
done
cd "$out"
for task in segmentation-msrc21 saliency-ecssd depth-sevenscenes; do
    echo "# $task: pack in both orders, then its scores after each step; one digest each, whatever was added"
    sha256sum ./*/"$task"/*.safetensors ./*/"$task"-after-*.json
done
