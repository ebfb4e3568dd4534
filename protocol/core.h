/*
 * core.h: every decision of a node, as a function of events and time.
 *
 * The node feeds events, then drains actions. The core holds the partners, one session per
 * connection, the ordered sets of each circle, and what is under way; it has no socket, file,
 * clock, thread or random source of its own, so the same code runs in the daemon, in a simulator
 * and under a fuzzer.
 *
 *     bytes -> frame -> session -> message -> batch --VERIFY--> --STORE--> set, gossip, ANNOUNCE
 *     session.c         message.c  peer.c     (node's threads)            core.c, gossip.c
 *
 * now_ms is a monotonic clock in milliseconds; the wall clock is set beside it and may jump.
 * Invariants:
 *
 *   C1  A record enters a set only after STORED said that it is on disk.
 *   C2  Nothing is announced or forwarded before C1, and nothing that was DECLINED.
 *   C3  A connection that is not ESTABLISHED with a partner gets no record and no id.
 *   C4  What one connection can make the core hold is bounded by limits.h.
 *   C5  Every batch and fetch handed out comes back, or the core is freed.
 */
#ifndef KITH_PROTOCOL_CORE_H
#define KITH_PROTOCOL_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "keys/rng.h"
#include "keys/sign.h"
#include "protocol/batch.h"
#include "protocol/bytes.h"

#define KITH_HOST_MAX         253 /* RFC 1035, as text */
#define KITH_PARTNER_NAME_MAX 64

struct kith_core;

struct kith_core_config {
	const struct kith_node_pair *node; /* borrowed for the core's life */
	struct kith_author group;          /* who this node belongs to */
	struct kith_bytes certificate;     /* serialised NodeCertificate; copied */
	const char *agent;                 /* copied */
	const struct kith_rng *rng;        /* borrowed */
	uint32_t reconcile_every_ms;       /* 0: KITH_RECONCILE_EVERY_MS */
	uint32_t audit_every_ms;           /* 0: KITH_AUDIT_EVERY_MS */
	size_t pull_window_bytes;          /* 0: KITH_PULL_WINDOW_BYTES */
	uint32_t answer_within_ms;         /* 0: KITH_STALL_MAX_MS */
	uint32_t author_records_per_day;   /* 0: KITH_AUTHOR_RECORDS_PER_DAY */
	uint32_t new_authors_per_day;      /* 0: KITH_NEW_AUTHORS_PER_DAY */
	uint32_t partner_records_per_day;  /* 0: KITH_PARTNER_RECORDS_PER_DAY */
};

struct kith_core *kith_core_new(const struct kith_core_config *config, uint64_t now_ms,
	uint64_t wall_ms); /* NULL: no memory */
void kith_core_free(struct kith_core *core);

/* Presents this certificate from the next handshake on; connections stay. It is copied. What
 * kith_certificate_open() finds wrong with it; KITH_E_ARGUMENT: it is about another node, group or
 * too long; KITH_E_NOMEM. After an error the old one stays. */
KITH_MUST_CHECK int kith_core_set_certificate(
	struct kith_core *core, struct kith_bytes certificate, uint64_t now_ms);

/* ---- what happened -------------------------------------------------------------------------- */

enum kith_event_type {
	KITH_EVENT_CONNECTED,   /* conn is new; dial is 0 when the other side called */
	KITH_EVENT_DIAL_FAILED, /* dial, err */
	KITH_EVENT_BYTES,       /* conn, bytes */
	KITH_EVENT_WRITABLE,    /* conn, unsent: bytes of ours that the network has not taken yet */
	KITH_EVENT_CLOSED,      /* conn is gone, err as far as known (0: the other side closed) */
	KITH_EVENT_PUBLISH,     /* batch (taken): verified records of this node's people */
	KITH_EVENT_VERIFIED,    /* batch (taken) */
	KITH_EVENT_STORED,      /* batch (taken) */
	KITH_EVENT_FETCHED,     /* fetch (taken) */
};

struct kith_event {
	enum kith_event_type type;
	uint64_t conn; /* chosen by the node, never 0, never used again */
	uint64_t dial; /* as in the action */
	int err;
	struct kith_bytes bytes;
	size_t unsent;
	const char *remote; /* CONNECTED: "host:port", for people */
	struct kith_batch *batch;
	struct kith_fetch *fetch;
};

/* Returns 0, or KITH_E_NOMEM when the event could not be worked off (the connection concerned is
 * closed; nothing else suffers). Of a connection whose CONNECTED ended so the core knows nothing:
 * the caller closes it. A peer's mistakes are not errors of this call. */
KITH_MUST_CHECK int kith_core_feed(
	struct kith_core *core, const struct kith_event *event, uint64_t now_ms);
