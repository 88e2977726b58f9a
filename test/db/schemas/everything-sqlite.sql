-- Everything that a table of SQLite may say, in one schema.
PRAGMA foreign_keys = off;
CREATE TABLE plain (a, b INT, c BIG INT UNSIGNED, d "weird type"(3), e STRING, f NVARCHAR(160), g BOOLEAN DEFAULT TRUE,
  h BOOLEAN NOT NULL DEFAULT 0, i REAL DEFAULT 1.50, j NUMERIC(10,2) DEFAULT 0.00, k CLOB, l DOUBLE PRECISION,
  m DATETIME DEFAULT CURRENT_TIMESTAMP, n TEXT DEFAULT (lower('X' || 'y')), p BLOB DEFAULT x'00ff',
  q INTEGER DEFAULT -5, r INTEGER DEFAULT (1 + 2), s DATE DEFAULT '2020-01-01', t JSON, u TEXT DEFAULT NULL, v DECIMAL,
  w BIGINT DEFAULT 9007199254740993, x TEXT DEFAULT 'it''s "x"', y FLOAT DEFAULT 1e3, z TIME DEFAULT '09:30:00');
CREATE TABLE no_key_null (id TEXT PRIMARY KEY, n TEXT);
CREATE TABLE pair_key (a TEXT, b INT NOT NULL, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE numbered (id INTEGER CONSTRAINT "the key" PRIMARY KEY AUTOINCREMENT, n TEXT UNIQUE);
CREATE TABLE rowid_key (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER REFERENCES rowid_key ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE int_key (id INT PRIMARY KEY);
CREATE TABLE late_key (n TEXT, id INTEGER, PRIMARY KEY (id));
CREATE TABLE strict_table (id INTEGER PRIMARY KEY, a ANY, t TEXT NOT NULL) STRICT;
CREATE TABLE both_words (id TEXT NOT NULL PRIMARY KEY, n INT) STRICT, WITHOUT ROWID;
CREATE TABLE collated (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, name TEXT NOT NULL COLLATE RTRIM);
CREATE TABLE generated (id INTEGER PRIMARY KEY, price REAL, twice AS (price * 2), half REAL GENERATED ALWAYS AS (price / 2) STORED);
CREATE TABLE checked (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('a', 'it''s')), size INT CONSTRAINT sizes CHECK (size IN (1, -2, 3)),
  n INT CHECK (n > 0), m INT, flag BOOLEAN CHECK (flag IN (0, 1)), "a b" VARCHAR(10) CHECK ("a b" IN ('x')),
  CONSTRAINT "m over n" CHECK (m > n /* why */ OR m IS NULL), CHECK (length(kind) < 5));
CREATE TABLE uniques (id INTEGER PRIMARY KEY, a INT, b INT, c INT CONSTRAINT c_once UNIQUE, d INT,
  UNIQUE (a, b), CONSTRAINT named_pair UNIQUE (b, c));
CREATE UNIQUE INDEX uq_single ON uniques (d);
CREATE UNIQUE INDEX "a unique index" ON uniques (d, a);
CREATE INDEX idx_uniques_a ON uniques (a);
CREATE INDEX idx_uniques_a_d ON uniques (a, d);
CREATE INDEX "by lower" ON uniques (lower(a), b DESC, c COLLATE NOCASE) WHERE a IS NOT NULL;
CREATE UNIQUE INDEX partial ON uniques (a) WHERE b > 3;
CREATE INDEX only_expressions ON uniques (a + b);
-- names
CREATE TABLE "Order Details" ("Order ID" INT NOT NULL, [Product ID] INT NOT NULL, `Unit Price` NUMERIC NOT NULL DEFAULT 0,
  PRIMARY KEY ("Order ID", "Product ID"));
CREATE TABLE names (id INTEGER PRIMARY KEY, createdAt TEXT, created_at TEXT, CreatedAt2 TEXT, "save" TEXT, "delete" TEXT, "where" TEXT, "then" TEXT,
  "constructor" TEXT, __proto__ TEXT, prototype TEXT, "2fa" TEXT, "%" TEXT, "a-b" TEXT, "a b" TEXT, "größe" TEXT, "名前" TEXT, "class" TEXT,
  "to""quote" TEXT, "it's" TEXT, "back\slash" TEXT, "$" TEXT, "_" TEXT, "toJSON" TEXT, "ID_2" TEXT, "id2" TEXT);
CREATE TABLE user (id INTEGER PRIMARY KEY);
CREATE TABLE users (id INTEGER PRIMARY KEY, user_id INT REFERENCES user, user TEXT);
CREATE TABLE "Model" (id INTEGER PRIMARY KEY);
CREATE TABLE "Date" (id INTEGER PRIMARY KEY);
CREATE TABLE "z" (id INTEGER PRIMARY KEY);
CREATE TABLE "2020 sales" (id INTEGER PRIMARY KEY);
-- relations
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES author (id), editor_id INTEGER REFERENCES author,
  reviewer INTEGER CONSTRAINT fk_reviewer REFERENCES author (id) ON DELETE CASCADE ON UPDATE RESTRICT, author_name TEXT REFERENCES author (name),
  previous INTEGER REFERENCES book, small_id SMALLINT DEFAULT 3 REFERENCES author (id));
CREATE TABLE author_detail (author_id INTEGER PRIMARY KEY REFERENCES author ON DELETE CASCADE, biography TEXT);
CREATE TABLE passport (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL UNIQUE REFERENCES author);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE book_tag (book_id INTEGER NOT NULL REFERENCES book ON DELETE CASCADE, tag_id INTEGER NOT NULL REFERENCES tag, PRIMARY KEY (book_id, tag_id));
CREATE TABLE composite_child (id INTEGER PRIMARY KEY, x TEXT, y INT, FOREIGN KEY (y, x) REFERENCES pair_key ON DELETE CASCADE,
  CONSTRAINT twice FOREIGN KEY (y, x) REFERENCES pair_key (b, a) DEFERRABLE);
CREATE TABLE left_circle (id INTEGER PRIMARY KEY, right_id INTEGER REFERENCES right_circle);
CREATE TABLE right_circle (id INTEGER PRIMARY KEY, left_id INTEGER REFERENCES left_circle);
CREATE TABLE key_circle_a (id INTEGER PRIMARY KEY REFERENCES key_circle_b (id));
CREATE TABLE key_circle_b (id INTEGER PRIMARY KEY REFERENCES key_circle_a (id));
CREATE VIEW some_view AS SELECT * FROM book;
CREATE TRIGGER book_trigger AFTER INSERT ON book BEGIN UPDATE author SET name = name; END;
CREATE VIRTUAL TABLE words USING fts5 (text);
-- SQLite cuts no names.
CREATE TABLE long_names (id INTEGER PRIMARY KEY, a TEXT, b INTEGER CONSTRAINT a_foreign_key_with_a_name_that_is_far_longer_than_the_63_bytes_of_postgresql REFERENCES author (id),
  CONSTRAINT a_check_with_a_name_that_is_far_longer_than_the_sixty_three_bytes_of_postgresql CHECK (a <> ''));
CREATE INDEX an_index_with_a_name_that_is_far_longer_than_the_sixty_three_bytes_of_postgresql ON long_names (a);
CREATE TABLE "with.a.dot" (id INTEGER PRIMARY KEY, "and.another" TEXT UNIQUE);
