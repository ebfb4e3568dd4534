/*
 * batch.h: records on their way through a node, and the requests the core makes of a store.
 *
 * A batch is created by the core from what a connection brought (or by the API from what a person
 * wrote), is verified on whatever thread the node likes with kith_batch_verify(), goes back to
 * the core, is stored by the node, and goes back once more. One owner at a time; ownership moves
 * with the action or event that carries it. A fetch travels the other way: the core asks for
 * records, the node fills them in from its store.
 */
#ifndef KITH_PROTOCOL_BATCH_H
#define KITH_PROTOCOL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "protocol/bytes.h"
#include "protocol/record.h"
#include "protocol/set.h"

/* What a node keeps of a record that it knows. The numbers are stored. */
enum kith_known {
	KITH_KNOWN_HELD = 0,     /* header and body */
	KITH_KNOWN_ERASED = 1,   /* header only; the body was erased by who may */
	KITH_KNOWN_DECLINED = 2, /* counted in the set, not shown, not forwarded */
};

/* Which ordered set of a circle. */
enum kith_class {
	KITH_CLASS_CONTROL = 0,
	KITH_CLASS_CONTENT = 1,
};
#define KITH_CLASSES 2

static inline enum kith_class kith_class_of_kind(uint32_t kind)
{
	return kind < KITH_KIND_CONTROL_END ? KITH_CLASS_CONTROL : KITH_CLASS_CONTENT;
}

struct kith_batch_entry {
	uint8_t *envelope;          /* owned; NULL once `record` has it */
	size_t envelope_len;
	struct kith_record *record; /* owned; set by kith_batch_verify() when it is authentic */
	int err;                    /* 0, or why it is not authentic, or why it was not stored */
	enum kith_known known;      /* HELD, or DECLINED when `problem` says which rule it breaks */
	struct kith_problem problem;
	/* set by the store: place in the order of arrival; 0: not new */
	uint64_t seq;
	struct kith_record_id existing; /* KITH_E_EXISTS: the record held from the same source */
};

/* How records came here; it decides whether they are pushed on or only announced. */
enum kith_origin {
	KITH_ORIGIN_LOCAL, /* published here */
	KITH_ORIGIN_PUSH,  /* live gossip */
	KITH_ORIGIN_SYNC,  /* asked for, or sent after a reconciliation */
	KITH_ORIGIN_PULL,  /* part of a bulk pull, which is paced by credit */
};
#define KITH_ORIGINS 4

struct kith_batch {
	uint64_t conn;    /* the connection it came by; 0: published here */
	enum kith_origin origin;
	bool durable;     /* acknowledge only after a FULL commit */
	/* Only with durable: a record whose author already holds one here with the same source
	 * {url, id} is not stored; its entry gets KITH_E_EXISTS and `existing`. Makes an import
	 * idempotent. */
	bool unless_source;
	void *publisher;  /* the API's own; the core passes it back untouched */
	size_t bytes;     /* sum of the envelopes' lengths */
	int err;          /* of the whole batch, set by the store: KITH_E_FULL, KITH_E_IO, … */
	size_t count;
	size_t room; /* it never has more entries */
	size_t held; /* entries there is memory for */
	struct kith_batch_entry *entries;
	/* The core's own, when it has no memory to go on with what is stored. */
	struct kith_batch *next;
	size_t settled; /* so many entries are done with */
};

struct kith_batch *kith_batch_new(size_t room); /* NULL: no memory */
void kith_batch_free(struct kith_batch *batch); /* with all it owns; NULL allowed */

/* Copies the envelope in. KITH_E_NOSPACE when full, KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_batch_add(struct kith_batch *batch, const uint8_t *envelope, size_t len);

/* Takes over an already verified record (from kith_record_open). KITH_E_NOSPACE, KITH_E_NOMEM;
 * then it is still the caller's. */
KITH_MUST_CHECK int kith_batch_add_record_take(
	struct kith_batch *batch, struct kith_record *record);

/*
 * Opens every entry and checks the bodies of kinds known here. Pure: any thread. Per entry: err and
 * record or problem; a body that breaks a rule makes the entry DECLINED, with err 0.
 */
void kith_batch_verify(struct kith_batch *batch);

/* ---- asking the store ---------------------------------------------------------------------- */

enum kith_fetch_mode {
	KITH_FETCH_IDS,   /* the records named in ids */
	KITH_FETCH_AFTER, /* the records of one set that follow `after` in the set's order */
};

struct kith_fetch {
	uint64_t conn;
	enum kith_fetch_mode mode;
	uint8_t purpose; /* the core's own */
	struct kith_circle circle; /* only records of this circle and class may be given */
	enum kith_class class_;
	/* IDS */
	struct kith_record_id *ids; /* owned */
	size_t id_count;
	/* AFTER */
	struct kith_item after;
	/* The store stops before `found` would pass this many bytes, but gives one record at
	 * least. */
	size_t max_bytes;

	/* ---- answers, filled in by the node
	 * --------------------------------------------------------- */
	int err;
	/* For each record given: u32 big-endian length, then the envelope verbatim (header and
	 * signature only when erased); in the order asked for or in set order. */
	struct kith_buf found;
	size_t found_count;
	size_t ids_done;         /* IDS: how many of ids were dealt with (rest: ask again) */
	struct kith_record_id *missing; /* IDS: ids dealt with that are not held here; owned */
	size_t missing_count;
	struct kith_item last;   /* AFTER: where the next fetch goes on: the last item dealt with */
	bool end;                /* AFTER: nothing follows */
};

struct kith_fetch *kith_fetch_new(void);
void kith_fetch_free(struct kith_fetch *fetch);

#endif