KITH_MUST_CHECK int kith_core_tick(struct kith_core *core, uint64_t now_ms);
uint64_t kith_core_deadline_ms(const struct kith_core *core); /* UINT64_MAX: none */

/* The wall clock reads wall_ms now; call as often as convenient. Used for certificates and for how
 * far ahead a record may claim to be, never for timers. */
void kith_core_set_wall_ms(struct kith_core *core, uint64_t wall_ms, uint64_t now_ms);
uint64_t kith_core_wall_ms(const struct kith_core *core, uint64_t now_ms);

/* ---- what to do ----------------------------------------------------------------------------- */

enum kith_action_type {
	KITH_ACTION_DIAL, /* dial, host, port: answer with CONNECTED or DIAL_FAILED */
	KITH_ACTION_SEND, /* conn, data, data_len: the node owns and frees data */
	KITH_ACTION_READ, /* conn, on: stop or resume reading from it */
	/* conn, reason: flush what was sent, then close; CLOSED need not follow */
	KITH_ACTION_CLOSE,
	KITH_ACTION_VERIFY,   /* batch (the node's until VERIFIED): kith_batch_verify() */
	KITH_ACTION_STORE,    /* batch (the node's until STORED) */
	KITH_ACTION_FETCH,    /* fetch (the node's until FETCHED) */
	KITH_ACTION_ANNOUNCE, /* seq: new records up to here are stored; for local subscribers */
	/* batch (the node's for good): the PUBLISH is done, see batch->err */
	KITH_ACTION_PUBLISHED,
};

struct kith_action {
	enum kith_action_type type;
	uint64_t conn;
	uint64_t dial;
	char host[KITH_HOST_MAX + 1];
	uint16_t port;
	uint8_t *data;
	size_t data_len;
	bool on;
	int reason; /* CLOSE: 0 or an enum kith_err */
	uint64_t seq;
	struct kith_batch *batch;
	struct kith_fetch *fetch;
};

/* The next action, or NULL when drained. The returned struct dies at the next call. */
const struct kith_action *kith_core_next(struct kith_core *core);

/* ---- circles and what is known -------------------------------------------------------------- */

/* Takes part in a circle; its two sets begin empty. The commons is there from the start. */
KITH_MUST_CHECK int kith_core_add_circle(struct kith_core *core, const struct kith_circle *circle);

/* An item read back from the store at start, in ascending order within its set. */
KITH_MUST_CHECK int kith_core_restore(struct kith_core *core, const struct kith_circle *circle,
	enum kith_class class_, const struct kith_item *item);

/* An author of whom records are stored, so that it is no new one. */
KITH_MUST_CHECK int kith_core_restore_author(
	struct kith_core *core, const struct kith_author *author);

/* NULL for a circle this node has no part in. */
const struct kith_set *kith_core_set(
	const struct kith_core *core, const struct kith_circle *circle, enum kith_class class_);

/* ---- partners ------------------------------------------------------------------------------- */

struct kith_partner_config {
	struct kith_author group;
	char name[KITH_PARTNER_NAME_MAX + 1]; /* what we call them; may be empty */
	bool has_address;                     /* else they call us */
	struct kith_node_key node;
	char host[KITH_HOST_MAX + 1];
	uint16_t port;
	bool paused;
};

/* Adds, or replaces the settings of the partner with this group key. KITH_E_REFUSED: it is our own
 * group; KITH_E_TOO_LARGE: KITH_PARTNERS_MAX. */
KITH_MUST_CHECK int kith_core_set_partner(
	struct kith_core *core, const struct kith_partner_config *config, uint64_t now_ms);
/* KITH_E_NOT_FOUND. An open connection is ended with a Bye. */
KITH_MUST_CHECK int kith_core_remove_partner(
	struct kith_core *core, const struct kith_author *group, uint64_t now_ms);

enum kith_partner_state {
	KITH_PARTNER_PAUSED,
	KITH_PARTNER_WAITING, /* no connection; either nobody calls or the next try is due later */
	KITH_PARTNER_CONNECTING, /* dialling or shaking hands */
	KITH_PARTNER_SYNCING,    /* connected, still catching up */
	KITH_PARTNER_LIVE,       /* connected, sets found equal at last_synced; gossip flows */
};
const char *kith_partner_state_name(enum kith_partner_state state);

/* What a partner did that it should not. All but the first few also end the connection, and shut
 * the partner out for a while. */
