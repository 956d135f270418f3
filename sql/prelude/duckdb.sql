-- The names of Trino that the shared SQL uses and DuckDB lacks, each compared with Trino, nulls and empty arrays
-- included. They add names and set nothing. (DuckDB has a cardinality of maps only; ours is that of arrays.)
CREATE OR REPLACE TEMP MACRO sequence(a, b) AS generate_series(a, b), (a, b, c) AS generate_series(a, b, c);
CREATE OR REPLACE TEMP MACRO cardinality(x) AS len(x);
CREATE OR REPLACE TEMP MACRO array_join(a, d) AS array_to_string(a, d);
CREATE OR REPLACE TEMP MACRO slice(a, s, n) AS list_slice(a, s, s + n - 1);
