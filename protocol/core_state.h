/*
 * core_state.h: what the core is made of. Private to the files of the core:
 *
 *   core.c      life cycle, events, time, actions, sets
 *   partner.c   whom we know: settings, dialling and back-off, figures
 *   peer.c      one connection: session events, scope, keep-alive, its end
 *   intake.c    records coming in: known? pending? verify, store, set
 *   scope.c     which sets are shared with a peer
 *   sync.c      making one set after the other equal: reconciliation
 *   audit.c     the same once more over keyed sums, once a day
 *   want.c      records to be asked for
 *   pull.c      bulk pull, receiving
 *   serve.c     records going out: what a peer asked for, from the store
 *   budget.c    what a partner may cost: messages, ids, rounds, calls
 *   quota.c     how much of an author, and how many new authors, are taken in a day
 *   gossip.c    new records to connected partners: eager, lazy, graft, prune
 *
 * Only these files see the structs; each changes the part that carries its name.
 */
#ifndef KITH_PROTOCOL_CORE_STATE_H
#define KITH_PROTOCOL_CORE_STATE_H

#include "protocol/authors.h"
#include "protocol/core.h"
#include "protocol/keyed.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/pending.h"
#include "protocol/reconcile.h"
#include "protocol/refused.h"
#include "protocol/requests.h"
#include "protocol/session.h"
#include "protocol/set.h"

/* ---- circles -------------------------------------------------------------------------------- */

struct kith_circle_sets {
	struct kith_circle circle;
	uint32_t number; /* index in the core's list */
	struct kith_set *sets[KITH_CLASSES];
};

/* ---- partners ------------------------------------------------------------------------------- */

struct kith_peer;
struct kith_action_node;

/* What a partner spends of its budget, per window. */
enum kith_spending {
	KITH_SPEND_TALK,
	KITH_SPEND_ASKED,
	KITH_SPEND_ANNOUNCED,
	KITH_SPEND_REPEATED,
	KITH_SPEND_UNAVAILABLE,
	KITH_SPEND_ROUNDS,
	KITH_SPEND_CALLS,
	KITH_SPEND_BROKEN,
	KITH_SPENDINGS,
};

struct kith_budget {
	uint64_t since_ms; /* when the window began */
	uint64_t spent[KITH_SPENDINGS];
};

struct kith_partner {
	struct kith_partner_config config;
	struct kith_partner_stats stats;
	struct kith_peer *peer; /* the established connection, or NULL */
	uint64_t dial;          /* under way, or 0 */
	uint64_t dial_peer;     /* conn of a dialled connection that shakes hands, or 0 */
	uint64_t next_dial_ms;  /* UINT64_MAX: none planned */
	unsigned failures;      /* in a row */
	uint64_t last_seen_wall_ms;
	uint64_t last_synced_wall_ms;
	uint64_t shunned_until_ms; /* broke a rule: neither called nor let in until then */
	unsigned offences_today;   /* double the time that it is shunned; see quota.c for days */
	struct kith_budget budget;
	struct kith_budget ours; /* of what they count, what we spend */
	uint64_t pushed_ms, relayed_ms; /* paces, see kith_pace(): to here, and from here */
	uint32_t new_authors_today;
	uint32_t records_today;
	uint64_t turned_away_today;
	enum kith_complaint ended_by;  /* of the last connection */
	enum kith_complaint complaint; /* the last one, for people */
	uint64_t complaint_wall_ms;
	int last_err;
	int last_bye;
	struct kith_item pulled[KITH_CLASSES]; /* commons: where a broken pull can go on */
	bool pulled_any[KITH_CLASSES];
	struct kith_refused refused; /* what not to ask it for */
	uint64_t next_audit_ms;      /* when we audit, if the connection is one that we called */
	uint64_t audit_day_ms;       /* when the day began in which they had us scan */
	uint64_t audit_scanned;      /* so much */
	struct kith_refused unequal; /* what plain comparisons brought up lately; see audit.c */
	uint64_t last_audit_wall_ms; /* when ours ended; 0: never */
	uint64_t last_audit_found;   /* by the last one, or the one under way */
};

/* ---- one set with one peer ------------------------------------------------------------------ */