enum kith_complaint {
	KITH_COMPLAINT_NONE,
	KITH_COMPLAINT_DAMAGED,  /* bytes that do not decrypt; perhaps somebody between */
	KITH_COMPLAINT_WITHHELD, /* promised records and did not send them */
	KITH_COMPLAINT_SILENT,   /* an answer or a sign of life did not come in time */
	KITH_COMPLAINT_MALFORMED,
	KITH_COMPLAINT_UNEXPECTED,
	KITH_COMPLAINT_FORGED,  /* records whose signature or hash does not hold */
	KITH_COMPLAINT_FOREIGN, /* a record of a circle that is not shared */
	KITH_COMPLAINT_ENDLESS, /* a reconciliation that comes to no end */
	KITH_COMPLAINT_TALK,    /* the rest: more than KITH_BUDGET_… allows */
	KITH_COMPLAINT_ASKED,
	KITH_COMPLAINT_ANNOUNCED,
	KITH_COMPLAINT_REPEATED,
	KITH_COMPLAINT_UNAVAILABLE,
	KITH_COMPLAINT_CALLS,
};
const char *kith_complaint_name(enum kith_complaint complaint);

/* Counters since the core began. */
struct kith_partner_stats {
	uint64_t bytes_in, bytes_out;
	uint64_t records_in;  /* new here and stored */
	uint64_t records_out; /* sent to them, for whatever reason */
	uint64_t duplicates;  /* arrived although known */
	uint64_t forged;      /* signature or hash did not hold */
	uint64_t declined;    /* authentic, but against a rule */
	uint64_t held_back;   /* too far in the future */
	uint64_t turned_away; /* over the quota of their authors, or by too many new ones */
	uint64_t unavailable; /* asked for and not held there */
	uint64_t reconciliations;
	uint64_t rounds;      /* of reconciliation, in all */
	uint64_t audits;      /* keyed audits of all sets that we made and brought to an end */
	uint64_t audit_found; /* records that the plain comparison before had missed */
	uint64_t connections;
	uint64_t truncations; /* connections that ended without a Bye */
	uint64_t offences;    /* connections we ended because a rule was broken */
};

struct kith_partner_view {
	struct kith_partner_config config;
	enum kith_partner_state state;
	struct kith_partner_stats stats;
	char remote[KITH_HOST_MAX + 8]; /* "host:port" of the connection, or empty */
	char agent[65];
	bool dialled_by_us;
	uint64_t connected_wall_ms;    /* 0: not connected */
	uint64_t last_seen_wall_ms;    /* 0: never */
	uint64_t last_synced_wall_ms;  /* 0: never */
	uint64_t next_dial_in_ms;      /* UINT64_MAX: none planned */
	uint64_t behind;               /* records they are known to have and we lack; an estimate */
	int last_err;                  /* enum kith_err of the last connection, 0: none */
	int last_bye;                  /* what they said, or -1 */
	enum kith_complaint ended_by;  /* of the last connection */
	enum kith_complaint complaint; /* the last one of all, */
	uint64_t complaint_wall_ms;    /* and when */
	uint64_t shut_out_ms;          /* for so much longer it is not let in; 0: it is */
	uint64_t last_audit_wall_ms;   /* 0: none that we made */
	uint64_t last_audit_found;
	uint64_t next_audit_in_ms; /* UINT64_MAX: it is not us who audit, or not connected */
	uint64_t turned_away_today;
	uint32_t new_authors_today;
	uint32_t records_today;
	bool quota_full; /* of its records: no more are taken from it today */
	size_t unsent;   /* bytes that wait for them to read */
};

/* i from 0; false beyond the last. */
bool kith_core_partner_at(
	const struct kith_core *core, size_t i, uint64_t now_ms, struct kith_partner_view *out);

/* An author over its quota; that is nobody's fault who carries its records. */
struct kith_author_over {
	struct kith_author author;
	uint64_t turned_away; /* records, today */
};
/* i from 0; false beyond the last. The list is short: those of whom most was turned away. */
bool kith_core_author_over_at(const struct kith_core *core, size_t i, struct kith_author_over *out);

/* Totals that belong to no partner. */
struct kith_core_stats {
	uint64_t connections_in;
	uint64_t openings_refused; /* connections that never passed the handshake */
	uint64_t not_partners;     /* passed it, but are no partner here */
	uint64_t records_stored;
	uint64_t published;
	uint64_t store_failures;
	size_t connections_open;
	size_t in_flight_records;
	size_t in_flight_bytes;
	size_t set_bytes;     /* memory of the ordered sets */
	size_t refused_bytes; /* of what is remembered of partners' ids, see KITH_REFUSED_MAX */
	bool storage_blocked; /* the store refused; nothing is accepted until it recovers */
};
struct kith_core_stats kith_core_stats(const struct kith_core *core);

/* Says Bye on every connection; after the actions are drained the node may go. */
void kith_core_shutdown(struct kith_core *core, uint64_t now_ms);

#endif
