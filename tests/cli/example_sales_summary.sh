# stress-step: 20011
cat > shop.csv <<'END'
region,product,amount,note
north,"lamp, tall",120,plain
south,chair,45.5,"a note
over two lines"
north,chair,44.5,"she said ""good"""
east,lamp,"1000000000000000000001",
south,"lamp, tall",99,
west,chair,many,not a number
END
cat > web.jsonl <<'END'
{"region": "north", "product": "chair", "amount": 40, "tags": ["a", {"b": null}]}
{"region": "south", "product": "table\n round", "amount": 123.25}

{"region": "east", "amount": 3}
{"region": "east", "product": "lamp"
{"region": "east", "product": "lamp", "amount": 2500}
{"region": "north", "product": null, "amount": 1}
END
printf 'region;product;amount\nnorth; chair; 51\nwest;"a;b";7\n' > other.csv
summary() { $RILL "$ROOT/examples/sales_summary.rill" "$@"; echo "exit $?"; }
summary shop.csv web.jsonl
summary --by product --top 1 shop.csv
summary --delimiter ';' other.csv
summary none.csv
printf 'region,product,amount\nnorth,"open\n' > open.csv
summary open.csv
