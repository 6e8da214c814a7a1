# stress-step: 197
# 500 random programs of generators print what CPython 3.13 printed (see tools/gen_programs.py).
python3 "$ROOT/tools/gen_programs.py" --check "$ROOT/tests/cli/generated_generators.sums" --rill "$RILL"