enum kith_sync_phase {
	KITH_SYNC_WAIT,      /* not its turn yet */
	KITH_SYNC_PULLING,   /* we are far behind and pull */
	KITH_SYNC_SERVING,   /* they are far behind and pull; we reconcile when that is done */
	KITH_SYNC_QUERYING,  /* initiator: a query is out */
	KITH_SYNC_SETTLING,  /* initiator: differences are known and being levelled */
	KITH_SYNC_FOLLOWING, /* responder: answers until the initiator says SYNCED */
	KITH_SYNC_DONE,
};

struct kith_sync {
	struct kith_circle_sets *circle;
	enum kith_class class_;
	struct kith_set_tag tag;
	uint64_t my_count, their_count; /* as both sides said in SCOPE */
	enum kith_sync_phase phase;
	bool i_pull, they_pull; /* both sides compute the same from the counts */
	struct kith_reconcile reconcile;
	/* Caller: the next query, held back while queues are long. Called: one that is not answered
	 * yet. */
	struct kith_buf query;
	uint64_t rounds; /* of this reconciliation */
};

enum kith_audit_phase {
	KITH_AUDIT_OFF,
	KITH_AUDIT_SCANNING, /* making our own sums */
	KITH_AUDIT_WAITING,  /* they are made: caller, for theirs; called, for a query */
	KITH_AUDIT_ASKING,   /* caller: a query is out, or held back */
};

/* The audit of one set, by either side; at most one per peer. */
struct kith_audit {
	enum kith_audit_phase phase;
	size_t sync; /* index */
	struct kith_keyed *sums;
	bool they_are_ready; /* caller */
	uint64_t slice_ms;   /* SCANNING: when to go on */
	uint64_t until_ms;   /* else: when to give up */
	unsigned rounds;
	/* Caller: the next query, held back. Called: one that is not answered yet. */
	struct kith_buf query;
};

/* The receiving end of a pull, at most one per peer. */
struct kith_pull {
	bool active;
	size_t sync;        /* index */
	uint64_t to_credit; /* bytes dealt with and not yet credited */
	int64_t credit;     /* bytes the other side may still send; below 0 by part of a record */
};

/* The sending end of a pull, at most one per peer. */
struct kith_pull_server {
	bool active;
	bool fetching;
	size_t sync;
	struct kith_item cursor;
	int64_t credit;      /* below 0 by part of a record, as the other side counts it too */
	uint32_t generation; /* a newer PULL makes an older fetch's result void */
};

/* ---- connections ---------------------------------------------------------------------------- */

struct kith_peer {
	struct kith_peer *next;
	uint64_t conn;
	struct kith_session *session;
	struct kith_partner *partner; /* who it is once established; whom we dial before that */
	bool established;
	bool closing;                   /* CLOSE is queued; gone at the end of this call */
	struct kith_action_node *close; /* that CLOSE: to end a connection needs no memory */
	bool scoped;                    /* their SCOPE has come */
	bool reading;
	uint64_t since_wall_ms; /* of the session */
	uint64_t heard_ms, pinged_ms, progress_ms;
	uint64_t delivered_ms; /* a record, or the word that it is not held */
	uint64_t probed_ms;    /* another claims its place, so it must prove itself; 0: no */
	int bye;               /* what they said, or -1 */
	enum kith_complaint complaint; /* what an error that ends it will be told as */
	size_t unsent;                 /* bytes the network has not taken */
	char remote[KITH_HOST_MAX + 8];

	/* sync.c */
	struct kith_sync *syncs;
	size_t sync_count;
	size_t sync_at; /* the one whose turn it is; sync_count: all done */
	bool synced_once;
	bool dirty;       /* something was dropped: reconcile soon */
	uint64_t mend_ms; /* but not before that */
	uint64_t next_reconcile_ms;
	struct kith_pull pull;
	struct kith_requests want; /* ids to ask for */
	size_t want_outstanding;
	size_t announced;
	bool answered_unsent; /* a query was answered although they do not read */

	/* audit.c */
	struct kith_audit audit;

	/* intake.c */
	struct kith_batch *inbox[KITH_ORIGINS];
	size_t in_flight_bytes;
	size_t in_flight_pushed; /* bytes of those that came by gossip */
	size_t in_flight_records;
	size_t in_flight_synced; /* those that did not come by gossip */
	unsigned forged;

	/* serve.c */
	struct kith_requests serve;
	size_t serve_wanted; /* of these, asked for by the peer */
	bool serve_fetching;
	struct kith_pull_server pull_server;

