/*
 * limits.h: every bound of the protocol, in one place, each with its reason.
 *
 * Two nodes must agree on what a valid record is, so the record's limits are part of the protocol
 * and cannot be configured. The bounds on a partner are local policy; the daemon may set them
 * lower.
 */
#ifndef KITH_PROTOCOL_LIMITS_H
#define KITH_PROTOCOL_LIMITS_H

#define KITH_PROTOCOL_VERSION 1

/* ---- records: part of the protocol ---------------------------------------------------------- */
/* the whole envelope: a long practice fits, a file does not */
#define KITH_RECORD_MAX_BYTES  (64u * 1024)
#define KITH_HEADER_MAX_BYTES  4096u /* 64 links of 36 bytes and the fixed fields fit */
#define KITH_LINKS_MAX         64u
#define KITH_LANG_MAX_BYTES    35u /* BCP 47, RFC 5646 section 4.4.1 */
#define KITH_SALT_BYTES        16u
#define KITH_TITLE_MAX_BYTES   300u
#define KITH_SUMMARY_MAX_BYTES 1000u
#define KITH_TEXT_MAX_BYTES    8192u /* a text field for which nothing else is said */
#define KITH_TAGS_MAX          20u
#define KITH_TAG_MAX_BYTES     64u
#define KITH_SDG_MAX           17u
#define KITH_STEPS_MAX         50u
#define KITH_TERMS_MAX         256u /* of a vocabulary: 50 things in five languages */
#define KITH_LIST_MAX          64u  /* any repeated field for which nothing else is said */
#define KITH_X_DATA_MAX_BYTES  (32u * 1024)
#define KITH_FUTURE_SKEW_MS    (24ull * 3600 * 1000) /* a claim further ahead is held back */
#define KITH_CREATED_MAX_MS    (1ull << 53)          /* so that it is exact as a JSON number */

/* Pre-scan of protobuf before it is unpacked: what a valid record can need, and a little more. */
#define KITH_PROTO_FIELDS_MAX 2048u
#define KITH_PROTO_DEPTH_MAX  8u
#define KITH_PROTO_EXPANSION  16u   /* unpacked bytes per packed byte, SECURITY row 15 */
#define KITH_PROTO_BASE_BYTES 8192u /* more, for the structs of a body that says little */

#define KITH_KIND_CONTROL_END 64u /* kind numbers below are control records */

/* ---- what records mean together ------------------------------------------------------------- */
/* A derivation keeps no more than this of the records that link to one; it says when there are
 * more. Two nodes must agree on what is derived, so these are part of the protocol too. */
#define KITH_VERSIONS_MAX     1024u
#define KITH_STANCES_MAX      4096u /* authors; with a reason of 500 bytes each, 2.5 MiB */
#define KITH_SIGNERS_MAX      4096u
#define KITH_ANSWERS_MAX      1024u
#define KITH_AGREEMENTS_MAX   1024u
#define KITH_TRANSLATIONS_MAX 1024u /* 24 official languages of the Union, many versions */

/* ---- transport ------------------------------------------------------------------------------ */
#define KITH_FRAME_MAX_BYTES   65535u /* Noise section 3 */
#define KITH_FRAME_TAG_BYTES   16u
#define KITH_REKEY_FRAMES      (1u << 16)
#define KITH_REKEY_MS          (3600u * 1000)
#define KITH_HELLO_MAX_BYTES   1024u
#define KITH_AGENT_MAX_BYTES   64u
#define KITH_HANDSHAKE_MS      10000u        /* absolute: from connected to established */
#define KITH_MESSAGE_MAX_BYTES (256u * 1024) /* of the session layer; four largest records */

/* ---- a partner's cost: local policy --------------------------------------------------------- */

/* Reconciling. An honest one takes the k with 16^k > n: 7 for 10^8 records; more when cut. */
#define KITH_RECONCILE_FRAME_BYTES 60000u /* one message fits one Noise frame */
#define KITH_RECONCILE_ROUNDS_MAX  64u
#define KITH_RECONCILE_EVERY_MS    (10u * 60 * 1000)

