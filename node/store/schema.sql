-- schema.sql: the database of a home, version 1.
--
-- records is the truth: what arrived, as it arrived, in the order in which it arrived. All that is below
-- the line "projection" follows from it, may be dropped at any time, and is filled again by index.c.
--
-- A node may hold 100 million records, so what every row costs is counted. Circles and authors are
-- numbers. A record's id is split: head is its first 8 bytes as a signed number of the same order
-- (big-endian, top bit flipped), tail the other 24 bytes; the head alone finds a record with a third of
-- the bytes that an index on the whole id takes.

CREATE TABLE circles (
	no INTEGER PRIMARY KEY,
	id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE authors (
	no  INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE records (
	seq         INTEGER PRIMARY KEY, -- order of arrival, from 1, no gaps, never used again
	set_no      INTEGER NOT NULL,    -- 2 * circles.no + class (0 control, 1 content)
	created_ms  INTEGER NOT NULL,
	head        INTEGER NOT NULL,
	tail        BLOB NOT NULL,
	kind        INTEGER NOT NULL,
	author      INTEGER NOT NULL,    -- authors.no
	known       INTEGER NOT NULL,    -- enum kith_known: 0 held, 1 erased, 2 declined
	received_ms INTEGER NOT NULL,
	reason      TEXT,                -- declined: "field: rule"
	envelope    BLOB NOT NULL        -- verbatim; header and signature only unless held
) STRICT;

-- The order of the sets, covering: loads them at start, and serves those who pull in bulk. It is also
-- what keeps a record from being stored twice, for equal ids have equal headers.
CREATE UNIQUE INDEX records_by_set ON records (set_no, created_ms, head, tail);
CREATE INDEX records_by_kind ON records (kind);

-- Records by the head of their id. Ids come at random, so every row put into a large tree touches a page
-- of its own; therefore they are gathered in a small tree and merged into the large one in order (ids.c).
CREATE TABLE new_ids (
	head INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (head, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE ids (
	head INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (head, seq)
) STRICT, WITHOUT ROWID;

-- One row. Counters move in the transaction that moves what they count.
CREATE TABLE state (
	one         INTEGER PRIMARY KEY CHECK (one = 1),
	projection  INTEGER NOT NULL, -- version of the projection below
	indexed_seq INTEGER NOT NULL, -- the projection knows every record up to here
	merged_seq  INTEGER NOT NULL, -- records up to here are in ids, later ones in new_ids
	held        INTEGER NOT NULL,
	erased      INTEGER NOT NULL,
	declined    INTEGER NOT NULL,
	purge       INTEGER NOT NULL  -- erased words are in the index still: 1 to merge out, 2 begun
) STRICT;
INSERT INTO state VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE partners (
	group_key BLOB PRIMARY KEY,
	name      TEXT NOT NULL,
	node_key  BLOB,             -- NULL: no address, they call us
	host      TEXT,
	port      INTEGER,
	paused    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was imported from where: the first 16 bytes of a hash of author, url and id (index.c). A row
-- outlives the erasure of its record, so that what was erased is not imported again.
CREATE TABLE sources (
	key BLOB PRIMARY KEY,
	seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- projection

-- docid says the order in which people read: created_ms * 2^20 + a slot chosen by the id (index.c).
-- Full text is indexed under the docid, so that the newest matches come first without sorting.
CREATE TABLE entries (
	docid INTEGER PRIMARY KEY,
	seq   INTEGER NOT NULL
) STRICT;

-- Links by their target's head; the header of the source record says the rest.
CREATE TABLE links (
	target INTEGER NOT NULL,
	type   INTEGER NOT NULL,
	source INTEGER NOT NULL, -- records.seq
	PRIMARY KEY (target, type, source)
) STRICT, WITHOUT ROWID;

-- Text is folded (fold.c) before it comes here, into words with a space between, and is not kept. The
-- facets are words no text has, for they begin with '=': "=k65" a kind, "=tzero.waste" a tag, ...
-- (extract.h). Which column a word is in is known, where in it is not.
CREATE VIRTUAL TABLE words USING fts5 (
	title, summary, text, facets,
	content = '', columnsize = 0, detail = column,
	tokenize = "ascii tokenchars '=.'"
);
-- Much is gathered before it is written, and merged seldom: it comes in bulk or record by record. Up
-- to a million records each word is written twice, once alone and once merged.
INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
INSERT INTO words (words, rank) VALUES ('automerge', 16);
INSERT INTO words (words, rank) VALUES ('crisismerge', 48);