	/* gossip.c */
	uint8_t lazy[KITH_TREES / 8];  /* a bit per tree: records of it are only announced here */
	uint8_t feeds[KITH_TREES / 8]; /* the last new record of it was pushed from there */
	struct kith_buf ihave;         /* KITH_IHAVE_LEN each, see gossip.c */
	uint64_t ihave_due_ms;         /* UINT64_MAX: nothing waits */
	uint64_t ihave_last_ms;        /* when some went */
};

/* ---- quotas --------------------------------------------------------------------------------- */

struct kith_quota {
	uint32_t author_records, new_authors, partner_records; /* a day */
	uint64_t since_ms; /* when the day began, by the monotonic clock */
	struct kith_authors *authors;
	struct kith_author_over over[KITH_AUTHORS_OVER_MAX];
	size_t over_count;
	/* Ids turned away today: keyed hashes, 0 for an empty place. NULL before the first. */
	uint64_t *turned_away;
	size_t turned_away_count;
	uint8_t key[16];
};

/* ---- the core ------------------------------------------------------------------------------- */

struct kith_action_node {
	struct kith_action_node *next;
	struct kith_action action;
};

struct kith_core {
	struct kith_session_config session;
	struct kith_author group;
	uint8_t *certificate;
	char agent[KITH_AGENT_MAX_BYTES + 1];
	const struct kith_rng *rng;
	uint32_t reconcile_every_ms;
	uint32_t audit_every_ms;
	size_t pull_window_bytes;
	uint32_t answer_within_ms;
	struct kith_quota quota;

	uint64_t wall_ms, wall_at_ms; /* the wall clock read wall_ms at wall_at_ms */
	uint64_t now_ms;              /* of the call under way */

	struct kith_circle_sets *circles[KITH_CIRCLES_MAX];
	size_t circle_count;
	struct kith_partner *partners[KITH_PARTNERS_MAX];
	size_t partner_count;
	struct kith_peer *peers;
	uint64_t last_dial;
	struct kith_pending *pending;
	uint64_t overdue_ms;          /* when the first pending entry is due, or UINT64_MAX */
	struct kith_batch *unsettled; /* stored, and waiting for memory */
	uint64_t unsettled_ms;        /* when to try again */
	uint64_t store_retry_ms;      /* storage is blocked until then; 0: it is not */
	unsigned store_failures;      /* in a row */
	bool shut_down;

	struct kith_action_node *first, **last;
	struct kith_action_node *current; /* handed out by kith_core_next */
	struct kith_core_stats stats;
};

/* ---- core.c --------------------------------------------------------------------------------- */

/* A new action at the end of the queue, or NULL (no memory). */
struct kith_action *kith_core_act(struct kith_core *core, enum kith_action_type type);
/* Queues an action whose node was allocated before. */
void kith_core_act_take(struct kith_core *core, struct kith_action_node *node);
struct kith_circle_sets *kith_core_circle(
	const struct kith_core *core, const struct kith_circle *circle);
/* Into a set, and into what is kept beside it. As kith_set_insert(). */
KITH_MUST_CHECK int kith_core_insert(struct kith_core *core, struct kith_circle_sets *circle,
	enum kith_class class_, const struct kith_item *item);
struct kith_peer *kith_core_peer(const struct kith_core *core, uint64_t conn);
uint64_t kith_core_random(const struct kith_core *core, uint64_t below);
/* value +/- a quarter, so that nodes do not act in step. */
uint64_t kith_core_jitter(const struct kith_core *core, uint64_t value);
static inline uint64_t kith_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- partner.c ------------------------------------------------------------------------------ */
struct kith_partner *kith_partner_find(
	const struct kith_core *core, const struct kith_author *group);
/* The connection or the attempt ended; plans the next one, when the partner is no longer
 * shunned. */
void kith_partner_ended(struct kith_core *core, struct kith_partner *partner, int err, int bye);
/* Notes what the partner did, for people. */
void kith_partner_complain(
	struct kith_core *core, struct kith_partner *partner, enum kith_complaint complaint);
/* The same for what broke a rule: it is neither called nor let in for a while. */
void kith_partner_offended(
	struct kith_core *core, struct kith_partner *partner, enum kith_complaint complaint);
KITH_MUST_CHECK int kith_partner_tick(struct kith_core *core, struct kith_partner *partner);
void kith_partner_free_all(struct kith_core *core);
struct kith_partner *kith_partner_of_dial(const struct kith_core *core, uint64_t dial);