/* Keyed audit. An item costs a hash of a microsecond in the scan, each end of a range up to 128. */
#define KITH_AUDIT_EVERY_MS    (24u * 3600 * 1000) /* a quarter more or less */
#define KITH_AUDIT_AGAIN_PARTS 24u   /* after so many parts of that, when one did not come off */
#define KITH_AUDIT_SLICE       2048u /* items scanned at once */
#define KITH_AUDIT_PAUSE_MS    10u   /* and then nothing for so long */
#define KITH_AUDIT_FRAME_BYTES 4096u /* few ranges, so that an answer takes below 10 ms */
#define KITH_AUDIT_ROUNDS_MAX  256u  /* of one set; 120 differences in a round */
#define KITH_AUDIT_MAX_MS      (10u * 60 * 1000) /* sums are kept for a partner that is slow */
#define KITH_AUDITS_CALLED_MAX 2u    /* of these, that partners had us begin; the rest is ours */
#define KITH_AUDITS_MAX        4u    /* at once, of all partners: 3 % of the set's memory each */
#define KITH_AUDIT_SCANS       4u    /* a partner may make us scan everything so often a day */
#define KITH_AUDIT_SET_COST    1000u /* and what a set costs beside its items, as items */

/* Pulling in bulk. */
#define KITH_PULL_AT_LEAST     4096u      /* fewer records than this are reconciled, never pulled */
#define KITH_PULL_WINDOW_BYTES (1u << 20) /* credit a puller has outstanding */

/* Asking and serving. With large records it is TCP that holds the sender back. */
#define KITH_WANT_MAX         256u                /* ids asked for and not yet answered */
#define KITH_WANT_QUEUE_PAUSE 4096u               /* a reconciliation waits while more ids wait */
#define KITH_WANT_RETRY_MS    (10u * 1000)        /* until somebody else who offered it is asked */
#define KITH_REFUSED_FIRST_MS (3600u * 1000)      /* not held there: asked again after that, */
#define KITH_REFUSED_LAST_MS  (24u * 3600 * 1000) /* and after twice as long, up to that */
#define KITH_REFUSED_MAX      8192u  /* of one partner, refused or lately unequal: 24 bytes each */
#define KITH_CLOCK_STEP_MS    60000u /* a wall clock that moves more was set: look again */
#define KITH_SERVE_QUEUE_MAX  8192u  /* ids a partner may have asked for; honest: 256 */
#define KITH_FETCH_BYTES      (128u * 1024) /* read from the store in one piece */
#define KITH_SEND_LOW_BYTES   (256u * 1024) /* below it, bulk sending goes on */
#define KITH_OVERDUE_EVERY_MS 50u /* the table of pending records is not searched more often */

/* Memory of one partner. Above the maxima nothing more is read from it. */
#define KITH_SEND_QUEUE_MAX_BYTES   (4u << 20)
#define KITH_IN_FLIGHT_MAX_BYTES    (4u << 20)    /* records being verified and stored */
#define KITH_PUSHED_MAX_BYTES       (256u * 1024) /* of these, by gossip */
#define KITH_PUSH_EVERY_MS          1u            /* one pushed record in so long, on average; */
#define KITH_PUSH_AHEAD_MS          512u          /* what may come before its time */
#define KITH_RELAY_AHEAD_MS         256u /* and what is passed on: less, so that nobody waits */
#define KITH_IN_FLIGHT_RECORD_BYTES 512u /* what each costs beside its bytes */
#define KITH_VERIFY_BATCH           64u  /* records a thread checks in one piece of work */
#define KITH_FORGED_MAX             8u   /* forged ones before a connection is ended */

