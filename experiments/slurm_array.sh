#!/bin/bash
# A sweep as an array of Slurm jobs, each with a store of its own:
#   sbatch experiments/slurm_array.sh experiments/kd_resnet8_resnet20_cifar10.json sweep.json
# Look at it first:  gaplab-cli train EXPERIMENT --sweep sweep.json --dry-run
# The seeds of a member stay in one shard, so each store compares its own members; a baseline has to be in every shard.
#SBATCH --job-name=gaplab
#SBATCH --array=1-4
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@120
# Two minutes before the end the run stops after its step, with a checkpoint that `gaplab-cli resume` goes on from.
set -euo pipefail

experiment=$1 sweep=$2
shard=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT
exec "${GAPLAB_CLI:-build/release/bin/gaplab-cli}" train "$experiment" --sweep "$sweep" --shard "$shard" \
    --store "sweep_$SLURM_ARRAY_TASK_ID.db" --threads "$SLURM_CPUS_PER_TASK"