/* ---- peer.c --------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_peer_connected(struct kith_core *core, const struct kith_event *event);
void kith_peer_bytes(struct kith_core *core, struct kith_peer *peer, struct kith_bytes bytes);
void kith_peer_closed(struct kith_core *core, struct kith_peer *peer, int err);
void kith_peer_tick(struct kith_core *core, struct kith_peer *peer);
void kith_peer_writable(struct kith_core *core, struct kith_peer *peer, size_t unsent);
uint64_t kith_peer_deadline(const struct kith_core *core, const struct kith_peer *peer);
/* Ends the connection: says Bye where that is possible (bye >= 0), queues CLOSE. err is what the
 * partner's entry will say; an error of the input class counts as an offence of the partner. */
void kith_peer_end(struct kith_core *core, struct kith_peer *peer, int err, int bye);
/* Sends one message; ends the connection when that fails. */
void kith_peer_send(struct kith_core *core, struct kith_peer *peer, enum kith_message_type type,
	const void *a, size_t a_len, const void *b, size_t b_len);
/* Queues SEND for what the session has ready; true when there was something. */
bool kith_peer_flush(struct kith_core *core, struct kith_peer *peer);
void kith_peer_free(struct kith_core *core, struct kith_peer *peer);
/* Bytes that wait for the network. */
static inline size_t kith_peer_backlog(const struct kith_peer *peer)
{
	return peer->unsent + kith_session_output(peer->session)->len;
}
/* Stops or resumes reading as the memory it takes allows. */
void kith_peer_mind_reading(struct kith_core *core, struct kith_peer *peer);
/* May be gossiped with, asked and served. */
static inline bool kith_peer_ready(const struct kith_peer *peer)
{
	return peer->established && peer->scoped && !peer->closing;
}

/* ---- budget.c ------------------------------------------------------------------------------- */
/* KITH_E_UNEXPECTED when the partner has spent more than it may; the peer's complaint says so. */
KITH_MUST_CHECK int kith_budget_spend(
	struct kith_core *core, struct kith_peer *peer, enum kith_spending what, uint64_t amount);
/* Whether one more may be announced to the partner, by what it allows us; it is counted then. */
bool kith_budget_may_announce(const struct kith_core *core, struct kith_partner *partner);
/* The same for what a message costs by its type and length. */
KITH_MUST_CHECK int kith_budget_message(
	struct kith_core *core, struct kith_peer *peer, uint8_t type, size_t payload_len);

/* ---- budget.c: paces ------------------------------------------------------------------------ */
/* Something that may happen every KITH_PUSH_EVERY_MS happens: *due_ms is when the next one is due,
 * and more than now after as many as may come ahead. */
static inline void kith_pace(uint64_t *due_ms, uint64_t ahead_ms, uint64_t now_ms)
{
	uint64_t from_ms = now_ms > ahead_ms ? now_ms - ahead_ms : 0;

	*due_ms = (*due_ms > from_ms ? *due_ms : from_ms) + KITH_PUSH_EVERY_MS;
}

/* ---- quota.c -------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_quota_init(
	struct kith_quota *quota, const struct kith_core_config *config, uint64_t now_ms);
void kith_quota_clear(struct kith_quota *quota);
/* May this authentic record be stored? 0: yes, and it is counted; KITH_E_REFUSED: not today;
 * KITH_E_NOMEM. peer is NULL when the connection it came by is gone. */
KITH_MUST_CHECK int kith_quota_judge(
	struct kith_core *core, struct kith_peer *peer, const struct kith_record *record);
/* Was it turned away today, for its author's sake or this partner's? */
bool kith_quota_knows(
	struct kith_core *core, const struct kith_peer *peer, const struct kith_record_id *id);
/* Whether no more records are taken from this partner today; one that is looked at is counted. Both
 * before it is verified, by what it claims. */
bool kith_quota_is_full(const struct kith_core *core, const struct kith_partner *partner);
bool kith_quota_bars(
	const struct kith_core *core, const struct kith_peer *peer, const struct kith_claim *claim);
void kith_quota_count(
	const struct kith_core *core, struct kith_peer *peer, const struct kith_claim *claim);
void kith_quota_tick(struct kith_core *core); /* a new day? */

/* ---- intake.c ------------------------------------------------------------------------------- */
/* A RECORDS or PUSH payload (after its first byte). Input errors are returned, the caller ends the
 * peer. */