/* Live gossip. The times suit links of up to 100 ms (SPEC section "Live gossip", "Measured"). */
#define KITH_TREES          4096u /* two bits each per connection: 1 KiB */
#define KITH_IHAVE_MAX      1024u /* announcements that wait for one partner */
#define KITH_IHAVE_EVERY_MS 50u   /* the first goes at once, what follows it is collected */
#define KITH_ANNOUNCED_MAX  4096u /* announced records a node waits for, of one partner */
#define KITH_SWAP_AFTER_MS  10u   /* announced so much sooner than pushed: more than chance */
/* An announced record may still come by a push until then: 500 made repair slower and saved
 * nothing, at 150 more grafts were in vain. */
#define KITH_GRAFT_AFTER_MS 250u
#define KITH_GRAFT_RETRY_MS 2000u /* two round trips and a large record; then the next is asked */

/* Signs of life. A frame of 64 KiB must come at 365 bytes a second or more. */
#define KITH_STALL_MAX_MS   (60u * 1000) /* an answer that is due does not come */
#define KITH_SILENCE_PINGS  3u           /* so many of them without a sign of life */
#define KITH_SILENCE_MAX_MS (KITH_SILENCE_PINGS * KITH_STALL_MAX_MS)

/* What a partner may cost in one window, beside what is bounded above: a base, and so much for each
 * 64 records that are known here, since an honest partner's part grows with the sets. An honest one
 * needs a small part of it. */
#define KITH_BUDGET_WINDOW_MS   (10u * 60 * 1000)
#define KITH_BUDGET_TALK        6000u   /* all that is not listed here: ten a second */
#define KITH_BUDGET_TALK_64     128u    /* a PRUNE may answer each push */
#define KITH_BUDGET_ASKED       8192u   /* ids in WANT and GRAFT */
#define KITH_BUDGET_ASKED_64    256u    /* each record four times */
#define KITH_BUDGET_ANNOUNCED   262144u /* items in IHAVE */
#define KITH_ANNOUNCE_MAX       131072u /* so many we send in a window: theirs overlaps two */
#define KITH_BUDGET_NEWS_64     256u    /* announced or sent although known: each four times */
#define KITH_BUDGET_REPEATED    65536u  /* records that were known */
#define KITH_BUDGET_UNAVAILABLE 65536u  /* ids that it had told of and does not hold */
#define KITH_BUDGET_ROUNDS      4096u   /* queries of reconciliation: about seven a second */
#define KITH_BUDGET_CALLS       300u    /* connections: one every two seconds */
#define KITH_BUDGET_BROKEN      2u /* connections ended because what it promised did not come */

/* Quotas on what partners bring; config.ini may say otherwise. */
#define KITH_QUOTA_DAY_MS            (24u * 3600 * 1000)
#define KITH_AUTHOR_RECORDS_PER_DAY  100000u  /* of one author, whoever brings them */
#define KITH_NEW_AUTHORS_PER_DAY     10000u   /* of one partner: keys never seen here */
#define KITH_PARTNER_RECORDS_PER_DAY 2000000u /* of one partner: twice a first sync of a big city */
#define KITH_TURNED_AWAY_MAX         65536u   /* ids over a quota, not asked for again */
#define KITH_AUTHORS_OVER_MAX        8u       /* authors over their quota that are named */

/* Calling, refusing, and waiting for the disk. The first values double up to the second. */
#define KITH_DIAL_FIRST_MS      1000u
#define KITH_DIAL_MAX_MS        (60u * 1000)
#define KITH_SHUN_MS            (5u * 60 * 1000)   /* after an offence: neither called nor let in */
#define KITH_SHUN_MAX_MS        (6u * 3600 * 1000) /* it doubles with each offence of one day */
#define KITH_STORE_RETRY_MS     5000u /* after the store refused, nothing is accepted */
#define KITH_STORE_RETRY_MAX_MS (5u * 60 * 1000)

#define KITH_READ_RETRY_MS  (60u * 1000) /* after the store could not read */
#define KITH_CIRCLES_MAX    1024u
#define KITH_PARTNERS_MAX   256u
#define KITH_CERTIFICATE_MS (366ull * 24 * 3600 * 1000) /* renewed after half */

#endif
