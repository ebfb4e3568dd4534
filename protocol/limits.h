/*
 * limits.h: every bound of the protocol, in one place, each with its reason.
 *
 * Two nodes must agree on what a valid record is, so the record's limits are part of the protocol and
 * cannot be configured. The bounds on a partner are local policy; the daemon may set them lower.
 */
#ifndef KITH_PROTOCOL_LIMITS_H
#define KITH_PROTOCOL_LIMITS_H

#define KITH_PROTOCOL_VERSION 1

/* ---- records: part of the protocol ------------------------------------------------------------ */
#define KITH_RECORD_MAX_BYTES  (64u * 1024) /* the whole envelope: a long practice fits, a file does not */
#define KITH_HEADER_MAX_BYTES  4096u        /* 64 links of 36 bytes and the fixed fields fit */
#define KITH_LINKS_MAX         64u
#define KITH_LANG_MAX_BYTES    35u          /* BCP 47, RFC 5646 section 4.4.1 */
#define KITH_SALT_BYTES        16u
#define KITH_TITLE_MAX_BYTES   300u
#define KITH_SUMMARY_MAX_BYTES 1000u
#define KITH_TEXT_MAX_BYTES    8192u        /* a text field for which nothing else is said */
#define KITH_TAGS_MAX          20u
#define KITH_TAG_MAX_BYTES     64u
#define KITH_SDG_MAX           17u
#define KITH_STEPS_MAX         50u
#define KITH_LIST_MAX          64u          /* any repeated field for which nothing else is said */
#define KITH_X_DATA_MAX_BYTES  (32u * 1024)
#define KITH_FUTURE_SKEW_MS    (24ull * 3600 * 1000) /* a claim further ahead is held back */
#define KITH_CREATED_MAX_MS    (1ull << 53) /* so that it is exact as a JSON number */

/* Pre-scan of protobuf before it is unpacked: what a valid record can need, and a little more. */
#define KITH_PROTO_FIELDS_MAX  2048u
#define KITH_PROTO_DEPTH_MAX   8u
#define KITH_PROTO_EXPANSION   16u          /* unpacked bytes per packed byte, SECURITY row 15 */
#define KITH_PROTO_BASE_BYTES  8192u        /* more, for the structs of a body that says little */

#define KITH_KIND_CONTROL_END  64u          /* kind numbers below are control records */

/* ---- transport --------------------------------------------------------------------------------- */
#define KITH_FRAME_MAX_BYTES    65535u      /* Noise section 3 */
#define KITH_FRAME_TAG_BYTES    16u
#define KITH_REKEY_FRAMES       (1u << 16)
#define KITH_REKEY_MS           (3600u * 1000)
#define KITH_HELLO_MAX_BYTES    1024u
#define KITH_AGENT_MAX_BYTES    64u
#define KITH_HANDSHAKE_MS       10000u      /* absolute: from connected to established */
#define KITH_MESSAGE_MAX_BYTES  (256u * 1024) /* a message of the session layer; four largest records */

/* ---- a partner's cost: local policy, defaults ---------------------------------------------------- */
#define KITH_RECONCILE_FRAME_BYTES 60000u   /* one reconciliation message fits one Noise frame */
#define KITH_RECONCILE_ROUNDS_MAX  64u      /* an honest one takes at most 16^k > n: 7 for 10^8, more when cut */
#define KITH_RECONCILE_EVERY_MS    (10u * 60 * 1000)
#define KITH_PULL_WINDOW_BYTES     (1u << 20) /* credit a puller has outstanding */
#define KITH_SEND_QUEUE_MAX_BYTES  (4u << 20)
#define KITH_VERIFY_BATCH          64u      /* records a thread checks in one piece of work */
#define KITH_PARTNERS_MAX          256u
#define KITH_CERTIFICATE_MS        (366ull * 24 * 3600 * 1000)

#endif