KITH_MUST_CHECK int kith_intake_records(struct kith_core *core, struct kith_peer *peer,
	enum kith_origin origin, struct kith_cursor *cursor);
/* Hands collected records to verification; called at the end of each event. */
void kith_intake_flush(struct kith_core *core, struct kith_peer *peer);
void kith_intake_verified(struct kith_core *core, struct kith_batch *batch);
void kith_intake_stored(struct kith_core *core, struct kith_batch *batch);
void kith_intake_publish(struct kith_core *core, struct kith_batch *batch);
void kith_intake_tick(struct kith_core *core);

/* ---- scope.c -------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_scope_send(struct kith_core *core, struct kith_peer *peer);
KITH_MUST_CHECK int kith_scope_receive(struct kith_peer *peer, struct kith_cursor *cursor);
void kith_scope_clear(struct kith_peer *peer);
/* A number for a set that all peers share: circle and class. */
static inline uint32_t kith_sync_number(const struct kith_sync *sync)
{
	return sync->circle->number * KITH_CLASSES + sync->class_;
}
static inline size_t kith_sync_count(const struct kith_sync *sync)
{
	return kith_set_count(sync->circle->sets[sync->class_]);
}
static inline bool kith_sync_known(const struct kith_sync *sync, const struct kith_item *item)
{
	return kith_set_contains(sync->circle->sets[sync->class_], item);
}
/* Index of the set with this tag; KITH_E_UNEXPECTED when it is not shared. */
KITH_MUST_CHECK int kith_scope_find(
	const struct kith_peer *peer, const struct kith_set_tag *tag, size_t *out);
/* The peer's index of a circle and class, or of a set's number; false when it is not shared. */
bool kith_scope_index(const struct kith_peer *peer, const struct kith_circle *circle,
	enum kith_class class_, size_t *out);
bool kith_scope_by_number(const struct kith_peer *peer, uint32_t number, size_t *out);
/* One message about a set: its tag, then the rest (NULL: nothing). */
void kith_scope_tell(struct kith_core *core, struct kith_peer *peer, enum kith_message_type type,
	const struct kith_sync *sync, const struct kith_buf *rest);

/* ---- sync.c --------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_sync_reconcile(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
KITH_MUST_CHECK int kith_sync_synced(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
/* Does whatever can be done next; called after every event. */
void kith_sync_pump(struct kith_core *core, struct kith_peer *peer);
void kith_sync_tick(struct kith_core *core, struct kith_peer *peer);
uint64_t kith_sync_deadline(const struct kith_core *core, const struct kith_peer *peer);
bool kith_sync_expects(const struct kith_peer *peer);
uint64_t kith_sync_behind(const struct kith_peer *peer);

/* What a comparison of sets brings up: to be sent to the peer, or asked of it. For struct
 * kith_reconcile_diff; ctx is a struct kith_levelling. */
struct kith_levelling {
	struct kith_core *core;
	struct kith_peer *peer;
	size_t sync;
};
KITH_MUST_CHECK int kith_sync_have(void *ctx, const struct kith_record_id *id);
KITH_MUST_CHECK int kith_sync_need(void *ctx, const struct kith_record_id *id);
/* Whether more may be brought up, or should wait until what was has been dealt with. */
bool kith_sync_has_room(const struct kith_peer *peer);
/* All sets were found equal, and nothing that a comparison brought up is under way. */
bool kith_sync_is_settled(const struct kith_peer *peer);

/* ---- audit.c -------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_audit_receive(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
/* The set has one item more. */
void kith_audit_inserted(
	struct kith_core *core, const struct kith_set *set, const struct kith_item *item);
/* A plain comparison brought this id up, so that an audit does not count it. */
void kith_audit_is_seen(
	struct kith_core *core, struct kith_peer *peer, const struct kith_record_id *id);
/* A record has come that was asked for: because of an audit? */
void kith_audit_brought(struct kith_core *core, struct kith_peer *peer,
	struct kith_pending_entry *entry, const struct kith_item *item);
KITH_MUST_CHECK int kith_audit_pump(struct kith_core *core, struct kith_peer *peer);
/* Whether the audits of this connection are ours to begin. */
bool kith_audit_is_ours(const struct kith_peer *peer);
void kith_audit_tick(struct kith_core *core, struct kith_peer *peer);
uint64_t kith_audit_deadline(const struct kith_peer *peer);
void kith_audit_clear(struct kith_peer *peer);

/* ---- want.c --------------------------------------------------------------------------------- */
/* Somebody offers a record we lack: ask for it unless it is on its way. */
void kith_want_offer(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_record_id *id);
/* Whether it would be in vain to ask this peer for it now: over a quota here, or refused there. */
bool kith_want_in_vain(
	struct kith_core *core, const struct kith_peer *peer, const struct kith_record_id *id);
/* Asks this peer for what is queued, as far as KITH_WANT_MAX allows. */
void kith_want_pump(struct kith_core *core, struct kith_peer *peer);
/* Before an entry changes its state or its conn, or is dropped. */
void kith_want_release(struct kith_core *core, const struct kith_pending_entry *entry);
/* The peer offers too what is on its way already. */
void kith_want_also(
	struct kith_core *core, struct kith_pending_entry *entry, struct kith_peer *peer);
/* A new entry waits for a push by somebody else, or else will be asked of the peer. */
void kith_want_announced(
	struct kith_core *core, struct kith_peer *peer, struct kith_pending_entry *entry);
void kith_want_tick(struct kith_core *core);
KITH_MUST_CHECK int kith_want_unavailable(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
/* The delivery failed (forged, not stored): drop it, and ask whoever else offered it. */
void kith_want_retry(struct kith_core *core, const struct kith_record_id *id);
/* The peer is going: what it was expected to deliver is asked of others. */
void kith_want_peer_gone(struct kith_core *core, struct kith_peer *peer);

/* ---- pull.c --------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_pull_begin(struct kith_core *core, struct kith_peer *peer, size_t sync);
KITH_MUST_CHECK int kith_pull_pulled(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
/* Bytes of a pull have come; KITH_E_UNEXPECTED when they were not asked for. */
KITH_MUST_CHECK int kith_pull_charge(struct kith_peer *peer, size_t bytes);
/* Bytes of a pull have been dealt with, and may be credited. */
void kith_pull_settled(struct kith_peer *peer, size_t bytes);
void kith_pull_pump(struct kith_core *core, struct kith_peer *peer);

/* ---- serve.c -------------------------------------------------------------------------------- */
KITH_MUST_CHECK int kith_serve_want(struct kith_peer *peer, const struct kith_set_tag *tag,
	enum kith_records_why why, struct kith_cursor *cursor);
KITH_MUST_CHECK int kith_serve_queue(struct kith_peer *peer, size_t sync, enum kith_records_why why,
	const struct kith_record_id *id);
KITH_MUST_CHECK int kith_serve_pull(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
KITH_MUST_CHECK int kith_serve_credit(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
void kith_serve_fetched(struct kith_core *core, struct kith_fetch *fetch);
void kith_serve_pump(struct kith_core *core, struct kith_peer *peer);

/* ---- gossip.c ------------------------------------------------------------------------------- */
#define KITH_IHAVE_LEN (2 + 1 + KITH_TOLD_LEN) /* of one that waits */

/* A record was stored: push or announce it to everybody but those from whom it is known that they
 * have it (entry). */
void kith_gossip_spread(struct kith_core *core, const struct kith_record *record,
	const struct kith_pending_entry *entry, enum kith_origin origin);
/* A record of the author was pushed by the peer: one that is new here, and perhaps announced by
 * another (entry, or NULL), or a duplicate. */
void kith_gossip_news(struct kith_core *core, struct kith_peer *peer,
	const struct kith_author *author, const struct kith_pending_entry *entry);
void kith_gossip_duplicate(
	struct kith_core *core, struct kith_peer *peer, const struct kith_author *author);
/* Asks for the record, and to be pushed its tree from now on. */
void kith_gossip_ask(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_pending_entry *entry);
/* The peer is going: others push to us what it did. */
void kith_gossip_peer_gone(struct kith_core *core, const struct kith_peer *peer);
KITH_MUST_CHECK int kith_gossip_ihave(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor);
KITH_MUST_CHECK int kith_gossip_graft(struct kith_peer *peer, struct kith_cursor *cursor);
KITH_MUST_CHECK int kith_gossip_prune(
	struct kith_peer *peer, struct kith_cursor *cursor, bool lazy);
void kith_gossip_flush(struct kith_core *core, struct kith_peer *peer);

#endif
